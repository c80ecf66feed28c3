//===- GpuBuffer.h - Memory of a device -------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Handles on memory that devices allocate.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_GPUBUFFER_H
#define VMJIT_RUNTIME_GPUBUFFER_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <memory>

namespace vmjit {

class GpuCompute;

/// Where memory is and who reaches it.
enum class MemoryKind : uint8_t {
  /// The device alone.
  Device,
  /// Host memory that is never paged out and that the device reaches at
  /// getAddress(). Copies from and to it are fast and can be asynchronous.
  Pinned,
  /// Both, at one address; the driver moves pages. See
  /// GpuDeviceInfo::hasUnifiedMemory.
  Unified,
};

/// "device", "pinned" or "unified".
llvm::StringRef getMemoryKindName(MemoryKind kind);

/// Owns memory of a device, which it keeps alive. Move-only; empty if
/// default-constructed or moved from. Destroying it gives the memory back to
/// the device's pool; GpuCompute::freeMemory does so too and reports errors.
/// Work that uses the memory must have been submitted before; the pool hands it
/// out again only when that work is done.
class GpuBuffer {
public:
  GpuBuffer() = default;
  GpuBuffer(GpuBuffer &&other) noexcept { *this = std::move(other); }
  GpuBuffer &operator=(GpuBuffer &&other) noexcept;
  ~GpuBuffer();

  explicit operator bool() const { return device != nullptr; }
  /// The device; null if empty.
  GpuCompute *getDevice() const { return device.get(); }
  /// As code on the device sees it; aligned to 256 bytes.
  uint64_t getAddress() const { return address; }
  /// What was asked for.
  uint64_t getSize() const { return size; }
  MemoryKind getKind() const { return kind; }
  /// As the host sees it; null for memory of the kind Device, unless the device
  /// shares the host's memory.
  void *getHostPointer() const { return host; }
  /// The bytes as the host sees them; empty where it does not.
  llvm::MutableArrayRef<uint8_t> getHostBytes() const {
    return {static_cast<uint8_t *>(host), host ? size : 0};
  }

private:
  friend class GpuCompute;

  std::shared_ptr<GpuCompute> device;
  uint64_t address = 0;
  void *host = nullptr;
  uint64_t size = 0;
  /// What the pool handed out: size rounded up.
  uint64_t capacity = 0;
  MemoryKind kind = MemoryKind::Device;
};

} // namespace vmjit

#endif // VMJIT_RUNTIME_GPUBUFFER_H
