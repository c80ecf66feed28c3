//===- MemoryCalls.cpp - System calls on memory -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The heap and the area for mmap are there from the start; what these change is
// which parts of them the process has been given. Protection is that of the
// regions: mprotect agrees to everything and changes nothing.
//
//===----------------------------------------------------------------------===//

#include "ErrorNumbers.h"
#include "vmjit/LinuxUser/Process.h"
#include "llvm/Support/MathExtras.h"

#include <tuple>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::linux_user;

/// Flags of mmap (include/uapi/asm-generic/mman-common.h).
static constexpr uint64_t kMapTypeMask = 0xf;
static constexpr uint64_t kMapShared = 0x1;
static constexpr uint64_t kMapPrivate = 0x2;
static constexpr uint64_t kMapFixed = 0x10;
static constexpr uint64_t kMapAnonymous = 0x20;
static constexpr uint64_t kMapFixedNoReplace = 0x100000;
/// PROT_READ, PROT_WRITE, PROT_EXEC, PROT_SEM, PROT_GROWSDOWN and
/// PROT_GROWSUP.
static constexpr uint64_t kProtections = 0x0300000f;

/// As Linux: the new end, or the old one where that cannot be.
int64_t Process::brk(const Arguments &arguments) {
  uint64_t end = arguments[0];
  if (end < space.getHeap().begin || end > space.getHeap().end)
    return heapEnd;
  // What was given back before must be zero when it is given out again.
  clear(heapEnd, std::min(end, heapUsed));
  heapEnd = end;
  heapUsed = std::max(heapUsed, end);
  return heapEnd;
}

/// The lowest place for \p bytes.
std::optional<uint64_t> Process::findFreeMap(uint64_t bytes) const {
  uint64_t candidate = space.getMapArea().begin;
  for (const auto &[begin, end] : maps) {
    if (begin - candidate >= bytes)
      return candidate;
    candidate = end;
  }
  if (space.getMapArea().end - candidate >= bytes)
    return candidate;
  return std::nullopt;
}

void Process::unmap(uint64_t begin, uint64_t end) {
  auto next = maps.upper_bound(begin);
  if (next != maps.begin() && std::prev(next)->second > begin)
    --next;
  while (next != maps.end() && next->first < end) {
    auto [oldBegin, oldEnd] = *next;
    next = maps.erase(next);
    if (oldBegin < begin)
      maps.emplace(oldBegin, begin);
    if (oldEnd > end)
      maps.emplace(end, oldEnd);
  }
}

bool Process::isMapped(uint64_t begin, uint64_t end) const {
  auto next = maps.lower_bound(end);
  return next != maps.begin() && std::prev(next)->second > begin;
}

/// Where a map of \p bytes at \p address goes, which must be there.
static std::optional<uint64_t> placeFixedMap(const AddressRange &area,
                                             uint64_t address, uint64_t bytes) {
  if (!area.contains(address) || bytes > area.end - address)
    return std::nullopt;
  return address;
}

int64_t Process::mmap(const Arguments &arguments) {
  auto [hint, size, protection, flags, file, offset] = arguments;
  uint64_t type = flags & kMapTypeMask;
  if (offset % kPageBytes != 0)
    return fail(ErrorNumber::Invalid);
  if (!(flags & kMapAnonymous) && !isOpenFile(file))
    return fail(ErrorNumber::BadFile);
  if (size == 0 || (type != kMapShared && type != kMapPrivate))
    return fail(ErrorNumber::Invalid);
  if (!(flags & kMapAnonymous))
    return fail(ErrorNumber::NoDevice);
  const AddressRange &area = space.getMapArea();
  if (size > area.size())
    return fail(ErrorNumber::NoMemory);
  uint64_t bytes = alignTo(size, kPageBytes);
  bool isFixed = flags & (kMapFixed | kMapFixedNoReplace);
  if (isFixed && hint % kPageBytes != 0)
    return fail(ErrorNumber::Invalid);
  std::optional<uint64_t> begin =
      isFixed ? placeFixedMap(area, hint, bytes) : findFreeMap(bytes);
  if (!begin)
    return fail(ErrorNumber::NoMemory);
  uint64_t end = *begin + bytes;
  if (flags & kMapFixedNoReplace && isMapped(*begin, end))
    return fail(ErrorNumber::Exists);
  unmap(*begin, end);
  clear(*begin, std::min(end, mapsUsed));
  mapsUsed = std::max(mapsUsed, end);
  maps.emplace(*begin, end);
  return *begin;
}

int64_t Process::munmap(const Arguments &arguments) {
  auto [begin, size] = std::tie(arguments[0], arguments[1]);
  if (begin % kPageBytes != 0 || size == 0 || !isUserRange(begin, size))
    return fail(ErrorNumber::Invalid);
  unmap(begin, alignTo(begin + size, kPageBytes));
  return 0;
}

int64_t Process::mprotect(const Arguments &arguments) {
  auto [begin, size, protection] =
      std::tie(arguments[0], arguments[1], arguments[2]);
  if (begin % kPageBytes != 0 || (size != 0 && protection & ~kProtections))
    return fail(ErrorNumber::Invalid);
  uint64_t there =
      visitMemory(begin, size, /*access=*/0, [](MutableArrayRef<uint8_t>) {});
  return there == size ? 0 : fail(ErrorNumber::NoMemory);
}
