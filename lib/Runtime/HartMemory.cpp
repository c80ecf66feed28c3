//===- HartMemory.cpp - The guest memory of many harts ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sizes, allocation and look-up of regions.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/HartMemory.h"

#include "vmjit/Interpreter/GuestMemory.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace vmjit;

static constexpr uint64_t kRegionAlign = 16;

static Error verifyRegions(ArrayRef<HartRegion> regions) {
  if (regions.size() > VMJIT_MAX_REGIONS)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "{0} memory regions; {1} are possible", regions.size(),
                      VMJIT_MAX_REGIONS);
  for (auto [index, region] : enumerate(regions)) {
    if (region.size == 0 ||
        !checkedAddUnsigned<uint64_t>(region.base, region.size - 1))
      return makeErrorf(ErrorCode::InvalidArgument,
                        "the memory region at {0:x} is empty or wraps around",
                        region.base);
    if (region.flags & ~uint64_t(VMJIT_REGION_READ | VMJIT_REGION_WRITE))
      return makeErrorf(ErrorCode::InvalidArgument,
                        "the memory region at {0:x} has unknown flags",
                        region.base);
    if (index > 0 &&
        region.base - regions[index - 1].base < regions[index - 1].size)
      return makeErrorf(ErrorCode::InvalidArgument,
                        "the memory region at {0:x} overlaps another",
                        region.base);
  }
  return Error::success();
}

/// What all copies of \p region take, \p stride apart; none if that is no
/// number.
static std::optional<uint64_t>
getStorageSize(const HartRegion &region, uint64_t stride, uint64_t hartCount) {
  std::optional<uint64_t> last =
      checkedMulUnsigned<uint64_t>(hartCount - 1, stride);
  return last ? checkedAddUnsigned<uint64_t>(*last, region.size) : std::nullopt;
}

Expected<HartMemory> HartMemory::create(ArrayRef<HartRegion> regions,
                                        uint64_t hartCount, uint64_t maxBytes) {
  if (hartCount == 0)
    return makeError(ErrorCode::InvalidArgument,
                     "hart memory is for at least one hart");
  HartMemory memory;
  memory.hartCount = hartCount;
  memory.regions = regions.vec();
  sort(memory.regions, [](const HartRegion &left, const HartRegion &right) {
    return left.base < right.base;
  });
  if (Error error = verifyRegions(memory.regions))
    return std::move(error);
  uint64_t budget = maxBytes;
  for (const HartRegion &region : memory.regions) {
    // Bounded before it is rounded up, so that it does not wrap.
    bool fits = region.size <= budget && budget <= UINT64_MAX - kRegionAlign;
    Storage storage;
    storage.start = region.base % kRegionAlign;
    storage.stride =
        fits && region.isPrivate ? alignTo(region.size, kRegionAlign) : 0;
    std::optional<uint64_t> size =
        fits ? getStorageSize(region, storage.stride, hartCount) : std::nullopt;
    if (!size || *size > budget)
      return makeErrorf(ErrorCode::OutOfMemory,
                        "the memory of {0} harts takes more than {1} bytes",
                        hartCount, maxBytes);
    budget -= *size;
    Expected<AlignedBuffer> buffer =
        AlignedBuffer::create(storage.start + *size);
    if (!buffer)
      return withContext(buffer.takeError(), "memory of the harts");
    storage.buffer = std::move(*buffer);
    memory.storage.push_back(std::move(storage));
  }
  return memory;
}

bool HartMemory::isShared() const {
  return any_of(regions, [](const HartRegion &region) {
    return !region.isPrivate && (region.flags & VMJIT_REGION_WRITE);
  });
}

MutableArrayRef<uint8_t> HartMemory::getStorage(size_t index) {
  Storage &region = storage[index];
  return {region.buffer.data() + region.start,
          static_cast<size_t>(region.buffer.size() - region.start)};
}

MutableArrayRef<uint8_t> HartMemory::getBytes(size_t index, uint64_t hart) {
  return getStorage(index).slice(hart * storage[index].stride,
                                 regions[index].size);
}

Error HartMemory::verifyHart(uint64_t hart) const {
  if (hart >= hartCount)
    return makeErrorf(ErrorCode::InvalidArgument, "there is no hart {0}", hart);
  return Error::success();
}

Expected<GuestMemory> HartMemory::makeGuestMemory(uint64_t hart) {
  if (Error error = verifyHart(hart))
    return std::move(error);
  GuestMemory view;
  for (auto [index, region] : enumerate(regions))
    if (Error error = view.addShared(region.base, getBytes(index, hart),
                                     region.flags & VMJIT_REGION_READ,
                                     region.flags & VMJIT_REGION_WRITE))
      return std::move(error);
  return view;
}

Expected<MutableArrayRef<uint8_t>>
HartMemory::find(uint64_t hart, uint64_t address, uint64_t size) {
  if (Error error = verifyHart(hart))
    return std::move(error);
  for (auto [index, region] : enumerate(regions)) {
    uint64_t offset = address - region.base;
    if (address >= region.base && offset < region.size &&
        size <= region.size - offset)
      return getBytes(index, hart).slice(offset, size);
  }
  return makeErrorf(ErrorCode::InvalidArgument,
                    "no memory region has the {0} bytes at {1:x}", size,
                    address);
}

Error HartMemory::read(uint64_t hart, uint64_t address,
                       MutableArrayRef<uint8_t> bytes) {
  Expected<MutableArrayRef<uint8_t>> found = find(hart, address, bytes.size());
  if (!found)
    return found.takeError();
  copy(*found, bytes.begin());
  return Error::success();
}

Error HartMemory::write(uint64_t hart, uint64_t address,
                        ArrayRef<uint8_t> bytes) {
  Expected<MutableArrayRef<uint8_t>> found = find(hart, address, bytes.size());
  if (!found)
    return found.takeError();
  copy(bytes, found->begin());
  return Error::success();
}

void HartMemory::describe(vmjit_hart_launch &launch) {
  describeHart(launch, 0);
}

void HartMemory::describeHart(vmjit_hart_launch &launch, uint64_t hart) {
  launch.region_count = static_cast<uint32_t>(regions.size());
  for (auto [index, region] : enumerate(regions)) {
    vmjit_region &entry = launch.regions[index];
    entry.base = region.base;
    entry.size = region.size;
    entry.data = reinterpret_cast<uintptr_t>(getBytes(index, hart).data());
    entry.hart_stride = storage[index].stride;
    entry.flags = region.flags;
  }
}
