//===- MemoryCache.cpp - Code objects of this process -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Cache/MemoryCache.h"

#include "llvm/ADT/StringExtras.h"

#include <cassert>

using namespace llvm;
using namespace vmjit;

static StringRef getDigestText(const CacheKey &key) {
  return toStringRef(ArrayRef(key.getDigest()));
}

/// About what an object and its key take.
static uint64_t estimateBytes(const CacheKey &key, const CodeObject &object) {
  uint64_t bytes = 512 + 3 * key.getEncoding().size() + object.payload.size() +
                   object.features.size();
  for (const Entry &entry : object.entries)
    bytes += sizeof(Entry) + entry.name.size() + entry.symbol.size() +
             entry.params.size() * sizeof(EntryParam);
  return bytes;
}

std::shared_ptr<const CodeObject> MemoryCache::lookup(const CacheKey &key) {
  return find(key, /*countsMiss=*/true);
}

std::shared_ptr<const CodeObject>
MemoryCache::lookupAgain(const CacheKey &key) {
  return find(key, /*countsMiss=*/false);
}

std::shared_ptr<const CodeObject> MemoryCache::find(const CacheKey &key,
                                                    bool countsMiss) {
  std::lock_guard guard(mutex);
  auto position = positions.find(getDigestText(key));
  if (position == positions.end() || !(position->second->key == key)) {
    statistics.misses += countsMiss;
    return nullptr;
  }
  ++statistics.hits;
  slots.splice(slots.begin(), slots, position->second);
  return position->second->object;
}

void MemoryCache::store(const CacheKey &key,
                        std::shared_ptr<const CodeObject> object) {
  assert(object && "there is nothing to keep");
  uint64_t size = estimateBytes(key, *object);
  std::lock_guard guard(mutex);
  removeSlot(getDigestText(key));
  if (limits.maxObjects == 0 || size > limits.maxBytes)
    return;
  slots.push_front({key, std::move(object), size});
  positions[getDigestText(slots.front().key)] = slots.begin();
  bytes += size;
  ++statistics.stores;
  while (slots.size() > limits.maxObjects || bytes > limits.maxBytes) {
    removeSlot(getDigestText(slots.back().key));
    ++evictions;
  }
}

void MemoryCache::remove(const CacheKey &key) {
  std::lock_guard guard(mutex);
  removeSlot(getDigestText(key));
}

void MemoryCache::removeSlot(StringRef digest) {
  auto position = positions.find(digest);
  if (position == positions.end())
    return;
  Slots::iterator slot = position->second;
  positions.erase(position);
  bytes -= slot->bytes;
  slots.erase(slot);
}

void MemoryCache::clear() {
  std::lock_guard guard(mutex);
  positions.clear();
  slots.clear();
  bytes = 0;
}

std::vector<CacheKey> MemoryCache::getKeys() const {
  std::lock_guard guard(mutex);
  std::vector<CacheKey> keys;
  keys.reserve(slots.size());
  for (const Slot &slot : slots)
    keys.push_back(slot.key);
  return keys;
}

size_t MemoryCache::getObjectCount() const {
  std::lock_guard guard(mutex);
  return slots.size();
}

uint64_t MemoryCache::getByteCount() const {
  std::lock_guard guard(mutex);
  return bytes;
}

CacheLevelStatistics MemoryCache::getStatistics() const {
  std::lock_guard guard(mutex);
  return statistics;
}

uint64_t MemoryCache::getEvictionCount() const {
  std::lock_guard guard(mutex);
  return evictions;
}
