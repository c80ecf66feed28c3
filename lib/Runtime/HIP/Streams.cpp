//===- Streams.cpp - The streams and events of a HIP device -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// GpuCompute's functions on streams and events.
//
//===----------------------------------------------------------------------===//

#include "Device.h"
#include "Event.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::hip;

static hipStream_t getHandle(DriverStream &stream) {
  return static_cast<HIPStream &>(stream).handle.get();
}

static hipEvent_t getHandle(DriverEvent &event) {
  return static_cast<HIPEvent &>(event).get();
}

Expected<std::unique_ptr<DriverStream>> HIPDevice::createStreamImpl() {
  ContextGuard guard(*context);
  if (guard.getStatus().failed())
    return fail(guard.getStatus(), GpuErrorKind::KernelExecutionFailed);
  Expected<StreamHandle> handle = StreamHandle::create(context);
  if (!handle)
    return handle.takeError();
  return std::make_unique<HIPStream>(std::move(*handle));
}

Expected<std::unique_ptr<DriverEvent>> HIPDevice::createEventImpl() {
  ContextGuard guard(*context);
  if (guard.getStatus().failed())
    return fail(guard.getStatus(), GpuErrorKind::KernelExecutionFailed);
  return HIPEvent::create(context);
}

Expected<bool> HIPDevice::isDone(const Status &status) {
  if (!status.failed())
    return true;
  if (getMeaning(status.result) == DriverMeaning::NotReady)
    return false;
  return fail(status, GpuErrorKind::KernelExecutionFailed);
}

Error HIPDevice::synchronizeStreamImpl(DriverStream &stream) {
  ContextGuard guard(*context);
  Status status = guard.getStatus();
  if (!status.failed())
    status = api->hipStreamSynchronize(getHandle(stream));
  if (status.failed())
    return fail(status, GpuErrorKind::KernelExecutionFailed);
  return Error::success();
}

Expected<bool> HIPDevice::isStreamIdleImpl(DriverStream &stream) {
  ContextGuard guard(*context);
  Status status = guard.getStatus();
  if (!status.failed())
    status = api->hipStreamQuery(getHandle(stream));
  return isDone(status);
}

Error HIPDevice::recordEventImpl(DriverEvent &event, DriverStream &stream) {
  ContextGuard guard(*context);
  Status status = guard.getStatus();
  if (!status.failed())
    status = api->hipEventRecord(getHandle(event), getHandle(stream));
  if (status.failed())
    return fail(status, GpuErrorKind::KernelExecutionFailed, {},
                "an event cannot be recorded");
  return Error::success();
}

Error HIPDevice::waitEventImpl(DriverStream &stream, DriverEvent &event) {
  ContextGuard guard(*context);
  Status status = guard.getStatus();
  if (!status.failed())
    status = api->hipStreamWaitEvent(getHandle(stream), getHandle(event), 0);
  if (status.failed())
    return fail(status, GpuErrorKind::KernelExecutionFailed, {},
                "a stream cannot wait for an event");
  return Error::success();
}

Expected<bool> HIPDevice::isEventDoneImpl(DriverEvent &event) {
  ContextGuard guard(*context);
  Status status = guard.getStatus();
  if (!status.failed())
    status = api->hipEventQuery(getHandle(event));
  return isDone(status);
}

Error HIPDevice::synchronizeEventImpl(DriverEvent &event) {
  ContextGuard guard(*context);
  Status status = guard.getStatus();
  if (!status.failed())
    status = api->hipEventSynchronize(getHandle(event));
  if (status.failed())
    return fail(status, GpuErrorKind::KernelExecutionFailed);
  return Error::success();
}

Expected<uint64_t> HIPDevice::getElapsedImpl(DriverEvent &start,
                                             DriverEvent &end) {
  ContextGuard guard(*context);
  float milliseconds = 0;
  Status status = guard.getStatus();
  if (!status.failed())
    status = api->hipEventElapsedTime(&milliseconds, getHandle(start),
                                      getHandle(end));
  if (status.failed())
    return fail(status, GpuErrorKind::KernelExecutionFailed, {},
                "no time between events");
  return static_cast<uint64_t>(std::max(milliseconds, 0.0f) * 1e6);
}
