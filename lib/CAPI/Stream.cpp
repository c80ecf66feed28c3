//===- Stream.cpp - Streams and events as handles ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arguments.h"
#include "Conversions.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::capi;

vmjit_error *vmjit_stream_create(vmjit_device *device, vmjit_stream **stream) {
  Arguments arguments;
  arguments.out(stream, "stream").handle(device, "device");
  if (!arguments)
    return arguments.fail();
  Expected<GpuStream> created = device->device->createStream();
  if (!created)
    return toCError(created.takeError());
  *stream = new vmjit_stream(std::move(*created));
  return nullptr;
}

void vmjit_stream_destroy(vmjit_stream *stream) {
  if (stream && stream->isIntact())
    delete stream;
}

vmjit_error *vmjit_stream_synchronize(vmjit_stream *stream) {
  Arguments arguments;
  arguments.handle(stream, "stream");
  if (!arguments)
    return arguments.fail();
  return toCError(stream->stream.synchronize());
}

vmjit_error *vmjit_stream_is_idle(vmjit_stream *stream, int *idle) {
  Arguments arguments;
  arguments.handle(stream, "stream").pointer(idle, "idle");
  if (!arguments)
    return arguments.fail();
  Expected<bool> result = stream->stream.isIdle();
  if (!result)
    return toCError(result.takeError());
  *idle = *result;
  return nullptr;
}

vmjit_error *vmjit_stream_wait_event(vmjit_stream *stream,
                                     const vmjit_event *event) {
  Arguments arguments;
  arguments.handle(stream, "stream").handle(event, "event");
  if (!arguments)
    return arguments.fail();
  return toCError(
      stream->stream.getDevice()->waitEvent(stream->stream, event->event));
}

//===----------------------------------------------------------------------===//
// Events
//===----------------------------------------------------------------------===//

vmjit_error *vmjit_event_create(vmjit_device *device, vmjit_event **event) {
  Arguments arguments;
  arguments.out(event, "event").handle(device, "device");
  if (!arguments)
    return arguments.fail();
  Expected<GpuEvent> created = device->device->createEvent();
  if (!created)
    return toCError(created.takeError());
  *event = new vmjit_event(device->device, std::move(*created));
  return nullptr;
}

void vmjit_event_destroy(vmjit_event *event) {
  if (event && event->isIntact())
    delete event;
}

vmjit_error *vmjit_event_record(vmjit_event *event, vmjit_stream *stream) {
  Arguments arguments;
  arguments.handle(event, "event").handle(stream, "stream");
  if (!arguments)
    return arguments.fail();
  return toCError(event->device->recordEvent(event->event, stream->stream));
}

vmjit_error *vmjit_event_synchronize(vmjit_event *event, uint64_t timeout) {
  Arguments arguments;
  arguments.handle(event, "event");
  if (!arguments)
    return arguments.fail();
  std::optional<std::chrono::nanoseconds> limit = readTimeout(timeout);
  if (limit && limit->count() == 0)
    limit.reset();
  return toCError(event->event.synchronize(limit));
}

vmjit_error *vmjit_event_is_done(const vmjit_event *event, int *done) {
  Arguments arguments;
  arguments.handle(event, "event").pointer(done, "done");
  if (!arguments)
    return arguments.fail();
  Expected<bool> result = event->event.isDone();
  if (!result)
    return toCError(result.takeError());
  *done = *result;
  return nullptr;
}

vmjit_error *vmjit_event_get_elapsed(const vmjit_event *start,
                                     const vmjit_event *end,
                                     uint64_t *nanoseconds) {
  Arguments arguments;
  arguments.handle(start, "start")
      .handle(end, "end")
      .pointer(nanoseconds, "nanoseconds");
  if (!arguments)
    return arguments.fail();
  Expected<uint64_t> result =
      start->device->getElapsedNanoseconds(start->event, end->event);
  if (!result)
    return toCError(result.takeError());
  *nanoseconds = *result;
  return nullptr;
}
