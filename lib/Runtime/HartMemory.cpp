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

#include "CopyOnWrite.h"
#include "vmjit/Interpreter/GuestMemory.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Process.h"

using namespace llvm;
using namespace vmjit;

static constexpr uint64_t kRegionAlign = 16;
/// Less is copied for each hart: a mapping costs the system memory and time,
/// too.
static constexpr ptrdiff_t kMinSharedPages = 16;
/// Linux lets a process have 65530 mappings (vm.max_map_count). A copy takes
/// two, itself and what is between it and the next one; the rest of the process
/// needs some as well.
static constexpr uint64_t kMaxMappedCopies = 8192;

namespace {
/// A page or part of one: what it has, and how far from hart 0's first page it
/// begins.
struct Piece {
  uint64_t offset;
  ArrayRef<uint8_t> bytes;
};
} // namespace

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
    storage.size = *size;
    std::error_code error;
    storage.block = sys::OwningMemoryBlock(sys::Memory::allocateMappedMemory(
        storage.start + *size, /*NearBlock=*/nullptr,
        sys::Memory::MF_READ | sys::Memory::MF_WRITE, error));
    if (error)
      return makeErrorf(ErrorCode::OutOfMemory,
                        "memory of the harts: cannot map {0} bytes: {1}", *size,
                        error.message());
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
  return {static_cast<uint8_t *>(region.block.base()) + region.start,
          static_cast<size_t>(region.size)};
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

Expected<size_t> HartMemory::findRegion(uint64_t address, uint64_t size) const {
  for (auto [index, region] : enumerate(regions)) {
    uint64_t offset = address - region.base;
    if (address >= region.base && offset < region.size &&
        size <= region.size - offset)
      return index;
  }
  return makeErrorf(ErrorCode::InvalidArgument,
                    "no memory region has the {0} bytes at {1:x}", size,
                    address);
}

Expected<MutableArrayRef<uint8_t>>
HartMemory::find(uint64_t hart, uint64_t address, uint64_t size) {
  if (Error error = verifyHart(hart))
    return std::move(error);
  Expected<size_t> index = findRegion(address, size);
  if (!index)
    return index.takeError();
  return getBytes(*index, hart).slice(address - regions[*index].base, size);
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

/// What is not zero of \p bytes, which begin at \p offset.
static std::vector<Piece> findPieces(ArrayRef<uint8_t> bytes, uint64_t offset,
                                     uint64_t pageBytes) {
  std::vector<Piece> pieces;
  while (!bytes.empty()) {
    size_t size =
        std::min<uint64_t>(pageBytes - offset % pageBytes, bytes.size());
    ArrayRef<uint8_t> page = bytes.take_front(size);
    if (any_of(page, [](uint8_t byte) { return byte != 0; }))
      pieces.push_back({offset, page});
    bytes = bytes.drop_front(size);
    offset += size;
  }
  return pieces;
}

Error HartMemory::initialize(uint64_t address, ArrayRef<uint8_t> bytes) {
  Expected<size_t> index = findRegion(address, bytes.size());
  if (!index)
    return index.takeError();
  Expected<unsigned> pageBytes = sys::Process::getPageSize();
  if (!pageBytes)
    return pageBytes.takeError();
  const HartRegion &region = regions[*index];
  const Storage &memory = storage[*index];
  auto *block = static_cast<uint8_t *>(memory.block.base());
  uint64_t begin = memory.start + (address - region.base);
  std::vector<Piece> pieces = findPieces(bytes, begin, *pageBytes);
  uint64_t copyCount = region.isPrivate ? hartCount : 1;

  uint64_t firstPage = alignTo(begin, *pageBytes);
  uint64_t lastPage = alignDown(begin + bytes.size(), *pageBytes);
  auto isWholePage = [&](const Piece &piece) {
    return piece.offset >= firstPage && piece.offset < lastPage;
  };
  uint64_t sharedCount = 0;
  if (copyCount > 1 && memory.stride % *pageBytes == 0 &&
      count_if(pieces, isWholePage) >= kMinSharedPages) {
    Expected<uint64_t> mapped = mapCopiesOnWrite(
        bytes.slice(firstPage - begin, lastPage - firstPage), block + firstPage,
        memory.stride, std::min(copyCount, kMaxMappedCopies - mappedCopies));
    if (!mapped)
      return mapped.takeError();
    sharedCount = *mapped;
    mappedCopies += sharedCount;
  }
  for (uint64_t hart = 0; hart < copyCount; ++hart)
    for (const Piece &piece : pieces)
      if (hart >= sharedCount || !isWholePage(piece))
        copy(piece.bytes, block + hart * memory.stride + piece.offset);
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
