//===- GuestMemory.h - The memory that a hart can reach ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Guest memory is a list of regions. An access must lie wholly inside one
// region that permits it.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_INTERPRETER_GUESTMEMORY_H
#define VMJIT_INTERPRETER_GUESTMEMORY_H

#include "vmjit/VMIR/FieldKinds.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace vmjit {

/// A range of guest addresses and the bytes behind it, which it does not own.
struct MemoryRegion {
  vmir::GuestAddr base = 0;
  uint64_t size = 0;
  uint8_t *data = nullptr;
  bool readable = true;
  bool writable = true;

  /// Whether an access of \p accessSize bytes at \p address lies wholly inside.
  bool contains(vmir::GuestAddr address, uint64_t accessSize) const {
    return size >= accessSize && address - base <= size - accessSize;
  }
};

/// Regions that are searched in order. Nothing is checked; they may overlap.
/// Copying copies the regions, not the bytes. One thread at a time may search.
class RegionList {
public:
  void add(const MemoryRegion &region) { regions.push_back(region); }
  /// Puts \p region in the place of the one added as number \p index.
  void replace(size_t index, const MemoryRegion &region) {
    regions[index] = region;
  }
  llvm::ArrayRef<MemoryRegion> get() const { return regions; }

  /// The bytes behind an access, or null where no region permits it.
  uint8_t *find(vmir::GuestAddr address, uint64_t size, bool isStore) {
    if (lastHit < regions.size() &&
        permits(regions[lastHit], address, size, isStore))
      return regions[lastHit].data + (address - regions[lastHit].base);
    return search(address, size, isStore);
  }

private:
  static bool permits(const MemoryRegion &region, vmir::GuestAddr address,
                      uint64_t size, bool isStore) {
    return (isStore ? region.writable : region.readable) &&
           region.contains(address, size);
  }
  uint8_t *search(vmir::GuestAddr address, uint64_t size, bool isStore);

  std::vector<MemoryRegion> regions;
  /// Where the last access was found, since the next one is likely there too.
  size_t lastHit = 0;
};

/// The memory map of hart mode: at most VMJIT_MAX_REGIONS regions that do not
/// overlap. Regions private to a hart are copies owned by its own GuestMemory;
/// regions that harts share lie in memory of the caller. Movable; harts that
/// run at the same time need one each.
class GuestMemory {
public:
  /// Adds a region that holds a copy of \p bytes. Fails with InvalidArgument
  /// for an empty or wrapping range, an overlap, or one region too many.
  llvm::Error addPrivate(vmir::GuestAddr base, llvm::ArrayRef<uint8_t> bytes,
                         bool readable = true, bool writable = true);
  /// Adds a region whose contents are \p bytes, which must outlive this object.
  /// Fails as addPrivate does.
  llvm::Error addShared(vmir::GuestAddr base,
                        llvm::MutableArrayRef<uint8_t> bytes,
                        bool readable = true, bool writable = true);

  /// The regions in the order in which they were added.
  llvm::ArrayRef<MemoryRegion> getRegions() const { return list.get(); }
  RegionList &getRegionList() { return list; }

private:
  llvm::Error checkRegion(vmir::GuestAddr base, uint64_t size) const;

  RegionList list;
  std::vector<std::unique_ptr<uint8_t[]>> owned;
};

} // namespace vmjit

#endif // VMJIT_INTERPRETER_GUESTMEMORY_H
