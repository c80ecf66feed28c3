//===- GuestImage.cpp - The memory that a guest program starts with *- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Frontend/RISCV/GuestImage.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"

#include <set>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::riscv;

Expected<GuestImage> GuestImage::fromBytes(ArrayRef<uint8_t> bytes,
                                           GuestAddr base) {
  GuestImage image;
  ImageRegion region;
  region.addr = base;
  region.bytes = bytes.vec();
  region.isExecutable = true;
  if (Error error = image.addRegion(std::move(region)))
    return std::move(error);
  image.setEntry(base);
  return image;
}

Error GuestImage::addRegion(ImageRegion region) {
  uint64_t size = region.bytes.size();
  if (size == 0)
    return makeErrorf(ErrorCode::InvalidArgument, "nothing is at {0:x}",
                      region.addr);
  if (region.addr + (size - 1) < region.addr)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "the region at {0:x} wraps around the address space",
                      region.addr);
  if (regions.size() >= kMaxImageRegions)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "the program has more than {0} regions",
                      kMaxImageRegions);
  uint64_t total = size;
  for (const ImageRegion &other : regions) {
    total += other.bytes.size();
    if (region.addr - other.addr < other.bytes.size() ||
        other.addr - region.addr < size)
      return makeErrorf(ErrorCode::InvalidArgument,
                        "the regions at {0:x} and {1:x} overlap", other.addr,
                        region.addr);
  }
  if (total > vmir::kMaxSegmentBytes)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "the program has more than {0} bytes",
                      vmir::kMaxSegmentBytes);
  regions.push_back(std::move(region));
  return Error::success();
}

void GuestImage::addDataRange(GuestAddr addr, uint64_t size) {
  dataRanges.push_back({addr, size});
}

const ImageRegion *GuestImage::findRegion(GuestAddr addr, uint64_t size) const {
  auto found = find_if(regions, [&](const ImageRegion &region) {
    return region.contains(addr, size);
  });
  return found == regions.end() ? nullptr : &*found;
}

ArrayRef<uint8_t> GuestImage::getCode(GuestAddr pc) const {
  const ImageRegion *region = findRegion(pc, 1);
  if (!region || !region->isExecutable)
    return {};
  return ArrayRef(region->bytes).drop_front(pc - region->addr);
}

std::optional<uint64_t> GuestImage::readConstant(GuestAddr addr,
                                                 unsigned size) const {
  const ImageRegion *region = findRegion(addr, size);
  if (!region || !region->isReadable || region->isWritable)
    return std::nullopt;
  uint64_t value = 0;
  for (unsigned i = 0; i < size; ++i)
    value |= uint64_t(region->bytes[addr - region->addr + i]) << 8 * i;
  return value;
}

std::optional<GuestAddr> GuestImage::findSymbol(StringRef name) const {
  auto found = symbols.find(name);
  if (found == symbols.end())
    return std::nullopt;
  return found->second;
}

ArrayRef<uint8_t> GuestImage::getBytes(const DataRange &range) const {
  const ImageRegion *region = findRegion(range.addr, range.size);
  if (!region)
    return {};
  return ArrayRef(region->bytes).slice(range.addr - region->addr, range.size);
}

void GuestImage::addFunction(GuestAddr addr, StringRef name) {
  if (addr % 2 == 0 && !getCode(addr).empty())
    functions.emplace(addr, name.str());
}

StringRef GuestImage::getFunctionName(GuestAddr addr) const {
  auto found = functions.find(addr);
  return found == functions.end() ? "" : StringRef(found->second);
}

std::vector<GuestAddr> GuestImage::findFunctionPointers() const {
  std::set<GuestAddr> found;
  if (functions.empty())
    return {};
  GuestAddr first = functions.begin()->first;
  uint64_t span = functions.rbegin()->first - first;
  for (const DataRange &range : dataRanges) {
    ArrayRef<uint8_t> bytes = getBytes(range);
    size_t offset = size_t(-range.addr % sizeof(GuestAddr));
    for (; offset + sizeof(GuestAddr) <= bytes.size();
         offset += sizeof(GuestAddr)) {
      GuestAddr word = support::endian::read64le(&bytes[offset]);
      if (word - first <= span && isFunction(word))
        found.insert(word);
    }
  }
  return {found.begin(), found.end()};
}

std::vector<vmir::Segment> GuestImage::getDataSegments() const {
  std::vector<vmir::Segment> segments;
  for (const DataRange &range : dataRanges) {
    ArrayRef<uint8_t> bytes = getBytes(range);
    if (!bytes.empty())
      segments.push_back({range.addr,
                          findRegion(range.addr, range.size)->isWritable,
                          bytes.vec()});
  }
  return segments;
}
