//===- DiskCacheTest.cpp - Tests of entries in a directory ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Cache/DiskCache.h"

#include "CacheTesting.h"

#include "vmjit/Cache/CacheEntry.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cstdlib>
#include <thread>

using namespace llvm;
using namespace vmjit;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {
/// A cache in a directory of its own.
class DiskCacheTest : public testing::Test {
protected:
  DiskCacheOptions getOptions() {
    DiskCacheOptions options;
    options.directory = directory.getPath("cache");
    options.onNotice = notices.getHandler();
    return options;
  }
  std::unique_ptr<DiskCache> open() {
    Expected<std::unique_ptr<DiskCache>> cache =
        DiskCache::create(getOptions());
    if (cache)
      return std::move(*cache);
    ADD_FAILURE() << toString(cache.takeError());
    return nullptr;
  }
  /// The path of the entry of \p key.
  std::string getEntry(const CacheKey &key) {
    return directory.getPath("cache/v1/llvmcache-" + key.getHex());
  }
  /// The names in the directory of the entries.
  std::vector<std::string> list() {
    std::vector<std::string> names;
    std::error_code failure;
    for (sys::fs::directory_iterator
             file(directory.getPath("cache/v1"), failure),
         end;
         file != end && !failure; file.increment(failure))
      names.push_back(sys::path::filename(file->path()).str());
    sort(names);
    return names;
  }

  TemporaryDirectory directory;
  Notices notices;
  const CacheKey key = makeKey("a");
};
} // namespace

TEST_F(DiskCacheTest, GivesWhatWasStored) {
  std::unique_ptr<DiskCache> cache = open();
  EXPECT_EQ(lookup(*cache, key), std::nullopt);
  expectSuccess(cache->store(key, makeBytes(1)));
  EXPECT_EQ(lookup(*cache, key), makeBytes(1));
  // Also to the next process.
  EXPECT_EQ(lookup(*open(), key), makeBytes(1));
  EXPECT_EQ(lookup(*cache, makeKey("b")), std::nullopt);
  CacheLevelStatistics statistics = cache->getStatistics();
  EXPECT_EQ(statistics.hits, 1u);
  EXPECT_EQ(statistics.misses, 2u);
  EXPECT_EQ(statistics.stores, 1u);
  EXPECT_EQ(statistics.damaged + statistics.errors, 0u);
}

TEST_F(DiskCacheTest, ReplacesAndRemovesEntries) {
  std::unique_ptr<DiskCache> cache = open();
  expectSuccess(cache->store(key, makeBytes(1)));
  expectSuccess(cache->store(key, makeBytes(2)));
  EXPECT_EQ(lookup(*cache, key), makeBytes(2));
  expectSuccess(cache->remove(key));
  expectSuccess(cache->remove(key));
  EXPECT_EQ(lookup(*cache, key), std::nullopt);
}

TEST_F(DiskCacheTest, WritesTheSameBytesForTheSameEntry) {
  std::unique_ptr<DiskCache> cache = open();
  expectSuccess(cache->store(key, makeBytes(1)));
  std::vector<uint8_t> bytes = readWholeFile(getEntry(key));
  expectSuccess(cache->store(key, makeBytes(1)));
  EXPECT_EQ(readWholeFile(getEntry(key)), bytes);
}

TEST_F(DiskCacheTest, LeavesNothingButEntriesReadableByTheOwnerOnly) {
  std::unique_ptr<DiskCache> cache = open();
  expectSuccess(cache->store(key, makeBytes(1)));
  cache->waitForSweep();
  EXPECT_THAT(list(),
              ElementsAre("llvmcache-" + key.getHex(), "llvmcache.timestamp"));
  VMJIT_ASSERT_VALUE(sys::fs::perms file,
                     errorOrToExpected(sys::fs::getPermissions(getEntry(key))));
  EXPECT_EQ(file, sys::fs::owner_read | sys::fs::owner_write);
  VMJIT_ASSERT_VALUE(sys::fs::perms folder,
                     errorOrToExpected(sys::fs::getPermissions(
                         directory.getPath("cache/v1"))));
  EXPECT_EQ(folder, sys::fs::owner_all);
}

TEST_F(DiskCacheTest, DropsEntriesTruncatedAtEveryByte) {
  std::unique_ptr<DiskCache> cache = open();
  expectSuccess(cache->store(key, makeBytes(1, 30)));
  std::vector<uint8_t> bytes = readWholeFile(getEntry(key));
  for (size_t size = 0; size < bytes.size(); ++size) {
    writeWholeFile(getEntry(key), ArrayRef(bytes).take_front(size));
    ASSERT_EQ(lookup(*cache, key), std::nullopt) << size;
    ASSERT_FALSE(sys::fs::exists(getEntry(key))) << size;
    writeWholeFile(getEntry(key), bytes);
  }
  EXPECT_EQ(cache->getStatistics().damaged, bytes.size());
  EXPECT_EQ(cache->getStatistics().errors, 0u);
}

TEST_F(DiskCacheTest, DropsEntriesWithAnyByteFlipped) {
  std::unique_ptr<DiskCache> cache = open();
  expectSuccess(cache->store(key, makeBytes(1, 30)));
  std::vector<uint8_t> bytes = readWholeFile(getEntry(key));
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] ^= 1 << (bit % 8);
    writeWholeFile(getEntry(key), bytes);
    ASSERT_EQ(lookup(*cache, key), std::nullopt) << bit;
    bytes[bit / 8] ^= 1 << (bit % 8);
  }
  EXPECT_EQ(cache->getStatistics().damaged, bytes.size() * 8);
  writeWholeFile(getEntry(key), bytes);
  EXPECT_EQ(lookup(*cache, key), makeBytes(1, 30));
}

TEST_F(DiskCacheTest, SaysThatAnEntryWasDamaged) {
  std::unique_ptr<DiskCache> cache = open();
  writeWholeFile(getEntry(key), makeBytes(1));
  EXPECT_EQ(lookup(*cache, key), std::nullopt);
  EXPECT_THAT(notices.get(), ElementsAre(HasSubstr("something else")));
}

TEST_F(DiskCacheTest, DropsAnEntryThatHasAnotherKey) {
  std::unique_ptr<DiskCache> cache = open();
  expectSuccess(cache->store(makeKey("b"), makeBytes(1)));
  writeWholeFile(getEntry(key), readWholeFile(getEntry(makeKey("b"))));
  EXPECT_EQ(lookup(*cache, key), std::nullopt);
  EXPECT_EQ(cache->getStatistics().damaged, 1u);
  EXPECT_EQ(lookup(*cache, makeKey("b")), makeBytes(1));
}

TEST_F(DiskCacheTest, DropsASizeThatTheFileDoesNotHave) {
  std::unique_ptr<DiskCache> cache = open();
  // Says that it has a gigabyte; allocating that would be noticed.
  std::vector<uint8_t> bytes = cantFail(CacheEntry::encode(key, makeBytes(1)));
  bytes[27] = 0x3f;
  writeWholeFile(getEntry(key), bytes);
  EXPECT_EQ(lookup(*cache, key), std::nullopt);
  EXPECT_THAT(notices.get(), ElementsAre(HasSubstr("does not fit")));
}

TEST_F(DiskCacheTest, VisitsKeys) {
  std::unique_ptr<DiskCache> cache = open();
  expectSuccess(cache->store(key, makeBytes(1)));
  expectSuccess(cache->store(makeKey("b"), makeBytes(2)));
  writeWholeFile(getEntry(makeKey("c")), makeBytes(3));
  unsigned count = 0;
  expectSuccess(cache->forEachKey([&](const CacheKey &seen) {
    EXPECT_TRUE(seen == key || seen == makeKey("b"));
    return ++count, true;
  }));
  EXPECT_EQ(count, 2u);
  expectSuccess(
      cache->forEachKey([&](const CacheKey &) { return ++count, false; }));
  EXPECT_EQ(count, 3u);
}

TEST_F(DiskCacheTest, ListsAndReadsFiles) {
  std::unique_ptr<DiskCache> cache = open();
  expectSuccess(cache->store(key, makeBytes(1)));
  writeWholeFile(directory.getPath("cache/v1/notes.txt"), makeBytes(3));
  VMJIT_ASSERT_VALUE(std::vector<DiskCacheFile> files, cache->listFiles());
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].getHex(), key.getHex());
  VMJIT_ASSERT_VALUE(std::vector<uint8_t> bytes, cache->readFile(files[0]));
  EXPECT_EQ(bytes.size(), files[0].size);
  files[0].name = "llvmcache-" + makeKey("b").getHex();
  expectError(cache->readFile(files[0]), ErrorCode::Io, "no such entry");
  sys::fs::rename(getEntry(key), getEntry(makeKey("b")));
  expectError(cache->readFile(files[0]), ErrorCode::ParseError,
              "not that of its name");
  expectSuccess(cache->removeFile(files[0]));
  EXPECT_FALSE(sys::fs::exists(getEntry(makeKey("b"))));
}

TEST_F(DiskCacheTest, MakesItsDirectoryAgain) {
  std::unique_ptr<DiskCache> cache = open();
  expectSuccess(cache->store(key, makeBytes(1)));
  cache->waitForSweep();
  sys::fs::remove_directories(directory.getPath("cache"));
  EXPECT_EQ(lookup(*cache, key), std::nullopt);
  expectSuccess(cache->store(key, makeBytes(2)));
  EXPECT_EQ(lookup(*cache, key), makeBytes(2));
  EXPECT_TRUE(sys::fs::exists(getEntry(key)));
}

TEST_F(DiskCacheTest, ClearsOnlyWhatIsItsOwn) {
  std::unique_ptr<DiskCache> cache = open();
  expectSuccess(cache->store(key, makeBytes(1)));
  writeWholeFile(directory.getPath("cache/v1/notes.txt"), makeBytes(3));
  writeWholeFile(directory.getPath("cache/v1/llvmcache-other"), makeBytes(3));
  writeWholeFile(directory.getPath("cache/readme"), makeBytes(3));
  sys::fs::create_directory(directory.getPath("cache/v0"));
  writeWholeFile(directory.getPath("cache/v0/tmp-0123456789abcdef"), {});
  expectSuccess(cache->clear());
  EXPECT_THAT(list(), ElementsAre("llvmcache-other", "notes.txt"));
  EXPECT_TRUE(sys::fs::exists(directory.getPath("cache/readme")));
  EXPECT_FALSE(sys::fs::exists(directory.getPath("cache/v0")));
  expectSuccess(cache->store(key, makeBytes(1)));
  EXPECT_EQ(lookup(*cache, key), makeBytes(1));
}

TEST_F(DiskCacheTest, ServesManyThreads) {
  std::unique_ptr<DiskCache> cache = open();
  std::vector<std::thread> threads;
  std::atomic<unsigned> wrong = 0;
  for (unsigned thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      for (unsigned round = 0; round < 50; ++round) {
        uint8_t seed = (thread + round) % 3;
        CacheKey key = makeKey(std::to_string(seed));
        Expected<std::optional<std::vector<uint8_t>>> payload =
            cache->lookup(key);
        if (!payload)
          wrong += 1 + (consumeError(payload.takeError()), 0);
        else if (*payload)
          wrong += **payload != makeBytes(seed);
        if (Error error = cache->store(key, makeBytes(seed)))
          wrong += 1 + (consumeError(std::move(error)), 0);
        if (round % 10 == 0)
          consumeError(cache->remove(key));
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0u);
  EXPECT_THAT(notices.get(), IsEmpty());
}

TEST(DefaultCacheDirectory, ComesFromTheEnvironment) {
  ASSERT_EQ(::setenv("VMJIT_CACHE_DIR", "/some/where", 1), 0);
  VMJIT_ASSERT_VALUE(std::string chosen, getDefaultCacheDirectory());
  EXPECT_EQ(chosen, "/some/where");
  ASSERT_EQ(::unsetenv("VMJIT_CACHE_DIR"), 0);
  ASSERT_EQ(::setenv("XDG_CACHE_HOME", "/users", 1), 0);
  VMJIT_ASSERT_VALUE(std::string fallback, getDefaultCacheDirectory());
  EXPECT_EQ(fallback, "/users/vmjit");
  ASSERT_EQ(::unsetenv("XDG_CACHE_HOME"), 0);
}
