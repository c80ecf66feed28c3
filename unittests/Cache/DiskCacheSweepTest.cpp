//===- DiskCacheSweepTest.cpp - Tests of sweeps -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Cache/DiskCache.h"

#include "CacheTesting.h"

#include "llvm/Support/FileSystem.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;
using namespace vmjit;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

namespace {
class DiskCacheSweepTest : public testing::Test {
protected:
  void SetUp() override { cache = open(std::chrono::hours(1000)); }

  std::unique_ptr<DiskCache> open(std::chrono::seconds interval) {
    DiskCacheOptions options;
    options.directory = directory.getPath();
    options.maxBytes = 10000;
    options.sweepInterval = interval;
    return cantFail(DiskCache::create(options));
  }
  std::string getPath(StringRef name) {
    return directory.getPath("v1/" + name.str());
  }
  void store(StringRef name, size_t bytes = 100) {
    expectSuccess(cache->store(makeKey(name), makeBytes(1, bytes)));
    cache->waitForSweep();
  }
  /// Sets both times of \p path to \p seconds from now.
  void setAge(const std::string &path, time_t seconds) {
    time_t time = ::time(nullptr) - seconds;
    const struct timespec times[2] = {{time, 0}, {time, 0}};
    EXPECT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW),
              0)
        << path;
  }
  void setEntryAge(StringRef name, time_t seconds) {
    setAge(getPath("llvmcache-" + makeKey(name).getHex()), seconds);
  }
  bool has(StringRef name) {
    return sys::fs::exists(getPath("llvmcache-" + makeKey(name).getHex()));
  }

  TemporaryDirectory directory;
  std::unique_ptr<DiskCache> cache;
};

constexpr time_t kDay = 24 * 3600;
} // namespace

TEST_F(DiskCacheSweepTest, DropsWhatWasNotUsedForLong) {
  store("old");
  store("new");
  setEntryAge("old", 3 * kDay);
  setEntryAge("new", 1 * kDay);
  expectSuccess(cache->prune(0, std::chrono::hours(48)));
  EXPECT_FALSE(has("old"));
  EXPECT_TRUE(has("new"));
}

TEST_F(DiskCacheSweepTest, DropsTheLeastRecentlyUsedUntilTheRestFits) {
  for (StringRef name : {"a", "b", "c", "d"})
    store(name, 4000);
  setEntryAge("a", 4 * kDay);
  setEntryAge("b", 1 * kDay);
  setEntryAge("c", 3 * kDay);
  setEntryAge("d", 2 * kDay);
  expectSuccess(cache->prune(10000, std::chrono::seconds(0)));
  EXPECT_TRUE(has("b"));
  EXPECT_TRUE(has("d"));
  EXPECT_FALSE(has("a"));
  EXPECT_FALSE(has("c"));
}

TEST_F(DiskCacheSweepTest, TakesAHitForUse) {
  store("a");
  setEntryAge("a", 3 * kDay);
  EXPECT_TRUE(lookup(*cache, makeKey("a")));
  expectSuccess(cache->prune(0, std::chrono::hours(1)));
  EXPECT_TRUE(has("a"));
}

TEST_F(DiskCacheSweepTest, HandlesTimesInTheFuture) {
  store("a", 4000);
  store("b", 4000);
  store("c", 4000);
  setEntryAge("a", -1000 * kDay);
  setEntryAge("b", -1000 * kDay);
  setEntryAge("c", 1 * kDay);
  EXPECT_TRUE(lookup(*cache, makeKey("a")));
  expectSuccess(cache->prune(10000, std::chrono::hours(24 * 30)));
  // Sorted in with the others, and not there for a thousand days.
  VMJIT_ASSERT_VALUE(std::vector<DiskCacheFile> files, cache->listFiles());
  EXPECT_EQ(files.size(), 2u);
  for (const DiskCacheFile &file : files)
    EXPECT_LE(sys::toTimeT(file.accessed), ::time(nullptr));
  EXPECT_FALSE(has("c"));
}

TEST_F(DiskCacheSweepTest, RemovesWhatKilledProcessesLeave) {
  std::string hex = makeKey("a").getHex();
  const std::string oldFile = getPath("tmp-0000000000000001");
  const std::string futureFile = getPath("tmp-0000000000000002");
  const std::string newFile = getPath("tmp-0000000000000003");
  const std::string lock = getPath("lock-" + hex);
  for (const std::string &path : {oldFile, futureFile, newFile, lock})
    writeWholeFile(path, makeBytes(1));
  for (const std::string &path : {oldFile, lock})
    setAge(path, 2 * 3600);
  setAge(futureFile, -2 * kDay);
  expectSuccess(cache->prune(0, std::chrono::seconds(0)));
  EXPECT_FALSE(sys::fs::exists(oldFile));
  EXPECT_FALSE(sys::fs::exists(futureFile));
  EXPECT_FALSE(sys::fs::exists(lock));
  // Somebody may be writing this.
  EXPECT_TRUE(sys::fs::exists(newFile));
}

TEST_F(DiskCacheSweepTest, LeavesLocksThatAreHeld) {
  std::unique_ptr<CacheLock> lock =
      cache->lock(makeKey("a"), std::chrono::seconds(0));
  ASSERT_NE(lock, nullptr);
  std::string path = getPath("lock-" + makeKey("a").getHex());
  setAge(path, 100 * kDay);
  expectSuccess(cache->prune(0, std::chrono::seconds(0)));
  EXPECT_TRUE(sys::fs::exists(path));
}

TEST_F(DiskCacheSweepTest, SweepsOtherFormatVersionsAndNothingElse) {
  const std::string name = "llvmcache-" + makeKey("a").getHex();
  for (StringRef folder : {"v0", "v17", "vx", "other"}) {
    ASSERT_EQ(::mkdir(directory.getPath(folder).c_str(), 0700), 0);
    std::string path = directory.getPath(folder.str() + "/" + name);
    writeWholeFile(path, makeBytes(1));
    setAge(path, 3 * kDay);
  }
  writeWholeFile(getPath("notes"), makeBytes(1));
  setAge(getPath("notes"), 3 * kDay);
  expectSuccess(cache->prune(0, std::chrono::hours(1)));
  EXPECT_FALSE(sys::fs::exists(directory.getPath("v0/" + name)));
  EXPECT_FALSE(sys::fs::exists(directory.getPath("v17/" + name)));
  EXPECT_TRUE(sys::fs::exists(directory.getPath("vx/" + name)));
  EXPECT_TRUE(sys::fs::exists(directory.getPath("other/" + name)));
  EXPECT_TRUE(sys::fs::exists(getPath("notes")));
}

TEST_F(DiskCacheSweepTest, HappensByItselfAndRarely) {
  for (StringRef name : {"a", "b", "c", "d"})
    store(name, 4000);
  setEntryAge("a", 2 * kDay);
  setEntryAge("b", 1 * kDay);
  // The stores above were the first for a long time, and then not again.
  EXPECT_TRUE(has("a"));
  cache = open(std::chrono::hours(1000));
  store("e");
  EXPECT_TRUE(has("a"));
  cache = open(std::chrono::seconds(0));
  store("f");
  EXPECT_FALSE(has("a"));
  EXPECT_FALSE(has("b"));
  EXPECT_TRUE(has("f"));
}

TEST_F(DiskCacheSweepTest, HappensAgainAfterTheClockWasSetBack) {
  for (StringRef name : {"a", "b", "c"})
    store(name, 4000);
  setEntryAge("a", 2 * kDay);
  setAge(getPath("llvmcache.timestamp"), -1000 * kDay);
  cache = open(std::chrono::hours(1));
  store("d");
  EXPECT_FALSE(has("a"));
}
