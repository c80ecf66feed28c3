//===- Streams.cpp - The work of fake devices -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

#include "vmjit/ABI/Control.h"
#include "vmjit/ABI/Hart.h"

#include <cstring>
#include <utility>

using namespace fake;

/// How often something that hangs looks at its stop word, which the host writes
/// without telling anybody.
static constexpr std::chrono::microseconds kPoll{100};

Stream *Machine::createStream(Context *context) {
  Stream *stream = create<Stream>(context);
  stream->worker = std::thread([this, stream] { work(*stream); });
  return stream;
}

void Machine::work(Stream &stream) {
  std::unique_lock lock(mutex);
  while (true) {
    changed.wait(lock, [&] {
      if (isStopping || stream.queue.empty())
        return isStopping || !stream.isAlive;
      const Work &front = stream.queue.front();
      return !front.isReady || front.isReady() || stream.context->sticky != 0;
    });
    if (isStopping || stream.queue.empty())
      return;
    runFront(stream, lock);
    changed.notify_all();
  }
}

void Machine::runFront(Stream &stream, std::unique_lock<std::mutex> &lock) {
  // Stays in the queue while it runs, so that the stream is not idle.
  Work &work = stream.queue.front();
  if (work.faults.delay.count() > 0)
    changed.wait_for(lock, work.faults.delay, [&] { return isStopping; });
  if (work.faults.hangs) {
    uint64_t before = releases;
    while (releases == before && !isStopping && !isToldToStop(work))
      changed.wait_for(lock, kPoll);
  }
  Context &context = *stream.context;
  int result = context.sticky;
  if (result == Success)
    result = work.faults.workCode;
  if (result == Success && work.effect)
    result = work.effect();
  if (result != Success) {
    if (isSticky(result))
      context.sticky = result;
    if (stream.failure == Success)
      stream.failure = result;
  }
  stream.queue.pop_front();
  ++stream.completed;
}

/// Compiled code finds its control block through a variable of the module, or
/// in the launch record of hart mode. 0 if there is none.
uint64_t Machine::findControl(const Work &work) {
  uint64_t address = 0;
  if (!work.module || !work.module->isAlive)
    return address;
  auto global = work.module->globals.find(VMJIT_CONTROL_ADDRESS_SYMBOL);
  if (global != work.module->globals.end() &&
      global->second->size == sizeof(address))
    std::memcpy(&address, global->second->bytes.get(), sizeof(address));
  Allocation *record = memory.find(work.hartLaunch);
  if (address != 0 || !record || record->isFreed ||
      work.hartLaunch + sizeof(vmjit_hart_launch) >
          record->address + record->size)
    return address;
  vmjit_hart_launch launch;
  std::memcpy(&launch, record->at(work.hartLaunch), sizeof(launch));
  return launch.abi_version == VMJIT_HART_ABI_VERSION ? launch.control : 0;
}

/// The stop word ends a kernel that polls it.
bool Machine::isToldToStop(const Work &work) {
  uint64_t address = findControl(work);
  Allocation *block = memory.find(address);
  if (!block || block->isFreed ||
      address + sizeof(vmjit_control) > block->address + block->size)
    return false;
  auto *control = reinterpret_cast<vmjit_control *>(block->at(address));
  return __atomic_load_n(&control->stop, __ATOMIC_ACQUIRE) != 0;
}

void Machine::submit(Stream &stream, Work work) {
  work.faults = std::exchange(getThread().faults, {});
  stream.queue.push_back(std::move(work));
  ++stream.submitted;
  changed.notify_all();
}

void Machine::submit(Stream &stream, std::function<int()> effect) {
  Work work;
  work.effect = std::move(effect);
  submit(stream, std::move(work));
}

int Machine::takeFailure(Stream &stream) {
  int failure = stream.failure;
  stream.failure = Success;
  return stream.context->sticky != 0 ? stream.context->sticky : failure;
}

int Machine::wait(std::unique_lock<std::mutex> &lock, Stream &stream) {
  uint64_t target = stream.submitted;
  changed.wait(lock, [&] { return isStopping || stream.completed >= target; });
  return takeFailure(stream);
}

bool Machine::isIdle(const Context &context) const {
  for (const auto &[handle, object] : objects)
    if (object->kind == Object::Kind::Stream && object->context == &context)
      if (!static_cast<const Stream &>(*object).queue.empty())
        return false;
  return true;
}

int Machine::waitAll(std::unique_lock<std::mutex> &lock, Context &context) {
  changed.wait(lock, [&] { return isStopping || isIdle(context); });
  int first = Success;
  for (const auto &[handle, object] : objects)
    if (object->kind == Object::Kind::Stream && object->context == &context) {
      int failure = takeFailure(static_cast<Stream &>(*object));
      first = first != Success ? first : failure;
    }
  return first;
}

void Machine::release() {
  ++releases;
  std::erase_if(settings.faults, [](const Fault &fault) {
    return fault.kind == FaultKind::Hang;
  });
  changed.notify_all();
}

void Machine::waitForRelease(std::unique_lock<std::mutex> &lock) {
  uint64_t before = releases;
  changed.wait(lock, [&] { return isStopping || releases != before; });
}

void Machine::stopWorkers(std::unique_lock<std::mutex> &lock) {
  isStopping = true;
  changed.notify_all();
  std::vector<std::thread> workers;
  for (auto &[handle, object] : objects)
    if (object->kind == Object::Kind::Stream)
      workers.push_back(std::move(static_cast<Stream &>(*object).worker));
  lock.unlock();
  for (std::thread &worker : workers)
    if (worker.joinable())
      worker.join();
  lock.lock();
  isStopping = false;
}

void Machine::shutDown(std::unique_lock<std::mutex> &lock) {
  stopWorkers(lock);
  isStopping = true;
}
