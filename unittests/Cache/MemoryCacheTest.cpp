//===- MemoryCacheTest.cpp - Tests of the cache in memory -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Cache/MemoryCache.h"

#include "CacheTesting.h"

#include <thread>

using namespace llvm;
using namespace vmjit;

static std::shared_ptr<const CodeObject> share(uint8_t seed,
                                               size_t payloadBytes = 100) {
  return std::make_shared<const CodeObject>(makeObject(seed, payloadBytes));
}

TEST(MemoryCache, GivesWhatWasStored) {
  MemoryCache cache({});
  EXPECT_EQ(cache.lookup(makeKey("a")), nullptr);
  std::shared_ptr<const CodeObject> object = share(1);
  cache.store(makeKey("a"), object);
  EXPECT_EQ(cache.lookup(makeKey("a")), object);
  EXPECT_EQ(cache.lookup(makeKey("b")), nullptr);
  EXPECT_EQ(cache.getStatistics().hits, 1u);
  EXPECT_EQ(cache.getStatistics().misses, 2u);
  EXPECT_EQ(cache.getStatistics().stores, 1u);
}

TEST(MemoryCache, ReplacesAnObject) {
  MemoryCache cache({});
  cache.store(makeKey("a"), share(1, 100));
  uint64_t bytes = cache.getByteCount();
  cache.store(makeKey("a"), share(2, 100));
  EXPECT_EQ(*cache.lookup(makeKey("a")), makeObject(2));
  EXPECT_EQ(cache.getObjectCount(), 1u);
  EXPECT_EQ(cache.getByteCount(), bytes);
}

TEST(MemoryCache, DropsTheLeastRecentlyUsed) {
  MemoryCache cache({.maxObjects = 2});
  cache.store(makeKey("a"), share(1));
  cache.store(makeKey("b"), share(2));
  EXPECT_NE(cache.lookup(makeKey("a")), nullptr);
  cache.store(makeKey("c"), share(3));
  EXPECT_EQ(cache.lookup(makeKey("b")), nullptr);
  EXPECT_NE(cache.lookup(makeKey("a")), nullptr);
  EXPECT_NE(cache.lookup(makeKey("c")), nullptr);
  EXPECT_EQ(cache.getEvictionCount(), 1u);
  EXPECT_EQ(cache.getKeys().front(), makeKey("c"));
}

TEST(MemoryCache, StaysWithinItsBytes) {
  MemoryCache cache({.maxObjects = 100, .maxBytes = 100000});
  for (uint8_t seed = 0; seed < 20; ++seed) {
    cache.store(makeKey(std::to_string(seed)), share(seed, 20000));
    EXPECT_LE(cache.getByteCount(), 100000u);
  }
  EXPECT_EQ(cache.getObjectCount(), 4u);
  EXPECT_NE(cache.lookup(makeKey("19")), nullptr);
}

TEST(MemoryCache, DoesNotKeepWhatIsLargerThanItself) {
  MemoryCache cache({.maxObjects = 100, .maxBytes = 10000});
  cache.store(makeKey("small"), share(1));
  cache.store(makeKey("large"), share(2, 20000));
  EXPECT_EQ(cache.lookup(makeKey("large")), nullptr);
  EXPECT_NE(cache.lookup(makeKey("small")), nullptr);
}

TEST(MemoryCache, KeepsNothingWithALimitOfZero) {
  MemoryCache cache({.maxObjects = 0});
  cache.store(makeKey("a"), share(1));
  EXPECT_EQ(cache.getObjectCount(), 0u);
}

TEST(MemoryCache, ForgetsOneOrAll) {
  MemoryCache cache({});
  cache.store(makeKey("a"), share(1));
  cache.store(makeKey("b"), share(2));
  cache.remove(makeKey("a"));
  cache.remove(makeKey("a"));
  EXPECT_EQ(cache.lookup(makeKey("a")), nullptr);
  EXPECT_NE(cache.lookup(makeKey("b")), nullptr);
  cache.clear();
  EXPECT_EQ(cache.getObjectCount(), 0u);
  EXPECT_EQ(cache.getByteCount(), 0u);
}

TEST(MemoryCache, ServesManyThreads) {
  MemoryCache cache({.maxObjects = 5});
  std::vector<std::thread> threads;
  std::atomic<unsigned> wrong = 0;
  for (unsigned thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      for (unsigned round = 0; round < 300; ++round) {
        uint8_t seed = (thread + round) % 10;
        CacheKey key = makeKey(std::to_string(seed));
        if (std::shared_ptr<const CodeObject> object = cache.lookup(key))
          wrong += !(*object == makeObject(seed));
        else
          cache.store(key, share(seed));
        if (round % 50 == 0)
          cache.remove(key);
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0u);
  EXPECT_LE(cache.getObjectCount(), 5u);
  CacheLevelStatistics statistics = cache.getStatistics();
  EXPECT_EQ(statistics.hits + statistics.misses, 1200u);
}
