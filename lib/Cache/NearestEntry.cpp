//===- NearestEntry.cpp - Why a key was not found ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NearestEntry.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace vmjit;

namespace {
/// The nearest entry so far.
class NearestEntry {
public:
  explicit NearestEntry(const CacheKey &key) : key(key) {}

  void consider(const CacheKey &other, StringRef level) {
    std::vector<std::string> names = key.findDifferences(other);
    bool isOther = key.getParts().empty() || other.getParts().empty() ||
                   !(key.getParts()[0] == other.getParts()[0]);
    if (isFound && std::pair(hasOtherProgram, differences.size()) <=
                       std::pair(isOther, names.size()))
      return;
    isFound = true;
    hasOtherProgram = isOther;
    differences = std::move(names);
    place = level.str();
  }

  std::string describe() const {
    if (!isFound)
      return "there is no entry to compare it with";
    return "the nearest entry, in " + place +
           ", differs in: " + join(differences, ", ");
  }

private:
  const CacheKey &key;
  bool isFound = false;
  bool hasOtherProgram = false;
  std::vector<std::string> differences;
  std::string place;
};
} // namespace

Error vmjit::makeCacheMissError(const CacheKey &key, const MemoryCache &memory,
                                ArrayRef<std::unique_ptr<CacheLevel>> levels) {
  NearestEntry nearest(key);
  std::string places = "memory";
  for (const CacheKey &other : memory.getKeys())
    nearest.consider(other, "memory");
  for (const std::unique_ptr<CacheLevel> &level : levels) {
    places += ", " + level->getName().str();
    // The error to be made is about something else.
    consumeError(level->forEachKey([&](const CacheKey &other) {
      nearest.consider(other, level->getName());
      return true;
    }));
  }
  return makeErrorf(ErrorCode::CacheMiss,
                    "key {0} is not in the cache ({1}); {2}", key.getHex(),
                    places, nearest.describe());
}
