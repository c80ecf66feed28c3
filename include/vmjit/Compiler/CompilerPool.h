//===- CompilerPool.h - Compilers for many threads --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A Compiler serves one thread at a time and is slow to make. The pool keeps
// those that are idle, so that as many are made as have worked at once.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_COMPILER_COMPILERPOOL_H
#define VMJIT_COMPILER_COMPILERPOOL_H

#include "vmjit/Compiler/ProgramCompiler.h"

#include <memory>
#include <mutex>
#include <vector>

namespace vmjit {

class Compiler;

/// Compiles with a Compiler of its own for each call that is under way.
class CompilerPool : public ProgramCompiler {
public:
  CompilerPool();
  ~CompilerPool() override;

  llvm::Expected<CompileOptions>
  resolve(const vmir::Program &program, const CompileOptions &options) override;
  llvm::Expected<CodeObject>
  compile(const vmir::Program &program, const CompileOptions &options,
          std::vector<StageTime> *times = nullptr) override;

private:
  std::unique_ptr<Compiler> take();
  void giveBack(std::unique_ptr<Compiler> compiler);

  std::mutex mutex;
  std::vector<std::unique_ptr<Compiler>> idle;
};

} // namespace vmjit

#endif // VMJIT_COMPILER_COMPILERPOOL_H
