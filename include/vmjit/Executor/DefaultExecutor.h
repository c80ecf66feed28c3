//===- DefaultExecutor.h - An executor with everything ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// The executor for those who do not want to choose its parts. A library of its
// own, VMJITDefaultExecutor: it links the compiler, and with it MLIR.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_EXECUTOR_DEFAULTEXECUTOR_H
#define VMJIT_EXECUTOR_DEFAULTEXECUTOR_H

#include "vmjit/Executor/Executor.h"

namespace vmjit {

/// How createDefaultExecutor sets up what it makes. What is absent is as the
/// environment says (docs/Environment.md), else a default.
struct DefaultExecutorOptions {
  ExecutorOptions executor = {};
  /// Whether VMJIT_TIMEOUT, where it is set, is taken in place of the timeout
  /// in executor.
  bool useTimeoutVariable = true;
  /// Directory of the disk cache.
  std::optional<std::string> cacheDirectory = std::nullopt;
  /// Whether there is a disk cache; absent: what VMJIT_CACHE says. Without it
  /// code is cached in memory and, if the environment names a server, in Redis.
  std::optional<bool> useDisk = std::nullopt;
};

/// A manager of all devices, a pool of compilers, and a cache in memory, on
/// disk, and in Redis if VMJIT_CACHE_REDIS is set; VMJIT_CACHE_MODE says what a
/// miss means. A disk cache that cannot be used is told to the log and done
/// without. Fails with InvalidArgument for malformed variables.
llvm::Expected<ExecutorResources>
createDefaultResources(const DefaultExecutorOptions &options = {});
/// An executor with these resources. Fails as the above and Executor::create
/// do.
llvm::Expected<std::unique_ptr<Executor>>
createDefaultExecutor(const DefaultExecutorOptions &options = {});

} // namespace vmjit

#endif // VMJIT_EXECUTOR_DEFAULTEXECUTOR_H
