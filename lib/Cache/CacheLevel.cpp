//===- CacheLevel.cpp - A place where entries are kept ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Cache/CacheLevel.h"

#include "llvm/ADT/Twine.h"

using namespace llvm;
using namespace vmjit;

CacheLock::~CacheLock() = default;
CacheLevel::~CacheLevel() = default;

/// The counters are independent of each other and of everything else.
static void increment(std::atomic<uint64_t> &counter) {
  counter.fetch_add(1, std::memory_order_relaxed);
}

Expected<std::optional<std::vector<uint8_t>>>
CacheLevel::lookup(const CacheKey &key, bool countsMiss) {
  Expected<std::optional<std::vector<uint8_t>>> found = lookupImpl(key);
  if (!found)
    increment(errors);
  else if (*found)
    increment(hits);
  else if (countsMiss)
    increment(misses);
  return found;
}

Expected<std::optional<std::vector<uint8_t>>>
CacheLevel::lookup(const CacheKey &key) {
  return lookup(key, /*countsMiss=*/true);
}

Expected<std::optional<std::vector<uint8_t>>>
CacheLevel::lookupAgain(const CacheKey &key) {
  return lookup(key, /*countsMiss=*/false);
}

Error CacheLevel::store(const CacheKey &key, ArrayRef<uint8_t> payload) {
  return tryStore(key, payload).takeError();
}

Expected<bool> CacheLevel::tryStore(const CacheKey &key,
                                    ArrayRef<uint8_t> payload) {
  Expected<bool> isStored = storeImpl(key, payload);
  if (!isStored)
    increment(errors);
  else if (*isStored)
    increment(stores);
  return isStored;
}

Error CacheLevel::remove(const CacheKey &key) { return removeImpl(key); }

Error CacheLevel::removeDamaged(const CacheKey &key) {
  increment(damaged);
  return removeImpl(key);
}

Error CacheLevel::forEachKey(function_ref<bool(const CacheKey &)> visit) {
  return forEachKeyImpl(visit);
}

Error CacheLevel::forEachKeyImpl(function_ref<bool(const CacheKey &)>) {
  return Error::success();
}

std::unique_ptr<CacheLock> CacheLevel::lock(const CacheKey &,
                                            std::chrono::milliseconds) {
  return nullptr;
}

CacheLevelStatistics CacheLevel::getStatistics() const {
  CacheLevelStatistics statistics;
  statistics.hits = hits.load(std::memory_order_relaxed);
  statistics.misses = misses.load(std::memory_order_relaxed);
  statistics.stores = stores.load(std::memory_order_relaxed);
  statistics.damaged = damaged.load(std::memory_order_relaxed);
  statistics.errors = errors.load(std::memory_order_relaxed);
  return statistics;
}

void CacheLevel::noteDamaged(const Twine &what) {
  increment(damaged);
  notice(what);
}

void CacheLevel::notice(const Twine &message) const {
  if (onNotice)
    onNotice((name + " cache: " + message).str());
}
