//===- DeviceStreamsImpl.h - Streams and events of a device -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// GpuCompute's functions on streams and events.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_DRIVERAPI_DEVICESTREAMSIMPL_H
#define VMJIT_LIB_RUNTIME_DRIVERAPI_DEVICESTREAMSIMPL_H

#include "Device.h"
#include "Event.h"

#include <algorithm>

namespace vmjit::driverapi {

template <class Traits>
typename Traits::Stream getStream(DriverStream &stream) {
  return static_cast<Stream<Traits> &>(stream).handle.get();
}

template <class Traits> typename Traits::Event getEvent(DriverEvent &event) {
  return static_cast<Event<Traits> &>(event).get();
}

template <class Traits>
llvm::Expected<std::unique_ptr<DriverStream>>
Device<Traits>::createStreamImpl() {
  ContextGuard guard(*context);
  if (guard.getStatus().failed())
    return fail(guard.getStatus(), GpuErrorKind::KernelExecutionFailed);
  llvm::Expected<StreamHandle<Traits>> handle =
      StreamHandle<Traits>::create(context);
  if (!handle)
    return handle.takeError();
  return std::make_unique<Stream<Traits>>(std::move(*handle));
}

template <class Traits>
llvm::Expected<std::unique_ptr<DriverEvent>> Device<Traits>::createEventImpl() {
  ContextGuard guard(*context);
  if (guard.getStatus().failed())
    return fail(guard.getStatus(), GpuErrorKind::KernelExecutionFailed);
  return Event<Traits>::create(context);
}

template <class Traits>
llvm::Expected<bool> Device<Traits>::isDone(const Status &status) {
  if (!status.failed())
    return true;
  if (Traits::getMeaning(status.result) == DriverMeaning::NotReady)
    return false;
  return fail(status, GpuErrorKind::KernelExecutionFailed);
}

template <class Traits>
llvm::Error Device<Traits>::synchronizeStreamImpl(DriverStream &stream) {
  Status status = callInContext(
      [&] { return api->streamSynchronize(getStream<Traits>(stream)); });
  if (status.failed())
    return fail(status, GpuErrorKind::KernelExecutionFailed);
  return llvm::Error::success();
}

template <class Traits>
llvm::Expected<bool> Device<Traits>::isStreamIdleImpl(DriverStream &stream) {
  return isDone(callInContext(
      [&] { return api->streamQuery(getStream<Traits>(stream)); }));
}

template <class Traits>
llvm::Error Device<Traits>::recordEventImpl(DriverEvent &event,
                                            DriverStream &stream) {
  Status status = callInContext([&] {
    return api->eventRecord(getEvent<Traits>(event), getStream<Traits>(stream));
  });
  if (status.failed())
    return fail(status, GpuErrorKind::KernelExecutionFailed, {},
                "an event cannot be recorded");
  return llvm::Error::success();
}

template <class Traits>
llvm::Error Device<Traits>::waitEventImpl(DriverStream &stream,
                                          DriverEvent &event) {
  Status status = callInContext([&] {
    return api->streamWaitEvent(getStream<Traits>(stream),
                                getEvent<Traits>(event), 0);
  });
  if (status.failed())
    return fail(status, GpuErrorKind::KernelExecutionFailed, {},
                "a stream cannot wait for an event");
  return llvm::Error::success();
}

template <class Traits>
llvm::Expected<bool> Device<Traits>::isEventDoneImpl(DriverEvent &event) {
  return isDone(
      callInContext([&] { return api->eventQuery(getEvent<Traits>(event)); }));
}

template <class Traits>
llvm::Error Device<Traits>::synchronizeEventImpl(DriverEvent &event) {
  Status status = callInContext(
      [&] { return api->eventSynchronize(getEvent<Traits>(event)); });
  if (status.failed())
    return fail(status, GpuErrorKind::KernelExecutionFailed);
  return llvm::Error::success();
}

template <class Traits>
llvm::Expected<uint64_t> Device<Traits>::getElapsedImpl(DriverEvent &start,
                                                        DriverEvent &end) {
  float milliseconds = 0;
  Status status = callInContext([&] {
    return api->eventElapsedTime(&milliseconds, getEvent<Traits>(start),
                                 getEvent<Traits>(end));
  });
  if (status.failed())
    return fail(status, GpuErrorKind::KernelExecutionFailed, {},
                "no time between events");
  return static_cast<uint64_t>(std::max(milliseconds, 0.0f) * 1e6);
}

} // namespace vmjit::driverapi

#endif // VMJIT_LIB_RUNTIME_DRIVERAPI_DEVICESTREAMSIMPL_H
