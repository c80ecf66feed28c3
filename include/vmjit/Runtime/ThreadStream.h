//===- ThreadStream.h - Streams of devices that are threads -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// For drivers whose device has no queues of its own: work is done in order on a
// thread of the stream's.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_THREADSTREAM_H
#define VMJIT_RUNTIME_THREADSTREAM_H

#include "vmjit/Runtime/GpuDriver.h"
#include "llvm/ADT/FunctionExtras.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace vmjit {

class ThreadEvent;

/// A queue of work and the thread that does it. Thread-safe.
class ThreadQueue {
public:
  using Work = llvm::unique_function<llvm::Error()>;

  /// Waits for all work. Not to be called by the work itself.
  ~ThreadQueue();

  /// Appends \p work. Work that fails does not keep later work from running;
  /// the first failure is kept.
  void submit(Work work);
  /// Whether all work is done. Fails with the failure that is kept, which
  /// stays.
  llvm::Expected<bool> isIdle();
  /// Waits for all work. Fails with the failure that was kept.
  llvm::Error synchronize();
  /// A copy of the failure that is kept.
  std::optional<GpuError> getFailure();

private:
  void work();

  std::mutex mutex;
  std::condition_variable hasWork;
  std::condition_variable isDone;
  std::deque<Work> queue;
  bool isWorking = false;
  bool isStopping = false;
  std::optional<GpuError> failure;
  /// Started by the first work.
  std::thread thread;
};

/// A stream whose work a thread does. Destroying it waits for the work.
class ThreadStream : public DriverStream {
public:
  explicit ThreadStream(std::shared_ptr<ThreadQueue> queue)
      : queue(std::move(queue)) {}
  ~ThreadStream() override;

  ThreadQueue &getQueue() { return *queue; }
  /// Puts \p event behind all work so far. It then fails with the failure that
  /// is kept at that point.
  void record(ThreadEvent &event);
  /// Lets later work wait for what \p event was recorded behind, if it was.
  void waitFor(ThreadEvent &event);

private:
  std::shared_ptr<ThreadQueue> queue;
};

/// The streams of a device. Thread-safe.
class ThreadStreamSet {
public:
  std::unique_ptr<ThreadStream> create();
  /// Waits for the work of all streams. Fails with the first failure.
  llvm::Error synchronize();

private:
  std::mutex mutex;
  std::vector<std::weak_ptr<ThreadQueue>> queues;
};

/// A point in the work of a ThreadStream. May be destroyed while the stream has
/// not reached it. Thread-safe.
class ThreadEvent : public DriverEvent {
public:
  /// What the stream reaches.
  struct Point {
    std::mutex mutex;
    std::condition_variable reached;
    bool isReached = false;
    std::chrono::steady_clock::time_point time;
    std::optional<GpuError> failure;
  };

  ~ThreadEvent() override;

  /// Whether it is reached, or was never recorded. Fails if work before it did.
  llvm::Expected<bool> isDone();
  /// Waits until it is.
  llvm::Error synchronize();
  /// The time from \p start to here; both must be done.
  uint64_t getNanosecondsSince(ThreadEvent &start);

private:
  friend class ThreadStream;

  std::shared_ptr<Point> getPoint();
  void setPoint(std::shared_ptr<Point> newPoint);

  std::mutex mutex;
  /// Of the last record; null before.
  std::shared_ptr<Point> point;
};

} // namespace vmjit

#endif // VMJIT_RUNTIME_THREADSTREAM_H
