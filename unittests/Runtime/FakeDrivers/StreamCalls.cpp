//===- StreamCalls.cpp - Streams and events of fake devices -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "Call.h"

using namespace fake;

/// Streams that wait for the one that always is there are not modelled.
static constexpr unsigned kNonBlocking = 1;
static constexpr unsigned kDisableTiming = 2;

int fake::createStream(Machine &machine, Lock &, HandleResult handle,
                       unsigned flags) {
  if (!canWrite(machine, handle))
    return InvalidValue;
  if (flags != kNonBlocking)
    return machine.violation("a stream that is not NON_BLOCKING", InvalidValue);
  handle.put(machine.createStream(machine.getCurrent()));
  return Success;
}

/// Work that is under way goes on.
int fake::destroyStream(Machine &machine, Lock &, void *handle) {
  Stream *stream = machine.find<Stream>(handle);
  if (!stream)
    return InvalidHandle;
  stream->isAlive = false;
  machine.changed.notify_all();
  return Success;
}

int fake::synchronizeStream(Machine &machine, Lock &lock, void *handle) {
  Stream *stream = machine.find<Stream>(handle);
  return stream ? machine.wait(lock, *stream) : int(InvalidHandle);
}

int fake::queryStream(Machine &machine, Lock &, void *handle) {
  Stream *stream = machine.find<Stream>(handle);
  if (!stream)
    return InvalidHandle;
  return stream->queue.empty() ? machine.takeFailure(*stream) : int(NotReady);
}

int fake::createEvent(Machine &machine, Lock &, HandleResult handle,
                      unsigned flags) {
  if (!canWrite(machine, handle))
    return InvalidValue;
  if ((flags & ~kDisableTiming) != 0)
    return machine.violation("unknown flags", InvalidValue);
  handle.put(machine.create<Event>(machine.getCurrent(),
                                   (flags & kDisableTiming) == 0));
  return Success;
}

int fake::destroyEvent(Machine &machine, Lock &, void *handle) {
  Event *event = machine.find<Event>(handle);
  if (!event)
    return InvalidHandle;
  event->isAlive = false;
  return Success;
}

int fake::recordEvent(Machine &machine, Lock &, void *eventHandle,
                      void *streamHandle) {
  Event *event = machine.find<Event>(eventHandle);
  Stream *stream = machine.find<Stream>(streamHandle);
  if (!event || !stream)
    return InvalidHandle;
  auto record = std::make_shared<Event::Record>();
  event->record = record;
  machine.submit(*stream, [record] {
    record->isDone = true;
    record->time = Clock::now();
    return int(Success);
  });
  return Success;
}

/// Later recordings of the event do not matter.
int fake::waitEvent(Machine &machine, Lock &, void *streamHandle,
                    void *eventHandle, unsigned flags) {
  if (flags != 0)
    return machine.violation("flags", InvalidValue);
  Stream *stream = machine.find<Stream>(streamHandle);
  Event *event = machine.find<Event>(eventHandle);
  if (!event || !stream)
    return InvalidHandle;
  if (!event->record)
    return Success;
  Work work;
  work.isReady = [record = event->record, context = event->context] {
    return record->isDone || context->sticky != 0;
  };
  machine.submit(*stream, std::move(work));
  return Success;
}

int fake::queryEvent(Machine &machine, Lock &, void *handle) {
  Event *event = machine.find<Event>(handle);
  if (!event)
    return InvalidHandle;
  if (event->record && !event->record->isDone)
    return NotReady;
  return Success;
}

int fake::synchronizeEvent(Machine &machine, Lock &lock, void *handle) {
  Event *event = machine.find<Event>(handle);
  if (!event)
    return InvalidHandle;
  auto record = event->record;
  Context *context = event->context;
  uint64_t generation = machine.generation;
  machine.changed.wait(lock, [&] {
    return machine.generation != generation || !record || record->isDone ||
           context->sticky != 0;
  });
  return machine.generation == generation ? context->sticky : int(Success);
}

int fake::getElapsed(Machine &machine, Lock &, float *milliseconds,
                     void *startHandle, void *endHandle) {
  Event *start = machine.find<Event>(startHandle);
  Event *end = machine.find<Event>(endHandle);
  if (!canWrite(machine, milliseconds))
    return InvalidValue;
  if (!start || !end)
    return InvalidHandle;
  if (!start->hasTiming || !end->hasTiming || !start->record || !end->record)
    return machine.violation("an event without a time", InvalidHandle);
  if (!start->record->isDone || !end->record->isDone)
    return NotReady;
  *milliseconds = std::chrono::duration<float, std::milli>(end->record->time -
                                                           start->record->time)
                      .count();
  return Success;
}
