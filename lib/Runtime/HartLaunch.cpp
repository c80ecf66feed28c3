//===- HartLaunch.cpp - Checks of hart-mode launches ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules of Hart.h, one after the other.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/HartLaunch.h"

#include "vmjit/ABI/Control.h"
#include "vmjit/Support/Error.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace vmjit;

static constexpr uint64_t kRegionAlign = 16;
static constexpr uint64_t kKnownFlags = VMJIT_REGION_READ | VMJIT_REGION_WRITE;

/// Whether \p count pieces of \p size bytes, \p stride apart, from \p start on
/// fit into an address space.
static bool fits(uint64_t start, uint64_t count, uint64_t stride,
                 uint64_t size) {
  bool wraps[3];
  uint64_t last = SaturatingMultiply(count - 1, stride, &wraps[0]);
  uint64_t length = SaturatingAdd(last, size - 1, &wraps[1]);
  SaturatingAdd(start, length, &wraps[2]);
  return !wraps[0] && !wraps[1] && !wraps[2];
}

static Error verifyRegion(unsigned index, const vmjit_region &region,
                          uint64_t hartCount) {
  auto invalid = [&](const Twine &message) {
    return makeError(ErrorCode::InvalidArgument,
                     "hart launch: region " + Twine(index) + " " + message);
  };
  if (region.size == 0)
    return invalid("is empty");
  if (!fits(region.base, 1, 0, region.size))
    return invalid("wraps around the guest's address space");
  if (region.flags & ~kKnownFlags)
    return invalid("has unknown flags");
  if (region.data == 0)
    return invalid("has no memory");
  if (region.data % kRegionAlign != region.base % kRegionAlign)
    return invalid("has its memory at another alignment than its addresses");
  if (region.hart_stride % kRegionAlign != 0)
    return invalid("has a stride that is not a multiple of 16");
  if (region.hart_stride != 0 && region.hart_stride < region.size)
    return invalid("has harts that overlap");
  if (hartCount != 0 &&
      !fits(region.data, hartCount, region.hart_stride, region.size))
    return invalid("wraps around the device's address space");
  return Error::success();
}

Error vmjit::verifyHartLaunch(const vmjit_hart_launch &launch,
                              const HartStateLayout &layout) {
  if (launch.abi_version != VMJIT_HART_ABI_VERSION)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "hart launch: ABI version {0} is not {1}",
                      launch.abi_version, VMJIT_HART_ABI_VERSION);
  if (launch.region_count > VMJIT_MAX_REGIONS)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "hart launch: {0} regions; {1} are possible",
                      launch.region_count, VMJIT_MAX_REGIONS);
  if (launch.control % alignof(vmjit_control) != 0)
    return makeError(ErrorCode::InvalidArgument,
                     "hart launch: the control block is misaligned");
  if (launch.hart_count != 0 && launch.word_count < layout.getWordCount())
    return makeErrorf(ErrorCode::InvalidArgument,
                      "hart launch: a hart has {0} words; at least {1} are "
                      "needed",
                      launch.word_count, layout.getWordCount());
  if (launch.hart_count != 0 && launch.tile != layout.tile)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "hart launch: the state has tiles of {0} harts; the code "
                      "is for tiles of {1}",
                      launch.tile, layout.tile);
  bool hasState = launch.state != 0 && launch.state % sizeof(uint64_t) == 0;
  uint64_t tileBytes = SaturatingMultiply<uint64_t>(
      launch.word_count, launch.tile * sizeof(uint64_t));
  if (launch.hart_count != 0 &&
      (!hasState ||
       !fits(launch.state, divideCeil(launch.hart_count, launch.tile),
             tileBytes, tileBytes)))
    return makeError(ErrorCode::InvalidArgument,
                     "hart launch: the state array is missing, misaligned or "
                     "too large");
  for (unsigned i = 0; i < launch.region_count; ++i) {
    const vmjit_region &region = launch.regions[i];
    if (Error error = verifyRegion(i, region, launch.hart_count))
      return error;
    if (i == 0)
      continue;
    const vmjit_region &before = launch.regions[i - 1];
    if (region.base <= before.base || region.base - before.base < before.size)
      return makeErrorf(ErrorCode::InvalidArgument,
                        "hart launch: region {0} is not behind region {1}", i,
                        i - 1);
  }
  return Error::success();
}
