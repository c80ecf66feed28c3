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

/// Waits until \p isTrue; false if \p deadline came first.
template <class Predicate>
static bool waitUntil(std::condition_variable &condition,
                      std::unique_lock<std::mutex> &lock,
                      WorkerPool::Deadline deadline, Predicate isTrue) {
  if (deadline)
    return condition.wait_until(lock, *deadline, isTrue);
  condition.wait(lock, isTrue);
  return true;
}

bool WorkerPool::acquire(Deadline deadline) {
  std::unique_lock lock(mutex);
  if (!waitUntil(released, lock, deadline, [&] { return !isAcquired; }))
    return false;
  isAcquired = true;
  return true;
}

void WorkerPool::release() {
  {
    std::lock_guard lock(mutex);
    isAcquired = false;
  }
  released.notify_one();
}

void WorkerPool::start(unsigned firstWorker, unsigned workerCount, Job newJob,
                       void *newContext) {
  {
    std::lock_guard lock(mutex);
    job = newJob;
    context = newContext;
    first = firstWorker;
    wanted = workerCount;
    running = late = workerCount - firstWorker;
    ++generation;
  }
  if (firstWorker != workerCount)
    jobStarted.notify_all();
}

void WorkerPool::leaveOutLate() {
  std::lock_guard lock(mutex);
  running -= late;
  late = 0;
  wanted = 0;
}

bool WorkerPool::wait(Deadline deadline) {
  std::unique_lock lock(mutex);
  return waitUntil(jobEnded, lock, deadline, [&] { return running == 0; });
}

uint64_t WorkerPool::abandon() {
  std::lock_guard lock(mutex);
  if (running == 0) {
    isAcquired = false;
    released.notify_one();
  } else {
    isAbandoned = true;
  }
  return generation;
}

bool WorkerPool::isDone(uint64_t number) {
  std::lock_guard lock(mutex);
  return number < generation || running == 0;
}

void WorkerPool::work(unsigned worker) {
  uint64_t seen = 0;
  std::unique_lock lock(mutex);
  while (true) {
    jobStarted.wait(lock, [&] { return isStopping || generation != seen; });
    if (isStopping)
      return;
    seen = generation;
    if (worker < first || worker >= wanted)
      continue;
    --late;
    lock.unlock();
    job(context, worker);
    lock.lock();
    if (--running != 0)
      continue;
    jobEnded.notify_one();
    if (std::exchange(isAbandoned, false)) {
      isAcquired = false;
      released.notify_one();
    }
  }
}
