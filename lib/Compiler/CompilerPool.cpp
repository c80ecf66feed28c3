//===- CompilerPool.cpp - Compilers for many threads ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Compiler/CompilerPool.h"

#include "vmjit/Compiler/Compiler.h"

using namespace llvm;
using namespace vmjit;

CompilerPool::CompilerPool() = default;
CompilerPool::~CompilerPool() = default;

std::unique_ptr<Compiler> CompilerPool::take() {
  {
    std::lock_guard lock(mutex);
    if (!idle.empty()) {
      std::unique_ptr<Compiler> compiler = std::move(idle.back());
      idle.pop_back();
      return compiler;
    }
  }
  return std::make_unique<Compiler>();
}

void CompilerPool::giveBack(std::unique_ptr<Compiler> compiler) {
  std::lock_guard lock(mutex);
  idle.push_back(std::move(compiler));
}

Expected<CompileOptions> CompilerPool::resolve(const vmir::Program &program,
                                               const CompileOptions &options) {
  Expected<std::unique_ptr<TargetBackend>> backend =
      createTargetBackend(options.target);
  if (!backend)
    return backend.takeError();
  CompileOptions resolved = options;
  resolved.target = (*backend)->getSpec();
  if (!resolved.mode)
    resolved.mode =
        program.isKernelMode() ? EntryMode::Kernel : EntryMode::Hart;
  return resolved;
}

Expected<CodeObject> CompilerPool::compile(const vmir::Program &program,
                                           const CompileOptions &options,
                                           std::vector<StageTime> *times) {
  std::unique_ptr<Compiler> compiler = take();
  CompileObserver observer;
  Expected<CodeObject> object =
      compiler->compile(program, options, times ? &observer : nullptr);
  giveBack(std::move(compiler));
  if (times)
    times->insert(times->end(), observer.times.begin(), observer.times.end());
  return object;
}
