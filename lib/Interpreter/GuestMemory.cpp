//===- GuestMemory.cpp - The memory that a hart can reach -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Interpreter/GuestMemory.h"

#include "vmjit/ABI/Hart.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace vmjit;

uint8_t *RegionList::search(vmir::GuestAddr address, uint64_t size,
                            bool isStore) {
  for (auto [index, region] : enumerate(regions)) {
    if (!permits(region, address, size, isStore))
      continue;
    lastHit = index;
    return region.data + (address - region.base);
  }
  return nullptr;
}

Error GuestMemory::checkRegion(vmir::GuestAddr base, uint64_t size) const {
  if (getRegions().size() == VMJIT_MAX_REGIONS)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "a memory map has at most {0} regions",
                      VMJIT_MAX_REGIONS);
  if (size == 0)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "memory region at {0:x} is empty", base);
  vmir::GuestAddr last = base + (size - 1);
  if (last < base)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "memory region at {0:x} of {1} bytes wraps around", base,
                      size);
  for (const MemoryRegion &other : getRegions())
    if (base <= other.base + (other.size - 1) && other.base <= last)
      return makeErrorf(ErrorCode::InvalidArgument,
                        "memory regions at {0:x} and {1:x} overlap", base,
                        other.base);
  return Error::success();
}

Error GuestMemory::addPrivate(vmir::GuestAddr base, ArrayRef<uint8_t> bytes,
                              bool readable, bool writable) {
  if (Error error = checkRegion(base, bytes.size()))
    return error;
  auto copy = std::make_unique<uint8_t[]>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), copy.get());
  list.add({base, bytes.size(), copy.get(), readable, writable});
  owned.push_back(std::move(copy));
  return Error::success();
}

Error GuestMemory::addShared(vmir::GuestAddr base,
                             MutableArrayRef<uint8_t> bytes, bool readable,
                             bool writable) {
  if (Error error = checkRegion(base, bytes.size()))
    return error;
  list.add({base, bytes.size(), bytes.data(), readable, writable});
  return Error::success();
}
