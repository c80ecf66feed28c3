//===- ProgramCompiler.h - Who compiles programs ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What runtimes need of a compiler, without its headers and libraries: a
// program that only loads cached or shipped code runs without one.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_COMPILER_PROGRAMCOMPILER_H
#define VMJIT_COMPILER_PROGRAMCOMPILER_H

#include "vmjit/Compiler/CompileOptions.h"
#include "vmjit/VMIR/Program.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace vmjit {

/// The time a stage took: a phase, or "emit".
struct StageTime {
  std::string stage;
  uint64_t nanoseconds = 0;
};

/// Compiles programs. Called from any thread, many at a time.
class ProgramCompiler {
public:
  virtual ~ProgramCompiler();

  /// \p options with everything filled in that they leave to a default, for
  /// \p program: what is equal then gives equal code. Fails with
  /// InvalidArgument if there is no such target.
  virtual llvm::Expected<CompileOptions>
  resolve(const vmir::Program &program, const CompileOptions &options) = 0;

  /// Fails as Compiler::compile does. Stages are added to \p times if it is
  /// not null.
  virtual llvm::Expected<CodeObject>
  compile(const vmir::Program &program, const CompileOptions &options,
          std::vector<StageTime> *times = nullptr) = 0;
};

} // namespace vmjit

#endif // VMJIT_COMPILER_PROGRAMCOMPILER_H
