//===- Semantics.h - What each instruction does -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One function for each row RISCV_INSTRUCTION, in the file of its family. It
// appends the ops of the instruction, and ends the block where control does not
// go to the next instruction. What isLiftable refuses does not come here.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_FRONTEND_RISCV_SEMANTICS_H
#define VMJIT_LIB_FRONTEND_RISCV_SEMANTICS_H

#include "BlockWriter.h"

namespace vmjit::riscv::semantics {

#define RISCV_INSTRUCTION(Name, Family, ...)                                   \
  void Name(const DecodedInstruction &in, BlockWriter &out);
#include "vmjit/Frontend/RISCV/Instructions.def"

/// What \p in, which writes a CSR, is about to write, as a register that has
/// it; its own ops may follow.
RegId makeWrittenValue(const DecodedInstruction &in, BlockWriter &out);

} // namespace vmjit::riscv::semantics

#endif // VMJIT_LIB_FRONTEND_RISCV_SEMANTICS_H
