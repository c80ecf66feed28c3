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

Error AddressSpace::load(const ProcessImage &image, HartMemory &memory,
                         uint64_t hartCount) const {
  for (const ImageSegment &segment : image.segments) {
    auto region = find_if(regions, [&](const HartRegion &candidate) {
      return segment.address - candidate.base < candidate.size;
    });
    bool isPrivate = region != regions.end() && region->isPrivate;
    for (uint64_t hart = 0; hart < (isPrivate ? hartCount : 1); ++hart)
      if (Error error = memory.write(hart, segment.address, segment.bytes))
        return error;
  }
  return Error::success();
}
