//===- GeneratedProgram.h - Programs of any size ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Programs for the linearity benchmark: always the same for the same size.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_BENCHMARKS_GENERATEDPROGRAM_H
#define VMJIT_BENCHMARKS_GENERATEDPROGRAM_H

#include "vmjit/CodeObject/CodeObject.h"
#include "llvm/Support/Error.h"

#include <string>

namespace vmjit::benchmarks {

/// How control leaves a generated program.
enum class GeneratedEnd {
  /// Through one Ret.
  Ret,
  /// Through a JmpReg, as compilers of RISC-V code return: a jump that may go
  /// to every block.
  JmpReg,
};

/// The JSON of a program with about \p numOps ops in blocks of ten: a load,
/// eight integer ops, a store, and a conditional jump forward or back, so that
/// there are many small nested loops. Never fails but for a program that does
/// not verify.
llvm::Expected<std::string>
generateProgram(size_t numOps, EntryMode mode,
                GeneratedEnd end = GeneratedEnd::Ret);

} // namespace vmjit::benchmarks

#endif // VMJIT_BENCHMARKS_GENERATEDPROGRAM_H
