//===- ThreadStream.cpp - Streams of devices that are threads ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/ThreadStream.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace vmjit;

//===----------------------------------------------------------------------===//
// Queues
//===----------------------------------------------------------------------===//

ThreadQueue::~ThreadQueue() {
  {
    std::lock_guard lock(mutex);
    isStopping = true;
  }
  hasWork.notify_all();
  if (thread.joinable())
    thread.join();
}

void ThreadQueue::submit(Work work) {
  {
    std::lock_guard lock(mutex);
    queue.push_back(std::move(work));
    if (!thread.joinable())
      thread = std::thread([this] { this->work(); });
  }
  hasWork.notify_one();
}

void ThreadQueue::work() {
  std::unique_lock lock(mutex);
  while (true) {
    hasWork.wait(lock, [&] { return isStopping || !queue.empty(); });
    if (queue.empty())
      return;
    isWorking = true;
    {
      Work current = std::move(queue.front());
      queue.pop_front();
      lock.unlock();
      Error error = current();
      lock.lock();
      if (!error)
        ;
      else if (failure)
        consumeError(std::move(error));
      else
        failure = takeGpuError(std::move(error));
    }
    isWorking = false;
    if (queue.empty())
      isDone.notify_all();
  }
}

static Error makeFailure(std::optional<GpuError> failure) {
  return failure ? make_error<GpuError>(std::move(*failure)) : Error::success();
}

std::optional<GpuError> ThreadQueue::getFailure() {
  std::lock_guard lock(mutex);
  return failure;
}

Expected<bool> ThreadQueue::isIdle() {
  std::lock_guard lock(mutex);
  if (failure)
    return make_error<GpuError>(*failure);
  return queue.empty() && !isWorking;
}

Error ThreadQueue::synchronize() {
  std::unique_lock lock(mutex);
  isDone.wait(lock, [&] { return queue.empty() && !isWorking; });
  return makeFailure(std::exchange(failure, std::nullopt));
}

//===----------------------------------------------------------------------===//
// Streams and events
//===----------------------------------------------------------------------===//

ThreadStream::~ThreadStream() { consumeError(queue->synchronize()); }

void ThreadStream::record(ThreadEvent &event) {
  auto point = std::make_shared<ThreadEvent::Point>();
  event.setPoint(point);
  queue->submit([point, queue = queue.get()] {
    std::optional<GpuError> failure = queue->getFailure();
    std::lock_guard lock(point->mutex);
    point->isReached = true;
    point->time = std::chrono::steady_clock::now();
    point->failure = std::move(failure);
    point->reached.notify_all();
    return Error::success();
  });
}

void ThreadStream::waitFor(ThreadEvent &event) {
  std::shared_ptr<ThreadEvent::Point> point = event.getPoint();
  if (!point)
    return;
  queue->submit([point] {
    std::unique_lock lock(point->mutex);
    point->reached.wait(lock, [&] { return point->isReached; });
    return Error::success();
  });
}

std::unique_ptr<ThreadStream> ThreadStreamSet::create() {
  auto queue = std::make_shared<ThreadQueue>();
  std::lock_guard lock(mutex);
  erase_if(queues, [](const auto &other) { return other.expired(); });
  queues.push_back(queue);
  return std::make_unique<ThreadStream>(std::move(queue));
}

Error ThreadStreamSet::synchronize() {
  // Kept alive here while they are waited for.
  SmallVector<std::shared_ptr<ThreadQueue>> alive;
  {
    std::lock_guard lock(mutex);
    for (const std::weak_ptr<ThreadQueue> &queue : queues)
      if (std::shared_ptr<ThreadQueue> found = queue.lock())
        alive.push_back(std::move(found));
  }
  std::optional<GpuError> first;
  for (const std::shared_ptr<ThreadQueue> &queue : alive) {
    Error error = queue->synchronize();
    if (!error)
      continue;
    GpuError failure = takeGpuError(std::move(error));
    if (!first)
      first = std::move(failure);
  }
  return makeFailure(std::move(first));
}

ThreadEvent::~ThreadEvent() = default;

std::shared_ptr<ThreadEvent::Point> ThreadEvent::getPoint() {
  std::lock_guard lock(mutex);
  return point;
}

void ThreadEvent::setPoint(std::shared_ptr<Point> newPoint) {
  std::lock_guard lock(mutex);
  point = std::move(newPoint);
}

Expected<bool> ThreadEvent::isDone() {
  std::shared_ptr<Point> current = getPoint();
  if (!current)
    return true;
  std::lock_guard lock(current->mutex);
  if (current->failure)
    return make_error<GpuError>(*current->failure);
  return current->isReached;
}

Error ThreadEvent::synchronize() {
  std::shared_ptr<Point> current = getPoint();
  if (!current)
    return Error::success();
  std::unique_lock lock(current->mutex);
  current->reached.wait(lock, [&] { return current->isReached; });
  return makeFailure(current->failure);
}

uint64_t ThreadEvent::getNanosecondsSince(ThreadEvent &start) {
  std::shared_ptr<Point> from = start.getPoint();
  std::shared_ptr<Point> to = getPoint();
  assert(from && to && "both events are done");
  std::chrono::nanoseconds time = to->time - from->time;
  return time.count() < 0 ? 0 : static_cast<uint64_t>(time.count());
}
