//===- CodeCacheProcessTest.cpp - Tests of one key in several processes *- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Cache/CodeCache.h"

#include "CacheTesting.h"

#include "vmjit/Cache/DiskCache.h"
#include "llvm/Support/FileSystem.h"

#include <csignal>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace llvm;
using namespace vmjit;

namespace {
/// Two caches over one directory stand for two processes: their locks exclude
/// each other as those of processes do.
class CodeCacheProcessTest : public testing::Test {
protected:
  std::unique_ptr<DiskCache> openDisk() {
    DiskCacheOptions options;
    options.directory = directory.getPath();
    return cantFail(DiskCache::create(options));
  }
  std::unique_ptr<CodeCache>
  open(std::chrono::milliseconds lockTimeout = std::chrono::hours(1)) {
    CodeCacheOptions options;
    options.lockTimeout = lockTimeout;
    std::vector<std::unique_ptr<CacheLevel>> levels;
    levels.push_back(openDisk());
    return std::make_unique<CodeCache>(options, std::move(levels));
  }
  std::string getLockPath() {
    return directory.getPath("v1/lock-" + key.getHex());
  }

  TemporaryDirectory directory;
  const CacheKey key = makeKey("a");
};
} // namespace

TEST_F(CodeCacheProcessTest, WaitsForTheOneThatCompiles) {
  std::unique_ptr<CodeCache> first = open();
  std::unique_ptr<CodeCache> second = open();
  std::thread other;
  // The other one looks for the key only once this one is compiling it.
  auto found = first->getOrCompile(key, [&]() -> Expected<CodeObject> {
    EXPECT_TRUE(sys::fs::exists(getLockPath()));
    other = std::thread([&] {
      Expected<CodeCacheResult> result =
          second->getOrCompile(key, []() -> Expected<CodeObject> {
            ADD_FAILURE() << "compiled twice";
            return makeObject(2);
          });
      ASSERT_TRUE(bool(result)) << toString(result.takeError());
      EXPECT_EQ(*result->object, makeObject(1));
    });
    // A miss of the other one: it is on its way to the lock.
    while (second->getStatistics().levels[0].counts.misses == 0)
      std::this_thread::yield();
    return makeObject(1);
  });
  other.join();
  VMJIT_ASSERT_VALUE(CodeCacheResult result, std::move(found));
  EXPECT_EQ(result.source, CodeSource::Compiled);
  EXPECT_EQ(second->getStatistics().otherProcessHits, 1u);
  EXPECT_EQ(second->getStatistics().compilations, 0u);
  // Nobody holds it any more.
  EXPECT_FALSE(sys::fs::exists(getLockPath()));
}

TEST_F(CodeCacheProcessTest, CompilesByItselfAfterATimeLimit) {
  std::unique_ptr<DiskCache> holder = openDisk();
  std::unique_ptr<CacheLock> lock = holder->lock(key, std::chrono::seconds(0));
  ASSERT_NE(lock, nullptr);
  VMJIT_ASSERT_VALUE(CodeCacheResult result,
                     open(std::chrono::milliseconds(5))
                         ->getOrCompile(key, []() -> Expected<CodeObject> {
                           return makeObject(1);
                         }));
  EXPECT_EQ(result.source, CodeSource::Compiled);
}

TEST_F(CodeCacheProcessTest, LocksExcludeEachOtherForOneKey) {
  std::unique_ptr<DiskCache> first = openDisk();
  std::unique_ptr<DiskCache> second = openDisk();
  std::unique_ptr<CacheLock> lock = first->lock(key, std::chrono::seconds(0));
  ASSERT_NE(lock, nullptr);
  EXPECT_EQ(second->lock(key, std::chrono::seconds(0)), nullptr);
  EXPECT_NE(second->lock(makeKey("b"), std::chrono::seconds(0)), nullptr);
  lock.reset();
  EXPECT_NE(second->lock(key, std::chrono::seconds(0)), nullptr);
}

TEST_F(CodeCacheProcessTest, AKilledHolderReleasesTheLock) {
  std::unique_ptr<DiskCache> cache = openDisk();
  pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::unique_ptr<CacheLock> lock =
        openDisk()->lock(key, std::chrono::seconds(0));
    if (lock)
      ::kill(::getpid(), SIGKILL);
    ::_exit(1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_TRUE(sys::fs::exists(getLockPath()));
  EXPECT_NE(cache->lock(key, std::chrono::seconds(0)), nullptr);
}

TEST_F(CodeCacheProcessTest, AForkedChildDoesNotKeepTheLock) {
  std::unique_ptr<DiskCache> cache = openDisk();
  std::unique_ptr<CacheLock> lock = cache->lock(key, std::chrono::seconds(0));
  ASSERT_NE(lock, nullptr);
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    // Holds a copy of the descriptor until the parent is done.
    ::close(pipe[1]);
    char byte;
    ::_exit(::read(pipe[0], &byte, 1) == 0 ? 0 : 1);
  }
  lock.reset();
  EXPECT_NE(cache->lock(key, std::chrono::seconds(0)), nullptr);
  ::close(pipe[1]);
  ::close(pipe[0]);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
}

TEST_F(CodeCacheProcessTest, OneOfManyProcessesCompiles) {
  int start[2], compiled[2];
  ASSERT_EQ(::pipe(start), 0);
  ASSERT_EQ(::pipe(compiled), 0);
  std::vector<pid_t> children;
  for (unsigned index = 0; index < 5; ++index) {
    pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      // Until all are there.
      ::close(start[1]);
      char byte;
      (void)!::read(start[0], &byte, 1);
      Expected<CodeCacheResult> result =
          open()->getOrCompile(key, [&]() -> Expected<CodeObject> {
            (void)!::write(compiled[1], "x", 1);
            return makeObject(1);
          });
      ::_exit(result && *result->object == makeObject(1) ? 0 : 1);
    }
    children.push_back(child);
  }
  ::close(start[1]);
  ::close(compiled[1]);
  for (pid_t child : children) {
    int status = 1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  char bytes[8];
  EXPECT_EQ(::read(compiled[0], bytes, sizeof(bytes)), 1);
  ::close(start[0]);
  ::close(compiled[0]);
}
