//===- GpuStream.cpp - Order of asynchronous work ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GpuComputeState.h"

using namespace llvm;
using namespace vmjit;

//===----------------------------------------------------------------------===//
// Events
//===----------------------------------------------------------------------===//

Error vmjit::nameKernels(Error error, StringRef kernels) {
  // What is of no kind need not be from a kernel.
  if (!error || getGpuErrorKind(error) == GpuErrorKind::Other)
    return toGpuError(std::move(error));
  return withKernel(std::move(error), kernels);
}

/// \p error of work of \p queue up to \p submission, which must not be known to
/// be done yet.
static Error nameLaunched(Error error, const SubmissionQueue &queue,
                          uint64_t submission) {
  if (!error)
    return error;
  return nameKernels(std::move(error), queue.getPendingKernels(submission));
}

GpuEvent::GpuEvent(std::shared_ptr<GpuCompute> device,
                   std::unique_ptr<DriverEvent> event)
    : device(std::move(device)), event(std::move(event)) {}
GpuEvent::GpuEvent(GpuEvent &&) noexcept = default;
GpuEvent::~GpuEvent() = default;

GpuEvent &GpuEvent::operator=(GpuEvent &&other) noexcept {
  // The event goes before the device that it is on.
  event = std::move(other.event);
  device = std::move(other.device);
  queue = std::move(other.queue);
  submission = other.submission;
  return *this;
}

Expected<bool> GpuEvent::isDone() const {
  if (!event)
    return invalidArgument("the event is empty");
  if (!queue)
    return true;
  Expected<bool> isDone = device->isEventDoneImpl(*event);
  if (!isDone)
    return nameLaunched(isDone.takeError(), *queue, submission);
  if (*isDone)
    queue->finish(submission);
  return isDone;
}

Error GpuEvent::synchronize(std::optional<std::chrono::nanoseconds> timeout) {
  if (!event)
    return invalidArgument("the event is empty");
  if (!queue)
    return Error::success();
  Expected<bool> isDone = device->state->waitFor(*event, getDeadline(timeout));
  if (!isDone)
    return nameLaunched(isDone.takeError(), *queue, submission);
  if (!*isDone)
    return makeGpuError(GpuErrorKind::Timeout,
                        "the event was not done after " + describe(*timeout));
  queue->finish(submission);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Streams
//===----------------------------------------------------------------------===//

GpuStream::GpuStream(std::shared_ptr<GpuCompute> device,
                     std::unique_ptr<DriverStream> stream,
                     std::shared_ptr<SubmissionQueue> queue)
    : device(std::move(device)), stream(std::move(stream)),
      queue(std::move(queue)) {}
GpuStream::GpuStream(GpuStream &&) noexcept = default;
GpuStream::~GpuStream() { finish(); }

GpuStream &GpuStream::operator=(GpuStream &&other) noexcept {
  if (this == &other)
    return *this;
  finish();
  stream = std::move(other.stream);
  device = std::move(other.device);
  queue = std::move(other.queue);
  return *this;
}

void GpuStream::finish() {
  if (!stream)
    return;
  // What was not asked for here is told by the device.
  device->state->keepError(synchronize());
  stream.reset();
}

Expected<bool> GpuStream::isIdle() const {
  if (!stream)
    return invalidArgument("the stream is empty");
  uint64_t last = queue->getLast();
  Expected<bool> isIdle = device->isStreamIdleImpl(*stream);
  if (!isIdle)
    return nameLaunched(isIdle.takeError(), *queue, last);
  if (*isIdle)
    queue->finish(last);
  return isIdle;
}

Error GpuStream::synchronize() {
  if (!stream)
    return invalidArgument("the stream is empty");
  uint64_t last = queue->getLast();
  Error error =
      nameLaunched(device->synchronizeStreamImpl(*stream), *queue, last);
  // Work that failed is over, too.
  queue->finish(last);
  return error;
}

//===----------------------------------------------------------------------===//
// The device's part
//===----------------------------------------------------------------------===//

Error GpuCompute::State::prepareStream(const GpuStream &stream) {
  if (Error error = prepare())
    return error;
  return verifyOwner(stream.getDevice(), "stream");
}

Expected<GpuStream> GpuCompute::createStream() {
  if (Error error = state->prepare())
    return std::move(error);
  Expected<std::unique_ptr<DriverStream>> stream = createStreamImpl();
  if (!stream)
    return toGpuError(stream.takeError());
  auto queue = std::make_shared<SubmissionQueue>();
  state->tracker.add(queue);
  return GpuStream(shared_from_this(), std::move(*stream), std::move(queue));
}

Expected<GpuEvent> GpuCompute::createEvent() {
  if (Error error = state->prepare())
    return std::move(error);
  Expected<std::unique_ptr<DriverEvent>> event = createEventImpl();
  if (!event)
    return toGpuError(event.takeError());
  return GpuEvent(shared_from_this(), std::move(*event));
}

Error GpuCompute::recordEvent(GpuEvent &event, GpuStream &stream) {
  if (Error error = state->prepareStream(stream))
    return error;
  if (Error error = state->verifyOwner(event.device.get(), "event"))
    return error;
  if (Error error = recordEventImpl(*event.event, *stream.stream))
    return toGpuError(std::move(error));
  event.queue = stream.queue;
  event.submission = stream.queue->getLast();
  return Error::success();
}

Error GpuCompute::waitEvent(GpuStream &stream, const GpuEvent &event) {
  if (Error error = state->prepareStream(stream))
    return error;
  if (Error error = state->verifyOwner(event.device.get(), "event"))
    return error;
  if (!event.queue)
    return Error::success();
  return toGpuError(waitEventImpl(*stream.stream, *event.event));
}

Expected<uint64_t> GpuCompute::getElapsedNanoseconds(const GpuEvent &start,
                                                     const GpuEvent &end) {
  if (Error error = state->prepare())
    return std::move(error);
  for (const GpuEvent *event : {&start, &end}) {
    if (Error error = state->verifyOwner(event->device.get(), "event"))
      return std::move(error);
    if (!event->queue)
      return invalidArgument("the event was never recorded");
    Expected<bool> isDone = event->isDone();
    if (!isDone)
      return isDone.takeError();
    if (!*isDone)
      return invalidArgument("the event is not done");
  }
  Expected<uint64_t> elapsed = getElapsedImpl(*start.event, *end.event);
  if (!elapsed)
    return toGpuError(elapsed.takeError());
  return elapsed;
}
