//===- WorkerPool.cpp - Threads that run blocks -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Starting, waking and stopping workers.
//
//===----------------------------------------------------------------------===//

#include "WorkerPool.h"

#include "vmjit/VMIR/Program.h"

using namespace llvm;
using namespace vmjit;

/// A program's private stack is on its thread's, besides what code itself
/// needs. The system provides the memory only when it is touched.
static constexpr unsigned kStackBytes =
    unsigned(vmir::kMaxStackBytes) + (8U << 20);

WorkerPool::WorkerPool(unsigned threadCount) {
  threads.reserve(threadCount);
  for (unsigned worker = 0; worker < threadCount; ++worker)
    threads.emplace_back(std::optional<unsigned>(kStackBytes),
                         [this, worker] { work(worker); });
}

WorkerPool::~WorkerPool() {
  {
    std::lock_guard lock(mutex);
    isStopping = true;
  }
  jobStarted.notify_all();
  for (llvm::thread &thread : threads)
    thread.join();
}

void WorkerPool::run(unsigned workerCount,
                     function_ref<void(unsigned)> newJob) {
  std::unique_lock lock(mutex);
  job = newJob;
  wanted = workerCount;
  running = workerCount;
  ++generation;
  jobStarted.notify_all();
  jobEnded.wait(lock, [&] { return running == 0; });
}

void WorkerPool::work(unsigned worker) {
  uint64_t seen = 0;
  std::unique_lock lock(mutex);
  while (true) {
    jobStarted.wait(lock, [&] { return isStopping || generation != seen; });
    if (isStopping)
      return;
    seen = generation;
    if (worker >= wanted)
      continue;
    lock.unlock();
    job(worker);
    lock.lock();
    if (--running == 0)
      jobEnded.notify_one();
  }
}
