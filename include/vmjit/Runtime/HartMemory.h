//===- HartMemory.h - The guest memory of many harts ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Memory for the regions of a hart-mode launch, in host memory, laid out as
// Hart.h demands. Launchers for the host hand it out as it is, others copy each
// region's storage to the device and back.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_HARTMEMORY_H
#define VMJIT_RUNTIME_HARTMEMORY_H

#include "vmjit/ABI/Hart.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/Memory.h"

#include <vector>

namespace vmjit {

class GuestMemory;

/// A range of guest memory.
struct HartRegion {
  uint64_t base = 0;
  uint64_t size = 0;
  /// Each hart has its own, or all share one.
  bool isPrivate = true;
  /// vmjit_region_flags.
  uint64_t flags = VMJIT_REGION_READ | VMJIT_REGION_WRITE;
};

/// Owns the memory of all regions of a number of harts. Move-only.
class HartMemory {
public:
  static constexpr uint64_t kDefaultMaxBytes = uint64_t(16) << 30;

  /// Zeroed memory for \p regions, in any order, and \p hartCount harts (at
  /// least 1). Fails with InvalidArgument if a region is empty, wraps or
  /// overlaps another, or there are too many; with OutOfMemory if it takes more
  /// than \p maxBytes or there is no memory.
  static llvm::Expected<HartMemory>
  create(llvm::ArrayRef<HartRegion> regions, uint64_t hartCount,
         uint64_t maxBytes = kDefaultMaxBytes);

  /// Whether harts share memory that they can write.
  bool isShared() const;
  /// The regions by ascending base, as in the launch.
  llvm::ArrayRef<HartRegion> getRegions() const { return regions; }
  /// Bytes between the copies of two harts of region \p index; 0 if shared.
  uint64_t getHartStride(size_t index) const { return storage[index].stride; }
  /// All bytes of region \p index, from hart 0's first one on. The first byte's
  /// address agrees with the region's base modulo 16; a copy's has to, too.
  llvm::MutableArrayRef<uint8_t> getStorage(size_t index);
  /// The bytes of region \p index that \p hart sees.
  llvm::MutableArrayRef<uint8_t> getBytes(size_t index, uint64_t hart);

  /// The memory that \p hart sees, for the interpreter, which must not use it
  /// after this object. Fails with InvalidArgument if there is no such hart.
  llvm::Expected<GuestMemory> makeGuestMemory(uint64_t hart);

  /// Copies guest memory of \p hart from \p address on, whatever the regions'
  /// flags. It must lie inside one region, else InvalidArgument.
  llvm::Error read(uint64_t hart, uint64_t address,
                   llvm::MutableArrayRef<uint8_t> bytes);
  llvm::Error write(uint64_t hart, uint64_t address,
                    llvm::ArrayRef<uint8_t> bytes);

  /// Fills in \p bytes from \p address on for every hart, where nothing has
  /// been written before. Pages of zeros are left alone, and the harts share
  /// large pieces until they write to them, where the system can do that; so
  /// neither takes memory of the host for each hart. The bytes must lie inside
  /// one region, else InvalidArgument; fails with OutOfMemory, too.
  llvm::Error initialize(uint64_t address, llvm::ArrayRef<uint8_t> bytes);

  /// Fills in the regions of \p launch, with addresses of this memory.
  void describe(vmjit_hart_launch &launch);
  /// The same for a launch of \p hart, which there must be, alone.
  void describeHart(vmjit_hart_launch &launch, uint64_t hart);

private:
  struct Storage {
    /// Of zeros, which the system provides when they are touched.
    llvm::sys::OwningMemoryBlock block;
    /// Where hart 0's first byte is in the block.
    uint64_t start = 0;
    /// Of all harts.
    uint64_t size = 0;
    uint64_t stride = 0;
  };

  HartMemory() = default;
  llvm::Error verifyHart(uint64_t hart) const;
  /// The index of the region that has all these bytes.
  llvm::Expected<size_t> findRegion(uint64_t address, uint64_t size) const;
  llvm::Expected<llvm::MutableArrayRef<uint8_t>>
  find(uint64_t hart, uint64_t address, uint64_t size);

  uint64_t hartCount = 0;
  /// How often initialize has mapped pages instead of copying them.
  uint64_t mappedCopies = 0;
  std::vector<HartRegion> regions;
  std::vector<Storage> storage;
};

} // namespace vmjit

#endif // VMJIT_RUNTIME_HARTMEMORY_H
