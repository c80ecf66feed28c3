//===- AddressSpace.cpp - Where a process has its memory --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/LinuxUser/AddressSpace.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::linux_user;

/// More than this is no plan for a process.
static constexpr uint64_t kMaxAreaBytes = uint64_t(1) << 36;

static Error verifySegment(const ImageSegment &segment) {
  std::optional<uint64_t> end =
      checkedAddUnsigned<uint64_t>(segment.address, segment.size);
  if (!end || *end > AddressSpace::kMapBase)
    return makeErrorf(ErrorCode::InvalidProgram,
                      "the segment at {0:x} does not lie below {1:x}",
                      segment.address, AddressSpace::kMapBase);
  if (segment.bytes.size() > segment.size)
    return makeErrorf(ErrorCode::InvalidProgram,
                      "the segment at {0:x} has more bytes than memory",
                      segment.address);
  return Error::success();
}

/// One region for each segment, in whole pages; those that touch or share a
/// page become one if both or neither are writable, or if they share a page.
Error AddressSpace::addSegments(const ProcessImage &image) {
  std::vector<const ImageSegment *> segments;
  for (const ImageSegment &segment : image.segments) {
    if (Error error = verifySegment(segment))
      return error;
    if (segment.size > 0)
      segments.push_back(&segment);
  }
  sort(segments, [](const ImageSegment *left, const ImageSegment *right) {
    return left->address < right->address;
  });
  uint64_t end = 0;
  for (const ImageSegment *segment : segments) {
    if (segment->address < end)
      return makeErrorf(ErrorCode::InvalidProgram,
                        "the segment at {0:x} overlaps another",
                        segment->address);
    end = segment->address + segment->size;
    uint64_t first = alignDown(segment->address, kPageBytes);
    uint64_t last = alignTo(end, kPageBytes);
    HartRegion *before = regions.empty() ? nullptr : &regions.back();
    uint64_t beforeEnd = before ? before->base + before->size : 0;
    if (before &&
        (first < beforeEnd ||
         (first == beforeEnd && before->isPrivate == segment->isWritable))) {
      before->size = last - before->base;
      if (segment->isWritable) {
        before->isPrivate = true;
        before->flags |= VMJIT_REGION_WRITE;
      }
      continue;
    }
    regions.push_back({first, last - first, segment->isWritable,
                       segment->isWritable
                           ? uint64_t(VMJIT_REGION_READ | VMJIT_REGION_WRITE)
                           : uint64_t(VMJIT_REGION_READ)});
  }
  return Error::success();
}

Expected<AddressSpace> AddressSpace::plan(const ProcessImage &image,
                                          const AddressSpaceOptions &options) {
  for (uint64_t bytes :
       {options.heapBytes, options.mapBytes, options.stackBytes})
    if (bytes > kMaxAreaBytes)
      return makeErrorf(ErrorCode::InvalidArgument,
                        "{0} bytes for the heap, mmap or the stack of a "
                        "process; {1} are possible",
                        bytes, kMaxAreaBytes);
  if (options.stackBytes == 0)
    return makeError(ErrorCode::InvalidArgument, "a process needs a stack");

  AddressSpace space;
  if (Error error = space.addSegments(image))
    return std::move(error);
  uint64_t imageEnd = 0;
  if (!space.regions.empty())
    imageEnd = space.regions.back().base + space.regions.back().size;
  space.heap = {imageEnd, imageEnd + alignTo(options.heapBytes, kPageBytes)};
  if (space.heap.end > kMapBase)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "the heap behind {0:x} does not lie below {1:x}",
                      imageEnd, kMapBase);
  uint64_t all = VMJIT_REGION_READ | VMJIT_REGION_WRITE;
  if (space.heap.size() > 0) {
    if (!space.regions.empty() && space.regions.back().isPrivate)
      space.regions.back().size += space.heap.size();
    else
      space.regions.push_back({imageEnd, space.heap.size(), true, all});
  }
  space.mapArea = {kMapBase, kMapBase + alignTo(options.mapBytes, kPageBytes)};
  if (space.mapArea.size() > 0)
    space.regions.push_back({kMapBase, space.mapArea.size(), true, all});
  space.stack = {kStackTop - alignTo(options.stackBytes, kPageBytes),
                 kStackTop};
  space.regions.push_back({space.stack.begin, space.stack.size(), true, all});
  if (space.regions.size() > VMJIT_MAX_REGIONS)
    return makeErrorf(ErrorCode::InvalidProgram,
                      "the program needs {0} memory regions; {1} are possible",
                      space.regions.size(), VMJIT_MAX_REGIONS);
  return space;
}

/// What the memory of \p hartCount harts takes, or UINT64_MAX.
static uint64_t countBytes(ArrayRef<HartRegion> regions, uint64_t hartCount) {
  uint64_t bytes = 0;
  for (const HartRegion &region : regions)
    bytes = SaturatingMultiplyAdd<uint64_t>(
        region.size, region.isPrivate ? hartCount : 1, bytes);
  return bytes;
}

/// Halves \p size unless it was asked for. False if it stays what it is.
static bool shrink(uint64_t &size, const std::optional<uint64_t> &wanted) {
  if (wanted || size <= AddressSpace::kMinAreaBytes)
    return false;
  size = std::max(size / 2, AddressSpace::kMinAreaBytes);
  return true;
}

Expected<AddressSpaceOptions> AddressSpace::fit(const ProcessImage &image,
                                                const AreaSizes &wanted,
                                                uint64_t hartCount,
                                                uint64_t maxBytes) {
  AddressSpaceOptions options;
  options.heapBytes = wanted.heapBytes.value_or(options.heapBytes);
  options.mapBytes = wanted.mapBytes.value_or(options.mapBytes);
  options.stackBytes = wanted.stackBytes.value_or(options.stackBytes);
  while (true) {
    Expected<AddressSpace> space = plan(image, options);
    if (!space)
      return space.takeError();
    if (countBytes(space->getRegions(), hartCount) <= maxBytes)
      return options;
    bool isSmaller = shrink(options.heapBytes, wanted.heapBytes);
    isSmaller |= shrink(options.mapBytes, wanted.mapBytes);
    isSmaller |= shrink(options.stackBytes, wanted.stackBytes);
    if (isSmaller)
      continue;
    uint64_t shared = countBytes(space->getRegions(), 0);
    return makeErrorf(ErrorCode::OutOfMemory,
                      "the memory of {0} harts takes more than {1} bytes: {2} "
                      "for each hart, and {3} for all",
                      hartCount, maxBytes,
                      countBytes(space->getRegions(), 1) - shared, shared);
  }
}

Error AddressSpace::load(const ProcessImage &image, HartMemory &memory) const {
  for (const ImageSegment &segment : image.segments) {
    // Has no region, perhaps.
    if (segment.bytes.empty())
      continue;
    if (Error error = memory.initialize(segment.address, segment.bytes))
      return error;
  }
  return Error::success();
}
