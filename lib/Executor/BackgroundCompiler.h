//===- BackgroundCompiler.h - Getting code while the host runs --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_EXECUTOR_BACKGROUNDCOMPILER_H
#define VMJIT_LIB_EXECUTOR_BACKGROUNDCOMPILER_H

#include "KernelLoader.h"

#include "llvm/Support/ThreadPool.h"

namespace vmjit {

/// Loads kernels on a thread of its own, one after the other. All functions may
/// be called from any thread.
class BackgroundCompiler {
public:
  BackgroundCompiler(KernelLoader &loader, StatisticsRecorder &statistics)
      : loader(loader), statistics(statistics) {}
  /// Waits for the kernel that is being loaded; drops the others.
  ~BackgroundCompiler();

  /// Sees to it that \p slot, one of \p program that is not loaded, gets
  /// loaded. What went wrong since the last call is given out, once; a later
  /// call tries again.
  std::optional<StoredFailure> request(std::shared_ptr<ProgramState> program,
                                       KernelSlot &slot);
  /// Waits until there is nothing left to do.
  void wait();

private:
  void load(ProgramState &program, KernelSlot &slot);

  KernelLoader &loader;
  StatisticsRecorder &statistics;
  std::atomic<bool> isStopping = false;
  std::mutex mutex;
  /// Made when it is first needed.
  std::unique_ptr<llvm::StdThreadPool> threads;
};

} // namespace vmjit

#endif // VMJIT_LIB_EXECUTOR_BACKGROUNDCOMPILER_H
