//===- WorkerPool.h - Threads that run blocks -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A fixed set of threads that all run the same job. Unlike llvm::ThreadPool
// they have stacks as large as a program's private memory may be, and a number
// by which each finds its scratch memory.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_HOST_WORKERPOOL_H
#define VMJIT_LIB_RUNTIME_HOST_WORKERPOOL_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/thread.h"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <vector>

namespace vmjit {

/// Threads that wait for jobs.
class WorkerPool {
public:
  explicit WorkerPool(unsigned threadCount);
  ~WorkerPool();
  WorkerPool(const WorkerPool &) = delete;
  WorkerPool &operator=(const WorkerPool &) = delete;

  unsigned getThreadCount() const { return threads.size(); }

  /// Runs \p job(worker) on the workers with the numbers 0 to
  /// \p workerCount - 1 and waits for all. One call at a time.
  void run(unsigned workerCount, llvm::function_ref<void(unsigned)> job);

private:
  void work(unsigned worker);

  std::mutex mutex;
  std::condition_variable jobStarted;
  std::condition_variable jobEnded;
  /// Counts jobs, so that a worker runs each only once.
  uint64_t generation = 0;
  unsigned wanted = 0;
  unsigned running = 0;
  bool isStopping = false;
  llvm::function_ref<void(unsigned)> job;
  std::vector<llvm::thread> threads;
};

} // namespace vmjit

#endif // VMJIT_LIB_RUNTIME_HOST_WORKERPOOL_H
