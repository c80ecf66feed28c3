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

#include "llvm/Support/thread.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

namespace vmjit {

/// Threads that wait for jobs. One job at a time: who wants to start one
/// acquires the pool, and may call what is said to need that. Thread-safe.
class WorkerPool {
public:
  using Deadline = std::optional<std::chrono::steady_clock::time_point>;
  /// Called on the workers that take part, with the number of each.
  using Job = void (*)(void *context, unsigned worker);

  explicit WorkerPool(unsigned threadCount);
  /// Waits for the job that is under way.
  ~WorkerPool();
  WorkerPool(const WorkerPool &) = delete;
  WorkerPool &operator=(const WorkerPool &) = delete;

  unsigned getThreadCount() const { return threads.size(); }

  /// Waits until nobody has the pool. False if \p deadline came first.
  bool acquire(Deadline deadline);
  /// Acquired, and no job under way: gives the pool back.
  void release();
  /// Acquired: starts \p job on the workers with the numbers \p firstWorker to
  /// \p workerCount - 1, none if they are the same. \p context must live until
  /// it is done.
  void start(unsigned firstWorker, unsigned workerCount, Job job,
             void *context);
  /// Acquired: leaves out the workers that have not woken up yet. For jobs that
  /// do all that there is on any number of workers.
  void leaveOutLate();
  /// Acquired: waits until the job is done. False if \p deadline came first.
  bool wait(Deadline deadline);
  /// Acquired: lets the pool be given back when the job is done. Gives the
  /// job's number.
  uint64_t abandon();
  /// Whether the job of that number is done.
  bool isDone(uint64_t job);

private:
  void work(unsigned worker);

  std::mutex mutex;
  std::condition_variable jobStarted;
  std::condition_variable jobEnded;
  std::condition_variable released;
  /// Counts jobs, so that a worker runs each only once.
  uint64_t generation = 0;
  /// The workers from first to wanted - 1 may take the job.
  unsigned first = 0;
  unsigned wanted = 0;
  /// Of these, those that are not done, and of those, the ones that have not
  /// started.
  unsigned running = 0;
  unsigned late = 0;
  bool isAcquired = false;
  bool isAbandoned = false;
  bool isStopping = false;
  Job job = nullptr;
  void *context = nullptr;
  std::vector<llvm::thread> threads;
};

} // namespace vmjit

#endif // VMJIT_LIB_RUNTIME_HOST_WORKERPOOL_H
