//===- MemoryCalls.cpp - Memory and copies of fake devices ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "Call.h"

#include <cstring>

using namespace fake;

static int allocate(Machine &machine, MemoryKind kind, uint64_t size,
                    Allocation *&allocation) {
  if (size == 0)
    return machine.violation("allocates nothing", InvalidValue);
  int device = machine.getCurrent()->device;
  if (kind != MemoryKind::Host &&
      size > machine.settings.memoryBytes - machine.memory.getUsedBytes(device))
    return OutOfMemory;
  allocation = machine.memory.allocate(kind, device, size);
  return allocation ? Success : OutOfMemory;
}

int fake::allocateDevice(Machine &machine, Lock &, MemoryKind kind,
                         AddressResult address, uint64_t size, unsigned flags,
                         unsigned expectedFlags) {
  if (!canWrite(machine, address))
    return InvalidValue;
  if (flags != expectedFlags)
    return machine.violation("unexpected flags", InvalidValue);
  Allocation *allocation = nullptr;
  int result = allocate(machine, kind, size, allocation);
  if (result == Success)
    address.put(allocation->address);
  return result;
}

int fake::allocateHost(Machine &machine, Lock &, void **pointer, uint64_t size,
                       unsigned flags, unsigned expectedFlags) {
  if (!canWrite(machine, pointer))
    return InvalidValue;
  if (flags != expectedFlags)
    return machine.violation("unexpected flags", InvalidValue);
  Allocation *allocation = nullptr;
  int result = allocate(machine, MemoryKind::Host, size, allocation);
  if (result == Success)
    *pointer = allocation->bytes.get();
  return result;
}

/// Checks that \p allocation, of \p address, can be freed now.
static int checkFree(Machine &machine, Allocation *allocation, bool isStart) {
  if (!allocation || !isStart)
    return machine.violation("frees what is no allocation", InvalidValue);
  if (allocation->isFreed)
    return machine.violation("frees memory twice", InvalidValue);
  if (allocation->device != machine.getCurrent()->device)
    return machine.violation("frees memory of another device", InvalidValue);
  return Success;
}

int fake::freeDevice(Machine &machine, Lock &lock, Address address) {
  Allocation *allocation = machine.memory.find(address.value);
  bool isStart = allocation && allocation->address == address.value &&
                 allocation->kind != MemoryKind::Host &&
                 allocation->kind != MemoryKind::Global;
  if (int wrong = checkFree(machine, allocation, isStart))
    return wrong;
  // As real drivers do.
  int failure = machine.waitAll(lock, *machine.getCurrent());
  machine.memory.free(*allocation);
  return failure;
}

int fake::freeHost(Machine &machine, Lock &lock, void *pointer) {
  Allocation *allocation = machine.memory.findHost(pointer, /*mustStart=*/true);
  if (int wrong = checkFree(machine, allocation, allocation != nullptr))
    return wrong;
  int failure = machine.waitAll(lock, *machine.getCurrent());
  machine.memory.free(*allocation);
  return failure;
}

int fake::getHostDevicePointer(Machine &machine, Lock &, AddressResult address,
                               void *pointer, unsigned flags) {
  if (!canWrite(machine, address))
    return InvalidValue;
  if (flags != 0)
    return machine.violation("flags", InvalidValue);
  Allocation *allocation = machine.memory.findHost(pointer);
  if (!allocation)
    return machine.violation("no host memory of the driver", InvalidValue);
  address.put(allocation->address +
              (static_cast<uint8_t *>(pointer) - allocation->bytes.get()));
  return Success;
}

int fake::getMemoryInfo(Machine &machine, Lock &, size_t *free, size_t *total) {
  if (!canWrite(machine, free) || !canWrite(machine, total))
    return InvalidValue;
  *total = machine.settings.memoryBytes;
  *free = *total - machine.memory.getUsedBytes(machine.getCurrent()->device);
  return Success;
}

/// The bytes of a range as the device of \p context sees it; null, and a
/// violation, if it is not inside memory of that device.
static uint8_t *findBytes(Machine &machine, const Context *context,
                          uint64_t address, uint64_t size) {
  Allocation *allocation = machine.memory.find(address);
  const char *wrong = nullptr;
  if (!allocation)
    wrong = "an address of no memory";
  else if (allocation->isFreed)
    wrong = "memory that was freed";
  else if (size > allocation->size - (address - allocation->address))
    wrong = "a range that goes beyond its memory";
  else if (!context || (allocation->device != context->device &&
                        allocation->kind != MemoryKind::Host))
    wrong = "memory of another device";
  if (!wrong)
    return allocation->at(address);
  machine.violation(wrong, 0);
  return nullptr;
}

static bool isHostPointer(Machine &machine, const void *pointer) {
  if (pointer && !Memory::isDeviceAddress(reinterpret_cast<uintptr_t>(pointer)))
    return true;
  machine.violation("no host pointer", 0);
  return false;
}

int fake::copyToDevice(Machine &machine, Lock &, Address device,
                       const void *host, uint64_t size, void *handle) {
  Stream *stream = machine.find<Stream>(handle);
  if (!stream)
    return InvalidHandle;
  uint8_t *to = findBytes(machine, machine.getCurrent(), device.value, size);
  if (!to || !isHostPointer(machine, host))
    return InvalidValue;
  // What is not pinned is copied elsewhere before the call returns.
  std::vector<uint8_t> staged;
  if (!machine.memory.findHost(host)) {
    auto *bytes = static_cast<const uint8_t *>(host);
    staged.assign(bytes, bytes + size);
  }
  machine.submit(*stream, [=, staged = std::move(staged)] {
    std::memcpy(to, staged.empty() ? host : staged.data(), size);
    return int(Success);
  });
  return Success;
}

int fake::copyToHost(Machine &machine, Lock &lock, void *host, Address device,
                     uint64_t size, void *handle) {
  Stream *stream = machine.find<Stream>(handle);
  if (!stream)
    return InvalidHandle;
  const uint8_t *from =
      findBytes(machine, machine.getCurrent(), device.value, size);
  if (!from || !isHostPointer(machine, host))
    return InvalidValue;
  bool isPinned = machine.memory.findHost(host) != nullptr;
  machine.submit(*stream, [=] {
    std::memcpy(host, from, size);
    return int(Success);
  });
  // What is not pinned is complete when the call returns.
  return isPinned ? int(Success) : machine.wait(lock, *stream);
}

int fake::copyOnDevice(Machine &machine, Lock &, Address destination,
                       Address source, uint64_t size, void *handle) {
  Context *current = machine.getCurrent();
  return copyBetween(machine, destination, current, source, current, size,
                     handle);
}

int fake::copyBetween(Machine &machine, Address destination, Context *to,
                      Address source, Context *from, uint64_t size,
                      void *handle) {
  Stream *stream = machine.find<Stream>(handle);
  if (!stream)
    return InvalidHandle;
  uint8_t *target = findBytes(machine, to, destination.value, size);
  const uint8_t *bytes = findBytes(machine, from, source.value, size);
  if (!target || !bytes)
    return InvalidValue;
  machine.submit(*stream, [=] {
    std::memmove(target, bytes, size);
    return int(Success);
  });
  return Success;
}

int fake::fill(Machine &machine, Lock &, Address address, uint8_t value,
               uint64_t size, void *handle) {
  Stream *stream = machine.find<Stream>(handle);
  if (!stream)
    return InvalidHandle;
  uint8_t *bytes =
      findBytes(machine, machine.getCurrent(), address.value, size);
  if (!bytes)
    return InvalidValue;
  machine.submit(*stream, [=] {
    std::memset(bytes, value, size);
    return int(Success);
  });
  return Success;
}
