//===- AddressSpace.h - Where a process has its memory ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The plan of a process's guest memory, the same for all harts that run the
// same program: the image's segments, the heap behind them (brk), an area for
// mmap, and the stack. What the image does not let the program write is shared
// by all harts, everything else each has for itself; pages that a hart does not
// write take no memory of the host for it, where HartMemory can do that.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LINUXUSER_ADDRESSSPACE_H
#define VMJIT_LINUXUSER_ADDRESSSPACE_H

#include "vmjit/LinuxUser/ProcessImage.h"
#include "vmjit/Runtime/HartMemory.h"

#include <optional>

namespace vmjit::linux_user {

/// Bytes in a page of the guest.
inline constexpr uint64_t kPageBytes = 4096;

/// How much memory each process may use at most; rounded up to pages.
struct AddressSpaceOptions {
  uint64_t heapBytes = uint64_t(8) << 20;
  /// For mmap.
  uint64_t mapBytes = uint64_t(8) << 20;
  uint64_t stackBytes = uint64_t(1) << 20;
};

/// The sizes that somebody asks for; AddressSpace::fit chooses the others.
struct AreaSizes {
  std::optional<uint64_t> heapBytes;
  std::optional<uint64_t> mapBytes;
  std::optional<uint64_t> stackBytes;
};

/// A range of guest addresses.
struct AddressRange {
  uint64_t begin = 0;
  uint64_t end = 0;

  uint64_t size() const { return end - begin; }
  bool contains(uint64_t address) const {
    return address >= begin && address < end;
  }
};

class AddressSpace {
public:
  /// Where the area for mmap begins and the stack ends: below the 2^38 bytes
  /// that RV64's Sv39 gives to a user program.
  static constexpr uint64_t kMapBase = uint64_t(0x20) << 32;
  static constexpr uint64_t kStackTop = uint64_t(0x40) << 32;
  /// What fit makes none of the areas smaller than: a C library starts with
  /// less than half of it.
  static constexpr uint64_t kMinAreaBytes = uint64_t(256) << 10;

  /// What to plan with so that the memory of \p hartCount harts takes at most
  /// \p maxBytes: the sizes of \p wanted, and for those that it leaves open the
  /// defaults of AddressSpaceOptions, all of them halved until that is so. It
  /// depends on nothing but the arguments. Fails as plan does, and with
  /// OutOfMemory if the smallest areas are too large; nothing is allocated.
  static llvm::Expected<AddressSpaceOptions>
  fit(const ProcessImage &image, const AreaSizes &wanted, uint64_t hartCount,
      uint64_t maxBytes = HartMemory::kDefaultMaxBytes);

  /// Fails with InvalidProgram if segments of \p image overlap or are not below
  /// the area for mmap, and with InvalidArgument if \p options leave no stack
  /// or do not fit.
  static llvm::Expected<AddressSpace> plan(const ProcessImage &image,
                                           const AddressSpaceOptions &options);

  /// For HartMemory::create, which says if it is too much for all harts.
  llvm::ArrayRef<HartRegion> getRegions() const { return regions; }
  const AddressRange &getHeap() const { return heap; }
  const AddressRange &getMapArea() const { return mapArea; }
  const AddressRange &getStack() const { return stack; }

  /// Fills in the segments of \p image, which this was planned for, in
  /// \p memory, which is zero and has these regions, as
  /// HartMemory::initialize does.
  llvm::Error load(const ProcessImage &image, HartMemory &memory) const;

private:
  AddressSpace() = default;
  llvm::Error addSegments(const ProcessImage &image);

  std::vector<HartRegion> regions;
  AddressRange heap;
  AddressRange mapArea;
  AddressRange stack;
};

} // namespace vmjit::linux_user

#endif // VMJIT_LINUXUSER_ADDRESSSPACE_H
