//===- Memory.h - The memory of fake devices --------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Device memory has addresses that the host cannot use, which are handed out
// only once, and its bytes in host memory.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_MEMORY_H
#define VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_MEMORY_H

#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>

namespace fake {

enum class MemoryKind { Device, Host, Managed, Global };

struct Free {
  void operator()(uint8_t *bytes) const { std::free(bytes); }
};

/// An allocation. That of kind Host has two addresses: the host's own, which
/// bytes is, and the device's.
struct Allocation {
  MemoryKind kind = MemoryKind::Device;
  int device = 0;
  uint64_t address = 0;
  uint64_t size = 0;
  std::unique_ptr<uint8_t, Free> bytes;
  bool isFreed = false;

  uint8_t *at(uint64_t where) const { return bytes.get() + (where - address); }
};

class Memory {
public:
  /// New memory, not zero; null if there is none.
  Allocation *allocate(MemoryKind kind, int device, uint64_t size);
  /// The allocation that \p address is in, also a freed one; null if there
  /// never was one.
  Allocation *find(uint64_t address);
  /// The Host allocation that starts or, without \p mustStart, covers \p
  /// pointer.
  Allocation *findHost(const void *pointer, bool mustStart = false);
  /// Marks it as freed, and keeps the address.
  void free(Allocation &allocation);
  /// Bytes of the device that are in use.
  uint64_t getUsedBytes(int device) const;
  /// Whether \p address can only be a device's.
  static bool isDeviceAddress(uint64_t address);
  /// A line for each allocation of \p device that is alive.
  std::string describe(int device) const;
  void freeAll(int device);
  void clear();

private:
  std::map<uint64_t, Allocation> allocations;
  uint64_t next = kFirstAddress;

  /// No address of user space.
  static constexpr uint64_t kFirstAddress = 0x00fa'4e00'0000'0000;
};

} // namespace fake

#endif // VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_MEMORY_H
