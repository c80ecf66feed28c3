//===- FlagAccesses.h - Which accesses of flags nobody sees -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compilers save the exception flags before comparisons that are to be quiet,
// and restore them behind, as in isless, floor and nearbyint:
//
//   frflags a4; flt.d a5, fa0, fa1; fsflags a4
//
// As long as no flags are kept, all of that leaves everything as it is.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_FRONTEND_RISCV_FLAGACCESSES_H
#define VMJIT_LIB_FRONTEND_RISCV_FLAGACCESSES_H

#include "vmjit/Frontend/RISCV/CodeMap.h"

#include <set>

namespace vmjit::riscv {

/// Whether \p instruction reads or writes exception flags.
bool accessesFlags(const DecodedInstruction &instruction);
/// Whether it only reads them, to rd, or only writes them, from rs1.
bool isFlagSave(const DecodedInstruction &instruction);
bool isFlagRestore(const DecodedInstruction &instruction);

/// The saves in \p code whose value, on all ways from there, goes nowhere but
/// to restores before its register gets another one or the function returns,
/// and these restores. Other functions and system calls are taken not to look
/// at it once it is restored, callers not at registers that return nothing. A
/// restore may be reached in other ways, too.
std::set<GuestAddr> findQuietFlagAccesses(const CodeMap &code);

} // namespace vmjit::riscv

#endif // VMJIT_LIB_FRONTEND_RISCV_FLAGACCESSES_H
