//===- Streams.cpp - The streams and events of a CUDA device ----*- C++ -*-===//
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
using namespace vmjit::cuda;

static CUstream getHandle(DriverStream &stream) {
  return static_cast<CUDAStream &>(stream).handle.get();
}

static CUevent getHandle(DriverEvent &event) {
  return static_cast<CUDAEvent &>(event).get();
}

Expected<std::unique_ptr<DriverStream>> CUDADevice::createStreamImpl() {
  ContextGuard guard(*context);
  if (guard.getStatus().failed())
    return fail(guard.getStatus(), GpuErrorKind::KernelExecutionFailed);
  Expected<StreamHandle> handle = StreamHandle::create(context);
  if (!handle)
    return handle.takeError();
  return std::make_unique<CUDAStream>(std::move(*handle));
}

Expected<std::unique_ptr<DriverEvent>> CUDADevice::createEventImpl() {
  ContextGuard guard(*context);
  if (guard.getStatus().failed())
    return fail(guard.getStatus(), GpuErrorKind::KernelExecutionFailed);
  return CUDAEvent::create(context);
}

Expected<bool> CUDADevice::isDone(const Status &status) {
  if (!status.failed())
    return true;
  if (getMeaning(status.result) == DriverMeaning::NotReady)
    return false;
  return fail(status, GpuErrorKind::KernelExecutionFailed);
}

Error CUDADevice::synchronizeStreamImpl(DriverStream &stream) {
  ContextGuard guard(*context);
  Status status = guard.getStatus();
  if (!status.failed())
    status = api->cuStreamSynchronize(getHandle(stream));
  if (status.failed())
    return fail(status, GpuErrorKind::KernelExecutionFailed);
  return Error::success();
}

Expected<bool> CUDADevice::isStreamIdleImpl(DriverStream &stream) {
  ContextGuard guard(*context);
  Status status = guard.getStatus();
  if (!status.failed())
    status = api->cuStreamQuery(getHandle(stream));
  return isDone(status);
}

Error CUDADevice::recordEventImpl(DriverEvent &event, DriverStream &stream) {
  ContextGuard guard(*context);
  Status status = guard.getStatus();
  if (!status.failed())
    status = api->cuEventRecord(getHandle(event), getHandle(stream));
  if (status.failed())
    return fail(status, GpuErrorKind::KernelExecutionFailed, {},
                "an event cannot be recorded");
  return Error::success();
}

Error CUDADevice::waitEventImpl(DriverStream &stream, DriverEvent &event) {
  ContextGuard guard(*context);
  Status status = guard.getStatus();
  if (!status.failed())
    status = api->cuStreamWaitEvent(getHandle(stream), getHandle(event), 0);
  if (status.failed())
    return fail(status, GpuErrorKind::KernelExecutionFailed, {},
                "a stream cannot wait for an event");
  return Error::success();
}

Expected<bool> CUDADevice::isEventDoneImpl(DriverEvent &event) {
  ContextGuard guard(*context);
  Status status = guard.getStatus();
  if (!status.failed())
    status = api->cuEventQuery(getHandle(event));
  return isDone(status);
}

Error CUDADevice::synchronizeEventImpl(DriverEvent &event) {
  ContextGuard guard(*context);
  Status status = guard.getStatus();
  if (!status.failed())
    status = api->cuEventSynchronize(getHandle(event));
  if (status.failed())
    return fail(status, GpuErrorKind::KernelExecutionFailed);
  return Error::success();
}

Expected<uint64_t> CUDADevice::getElapsedImpl(DriverEvent &start,
                                              DriverEvent &end) {
  ContextGuard guard(*context);
  float milliseconds = 0;
  Status status = guard.getStatus();
  if (!status.failed())
    status = api->cuEventElapsedTime(&milliseconds, getHandle(start),
                                     getHandle(end));
  if (status.failed())
    return fail(status, GpuErrorKind::KernelExecutionFailed, {},
                "no time between events");
  return static_cast<uint64_t>(std::max(milliseconds, 0.0f) * 1e6);
}
