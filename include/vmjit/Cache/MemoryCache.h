//===- MemoryCache.h - Code objects of this process -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_CACHE_MEMORYCACHE_H
#define VMJIT_CACHE_MEMORYCACHE_H

#include "vmjit/Cache/CacheLevel.h"
#include "vmjit/CodeObject/CodeObject.h"
#include "llvm/ADT/DenseMap.h"

#include <list>
#include <mutex>

namespace vmjit {

/// Bounds of a MemoryCache; 0 objects is a cache that keeps nothing.
struct MemoryCacheLimits {
  size_t maxObjects = 100;
  /// Of payloads and what describes them, roughly.
  uint64_t maxBytes = uint64_t(256) << 20;
};

/// Code objects ready to be used, the least recently used of which go when a
/// limit is reached. Objects that somebody still holds stay alive without it.
/// All functions may be called from any thread.
class MemoryCache {
public:
  explicit MemoryCache(MemoryCacheLimits limits) : limits(limits) {}

  /// The object stored under \p key, or null.
  std::shared_ptr<const CodeObject> lookup(const CacheKey &key);
  /// As lookup, for a caller that has just been told of a miss: counts only a
  /// hit.
  std::shared_ptr<const CodeObject> lookupAgain(const CacheKey &key);
  /// Keeps \p object, which must not be null. One that is larger than the
  /// limit on its own is not kept.
  void store(const CacheKey &key, std::shared_ptr<const CodeObject> object);
  void remove(const CacheKey &key);
  void clear();
  /// The keys of all objects, the most recently used first.
  std::vector<CacheKey> getKeys() const;

  size_t getObjectCount() const;
  uint64_t getByteCount() const;
  CacheLevelStatistics getStatistics() const;
  /// How many objects have gone because a limit was reached.
  uint64_t getEvictionCount() const;

private:
  struct Slot {
    CacheKey key;
    std::shared_ptr<const CodeObject> object;
    uint64_t bytes;
  };
  using Slots = std::list<Slot>;

  std::shared_ptr<const CodeObject> find(const CacheKey &key, bool countsMiss);
  /// With the lock held.
  void removeSlot(llvm::StringRef digest);

  const MemoryCacheLimits limits;
  mutable std::mutex mutex;
  /// The most recently used first.
  Slots slots;
  /// By digest, which the slot's key owns.
  llvm::DenseMap<llvm::StringRef, Slots::iterator> positions;
  uint64_t bytes = 0;
  uint64_t evictions = 0;
  CacheLevelStatistics statistics;
};

} // namespace vmjit

#endif // VMJIT_CACHE_MEMORYCACHE_H
