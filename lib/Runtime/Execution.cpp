//===- Execution.cpp - Blocking executions and waiting ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// What executeKernel does where the driver has no shorter way, and the order of
// launches that share a control address.
//
//===----------------------------------------------------------------------===//

#include "GpuComputeState.h"

#include "vmjit/Runtime/LaunchControl.h"
#include "llvm/Support/Format.h"

#include <thread>

using namespace llvm;
using namespace vmjit;
using Clock = std::chrono::steady_clock;

//===----------------------------------------------------------------------===//
// Waiting
//===----------------------------------------------------------------------===//

Deadline vmjit::getDeadline(std::optional<std::chrono::nanoseconds> timeout) {
  if (!timeout)
    return std::nullopt;
  Clock::time_point now = Clock::now();
  // Far beyond what anybody waits for, so that nothing overflows.
  constexpr std::chrono::hours kForever{24 * 365};
  return now + std::min<std::chrono::nanoseconds>(*timeout, kForever);
}

std::string vmjit::describe(std::chrono::nanoseconds timeout) {
  std::string text;
  raw_string_ostream os(text);
  os << format("%g s", std::chrono::duration<double>(timeout).count());
  return text;
}

namespace {
/// Pauses that grow from nothing to a millisecond: short work is noticed at
/// once, long work costs no processor.
class Backoff {
public:
  void pause(Clock::time_point deadline) {
    if (count < kSpins) {
      ++count;
      std::this_thread::yield();
      return;
    }
    std::this_thread::sleep_until(std::min(deadline, Clock::now() + step));
    step = std::min(step * 2, kLongest);
  }

private:
  static constexpr unsigned kSpins = 100;
  static constexpr std::chrono::nanoseconds kLongest =
      std::chrono::milliseconds(1);

  unsigned count = 0;
  std::chrono::nanoseconds step = std::chrono::microseconds(10);
};
} // namespace

Expected<bool> GpuCompute::State::waitFor(DriverEvent &event,
                                          Deadline deadline) {
  if (!deadline) {
    if (Error error = device.synchronizeEventImpl(event))
      return std::move(error);
    return true;
  }
  Backoff backoff;
  while (true) {
    bool isLate = Clock::now() >= *deadline;
    Expected<bool> isDone = device.isEventDoneImpl(event);
    if (!isDone || *isDone || isLate)
      return isDone;
    backoff.pause(*deadline);
  }
}

//===----------------------------------------------------------------------===//
// Order of launches
//===----------------------------------------------------------------------===//

Error GpuCompute::State::launch(DriverKernel &kernel, const Entry &entry,
                                const DriverLaunch &launch,
                                DriverStream &stream) {
  // Only then is the control address a variable of the module, which holds for
  // all launches that are under way.
  bool sharesAddress = entry.mode == EntryMode::Kernel && entry.stoppable &&
                       !info.sharesHostMemory;
  if (!sharesAddress)
    return device.launchImpl(kernel, launch, stream);
  DriverKernel::LaunchOrder *order = nullptr;
  {
    std::lock_guard lock(mutex);
    if (!kernel.order)
      kernel.order = std::make_unique<DriverKernel::LaunchOrder>();
    order = kernel.order.get();
  }
  std::lock_guard lock(order->mutex);
  if (order->lastLaunch) {
    if (Error error = device.waitEventImpl(stream, *order->lastLaunch))
      return error;
  } else {
    Expected<std::unique_ptr<DriverEvent>> event = device.createEventImpl();
    if (!event)
      return event.takeError();
    order->lastLaunch = std::move(*event);
  }
  if (Error error = device.launchImpl(kernel, launch, stream))
    return error;
  return device.recordEventImpl(*order->lastLaunch, stream);
}

//===----------------------------------------------------------------------===//
// Blocking executions
//===----------------------------------------------------------------------===//

/// An execution that goes on after its timeout, on its lane.
class GpuCompute::State::LaneWork : public DriverWork {
public:
  LaneWork(GpuCompute &device, std::unique_ptr<Lane> lane)
      : device(device), lane(std::move(lane)) {}

  bool isDone() override {
    Expected<bool> isDone = device.isEventDoneImpl(*lane->end);
    if (isDone)
      return *isDone;
    // It failed, so it has ended.
    consumeError(isDone.takeError());
    return true;
  }

private:
  GpuCompute &device;
  std::unique_ptr<Lane> lane;
};

/// Takes the last of \p idle; null if it is empty.
template <class T> static T takeLast(SmallVectorImpl<T> &idle) {
  return idle.empty() ? T() : idle.pop_back_val();
}

std::shared_ptr<SubmissionQueue> GpuCompute::State::takeQueue() {
  {
    std::lock_guard lock(mutex);
    if (std::shared_ptr<SubmissionQueue> queue = takeLast(idleQueues))
      return queue;
  }
  auto queue = std::make_shared<SubmissionQueue>();
  tracker.add(queue);
  return queue;
}

void GpuCompute::State::giveBack(std::shared_ptr<SubmissionQueue> queue) {
  queue->finish(queue->getLast());
  std::lock_guard lock(mutex);
  idleQueues.push_back(std::move(queue));
}

Expected<std::unique_ptr<GpuCompute::State::Lane>>
GpuCompute::State::takeLane() {
  {
    std::lock_guard lock(mutex);
    if (std::unique_ptr<Lane> lane = takeLast(idleLanes))
      return lane;
  }
  auto lane = std::make_unique<Lane>();
  Expected<std::unique_ptr<DriverStream>> stream = device.createStreamImpl();
  if (!stream)
    return stream.takeError();
  lane->stream = std::move(*stream);
  for (std::unique_ptr<DriverEvent> *slot : {&lane->start, &lane->end}) {
    Expected<std::unique_ptr<DriverEvent>> event = device.createEventImpl();
    if (!event)
      return event.takeError();
    *slot = std::move(*event);
  }
  return lane;
}

void GpuCompute::State::giveBack(std::unique_ptr<Lane> lane) {
  std::lock_guard lock(mutex);
  idleLanes.push_back(std::move(lane));
}

Error GpuCompute::State::start(Lane &lane, DriverKernel &kernel,
                               const Entry &entry,
                               const DriverLaunch &request) {
  if (Error error = device.recordEventImpl(*lane.start, *lane.stream))
    return error;
  if (Error error = launch(kernel, entry, request, *lane.stream))
    return error;
  return device.recordEventImpl(*lane.end, *lane.stream);
}

Expected<DriverExecution>
GpuCompute::executeImpl(DriverKernel &kernel, const Entry &entry,
                        const DriverLaunch &launch,
                        std::optional<std::chrono::nanoseconds> timeout) {
  Deadline deadline = getDeadline(timeout);
  Expected<std::unique_ptr<State::Lane>> lane = state->takeLane();
  if (!lane)
    return lane.takeError();
  if (Error error = state->start(**lane, kernel, entry, launch)) {
    // Nothing of it may be under way when the caller sees the error.
    consumeError(synchronizeStreamImpl(*(*lane)->stream));
    return std::move(error);
  }
  DriverExecution execution;
  Expected<bool> isDone = state->waitFor(*(*lane)->end, deadline);
  if (isDone && !*isDone) {
    execution.isTimedOut = true;
    if (launch.hostControl) {
      requestStop(*launch.hostControl);
      isDone = state->waitFor(*(*lane)->end, getDeadline(kStopGrace));
    }
  }
  if (!isDone)
    return isDone.takeError();
  if (!*isDone) {
    execution.unfinished =
        std::make_unique<State::LaneWork>(*this, std::move(*lane));
    return execution;
  }
  Expected<uint64_t> elapsed = getElapsedImpl(*(*lane)->start, *(*lane)->end);
  if (!elapsed)
    return elapsed.takeError();
  execution.deviceNanoseconds = *elapsed;
  state->giveBack(std::move(*lane));
  return execution;
}
