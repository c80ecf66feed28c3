//===- JumpTables.h - The targets of indirect jumps -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compilers turn a switch into a test of its bounds, a load from a table of
// addresses or distances, and an indirect jump. What an indirect jump goes to
// is found by following values through the instructions that led to it.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_FRONTEND_RISCV_JUMPTABLES_H
#define VMJIT_LIB_FRONTEND_RISCV_JUMPTABLES_H

#include "vmjit/Frontend/RISCV/DecodedInstruction.h"
#include "vmjit/Frontend/RISCV/GuestImage.h"

namespace vmjit::riscv {

/// An instruction on the way to a jump.
struct TraceStep {
  const DecodedInstruction *instruction;
  /// Branches: whether it was taken.
  bool isTaken;
};

/// What \p jump, a JALR, goes to after \p trace; empty if that is not found.
/// The answer is about this way to it only: others may go elsewhere.
std::vector<GuestAddr> findJumpTargets(const GuestImage &image,
                                       llvm::ArrayRef<TraceStep> trace,
                                       const DecodedInstruction &jump);

} // namespace vmjit::riscv

#endif // VMJIT_LIB_FRONTEND_RISCV_JUMPTABLES_H
