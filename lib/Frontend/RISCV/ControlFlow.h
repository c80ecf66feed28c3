//===- ControlFlow.h - Where control goes after an instruction --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_FRONTEND_RISCV_CONTROLFLOW_H
#define VMJIT_LIB_FRONTEND_RISCV_CONTROLFLOW_H

#include "vmjit/Frontend/RISCV/DecodedInstruction.h"

namespace vmjit::riscv {

enum class FlowKind : uint8_t {
  /// To the next instruction.
  Next,
  /// To the next instruction, which starts a block.
  NextBlock,
  /// To the target, or to the next instruction.
  Branch,
  /// To the target. If the instruction links, a return is expected.
  Jump,
  /// To an address in a register.
  IndirectJump,
  /// Nowhere.
  Stop
};

struct ControlFlow {
  FlowKind kind = FlowKind::Next;
  /// Branch and Jump.
  GuestAddr target = 0;
  /// Jump and IndirectJump: the address behind it is kept.
  bool links = false;
};

ControlFlow getControlFlow(const DecodedInstruction &instruction);

/// Whether VM IR can say what \p instruction does.
bool isLiftable(const DecodedInstruction &instruction);
/// Whether it writes the CSR that it names.
bool writesCsr(const DecodedInstruction &instruction);
/// Whether it reads integer register \p reg, which is not x0.
bool readsRegister(const DecodedInstruction &instruction, unsigned reg);
/// Whether it writes integer register \p reg, which is not x0.
bool writesRegister(const DecodedInstruction &instruction, unsigned reg);

} // namespace vmjit::riscv

#endif // VMJIT_LIB_FRONTEND_RISCV_CONTROLFLOW_H
