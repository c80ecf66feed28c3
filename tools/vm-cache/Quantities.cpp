//===- Quantities.cpp - Sizes and durations as text -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Quantities.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/ArrayRef.h"

#include <limits>
#include <optional>

using namespace llvm;
using namespace vmjit;

namespace {
struct Unit {
  char suffix;
  uint64_t factor;
};
} // namespace

static constexpr Unit kByteUnits[] = {{'K', uint64_t(1) << 10},
                                      {'M', uint64_t(1) << 20},
                                      {'G', uint64_t(1) << 30}};
static constexpr Unit kTimeUnits[] = {
    {'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};

/// A number with at most one of \p units behind it.
static std::optional<uint64_t> parseQuantity(StringRef text,
                                             ArrayRef<Unit> units) {
  uint64_t factor = 1;
  for (const Unit &unit : units)
    if (text.consume_back(StringRef(&unit.suffix, 1))) {
      factor = unit.factor;
      break;
    }
  uint64_t count;
  // A duration is signed.
  if (text.getAsInteger(10, count) ||
      count > std::numeric_limits<int64_t>::max() / factor)
    return std::nullopt;
  return count * factor;
}

Expected<uint64_t> vmjit::parseByteCount(StringRef text) {
  if (std::optional<uint64_t> bytes = parseQuantity(text, kByteUnits))
    return *bytes;
  return makeErrorf(ErrorCode::InvalidArgument,
                    "'{0}' is no size; write 300, 64K, 100M or 1G", text);
}

Expected<std::chrono::seconds> vmjit::parseDuration(StringRef text) {
  if (std::optional<uint64_t> seconds = parseQuantity(text, kTimeUnits))
    return std::chrono::seconds(*seconds);
  return makeErrorf(ErrorCode::InvalidArgument,
                    "'{0}' is no duration; write 90s, 15m, 12h or 30d", text);
}

std::string vmjit::formatByteCount(uint64_t bytes) {
  const char *name = "B";
  double value = bytes;
  for (const char *larger : {"KiB", "MiB", "GiB"})
    if (value >= 1024) {
      value /= 1024;
      name = larger;
    }
  if (bytes < 1024)
    return formatv("{0} B", bytes);
  return formatv("{0:F1} {1}", value, name);
}

std::string vmjit::formatAge(sys::TimePoint<> time) {
  auto age = std::chrono::duration_cast<std::chrono::seconds>(
                 std::chrono::system_clock::now() - time)
                 .count();
  if (age < 0)
    return "future";
  Unit chosen = kTimeUnits[0];
  for (const Unit &unit : kTimeUnits)
    if (uint64_t(age) >= unit.factor)
      chosen = unit;
  return formatv("{0}{1}", age / chosen.factor, chosen.suffix);
}
