//===- Memory.cpp - The memory of fake devices ------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "Memory.h"

#include <algorithm>
#include <cstring>

using namespace fake;

/// As real drivers align.
static constexpr uint64_t kAlign = 512;
/// The bytes of new memory are set up to this size, so that nobody takes it for
/// zeroed; beyond, setting them would take too long.
static constexpr uint64_t kMaxPattern = uint64_t(1) << 20;

Allocation *Memory::allocate(MemoryKind kind, int device, uint64_t size) {
  uint64_t rounded = (size + kAlign - 1) / kAlign * kAlign;
  auto *bytes = static_cast<uint8_t *>(std::aligned_alloc(kAlign, rounded));
  if (!bytes)
    return nullptr;
  int pattern = kind == MemoryKind::Global ? 0 : 0xa5;
  std::memset(bytes, pattern, std::min(size, kMaxPattern));
  Allocation allocation;
  allocation.kind = kind;
  allocation.device = device;
  allocation.size = size;
  allocation.bytes.reset(bytes);
  if (kind == MemoryKind::Managed) {
    allocation.address = reinterpret_cast<uintptr_t>(bytes);
    // The system may hand out again what was freed.
    std::erase_if(allocations, [&](const auto &entry) {
      const Allocation &old = entry.second;
      return old.kind == MemoryKind::Managed && old.isFreed &&
             old.address < allocation.address + rounded &&
             allocation.address < old.address + old.size;
    });
  } else {
    allocation.address = next;
    // A gap, so that one past the end belongs to nothing.
    next += rounded + kAlign;
  }
  uint64_t address = allocation.address;
  return &allocations.emplace(address, std::move(allocation)).first->second;
}

Allocation *Memory::find(uint64_t address) {
  auto after = allocations.upper_bound(address);
  if (after == allocations.begin())
    return nullptr;
  Allocation &found = std::prev(after)->second;
  return address - found.address < found.size ? &found : nullptr;
}

Allocation *Memory::findHost(const void *pointer, bool mustStart) {
  auto *byte = static_cast<const uint8_t *>(pointer);
  for (auto &[address, allocation] : allocations) {
    const uint8_t *start = allocation.bytes.get();
    if (allocation.kind != MemoryKind::Host || !start)
      continue;
    if (byte == start ||
        (!mustStart && byte > start && byte < start + allocation.size))
      return &allocation;
  }
  return nullptr;
}

void Memory::free(Allocation &allocation) {
  allocation.isFreed = true;
  allocation.bytes.reset();
}

uint64_t Memory::getUsedBytes(int device) const {
  uint64_t used = 0;
  for (auto &[address, allocation] : allocations)
    if (!allocation.isFreed && allocation.device == device &&
        allocation.kind != MemoryKind::Host)
      used += allocation.size;
  return used;
}

bool Memory::isDeviceAddress(uint64_t address) {
  return address >= kFirstAddress &&
         address < kFirstAddress + (uint64_t(1) << 41);
}

std::string Memory::describe(int device) const {
  static constexpr const char *names[] = {"device", "host", "managed"};
  std::string text;
  for (auto &[address, allocation] : allocations)
    if (!allocation.isFreed && allocation.device == device &&
        allocation.kind != MemoryKind::Global)
      text += "leak: " + std::to_string(allocation.size) + " bytes of " +
              names[static_cast<int>(allocation.kind)] + " memory of device " +
              std::to_string(device) + "\n";
  return text;
}

void Memory::freeAll(int device) {
  for (auto &[address, allocation] : allocations)
    if (!allocation.isFreed && allocation.device == device)
      free(allocation);
}

void Memory::clear() { allocations.clear(); }
