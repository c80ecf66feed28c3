//===- DiskCacheSafetyTest.cpp - Tests of directories that are not ours *- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Cache/DiskCache.h"

#include "CacheTesting.h"

#include "llvm/Support/FileSystem.h"

#include <fstream>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;
using namespace vmjit;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

static std::unique_ptr<DiskCache> open(const std::string &path,
                                       Notices &notices) {
  DiskCacheOptions options;
  options.directory = path;
  options.onNotice = notices.getHandler();
  Expected<std::unique_ptr<DiskCache>> cache = DiskCache::create(options);
  if (cache)
    return std::move(*cache);
  ADD_FAILURE() << toString(cache.takeError());
  return nullptr;
}

/// Expects that \p path cannot be a cache's directory.
static void expectRefused(const std::string &path, ErrorCode code,
                          const std::string &part) {
  DiskCacheOptions options;
  options.directory = path;
  expectError(DiskCache::create(options), code, part);
}

TEST(DiskCacheSafety, RefusesADirectoryThatOthersCanWriteTo) {
  TemporaryDirectory directory;
  for (mode_t mode : {0770, 0707, 01777}) {
    ASSERT_EQ(::chmod(directory.getPath().c_str(), mode), 0);
    expectRefused(directory.getPath(), ErrorCode::InvalidArgument,
                  "other users can write");
  }
  ASSERT_EQ(::chmod(directory.getPath().c_str(), 0755), 0);
  ASSERT_EQ(::mkdir(directory.getPath("v1").c_str(), 0700), 0);
  ASSERT_EQ(::chmod(directory.getPath("v1").c_str(), 0770), 0);
  expectRefused(directory.getPath(), ErrorCode::InvalidArgument, "v1");
}

TEST(DiskCacheSafety, RefusesADirectoryOfAnotherUser) {
  if (::geteuid() != 0)
    GTEST_SKIP() << "only root can give a directory away";
  TemporaryDirectory directory;
  ASSERT_EQ(::chown(directory.getPath().c_str(), 12345, -1), 0);
  expectRefused(directory.getPath(), ErrorCode::InvalidArgument,
                "another user");
}

TEST(DiskCacheSafety, RefusesWhatIsNoDirectory) {
  TemporaryDirectory directory;
  writeWholeFile(directory.getPath("file"), {});
  expectRefused(directory.getPath("file"), ErrorCode::Io, "");
  expectRefused(directory.getPath("file/below"), ErrorCode::Io, "");
  DiskCacheOptions options;
  options.directory = directory.getPath("absent");
  options.readOnly = true;
  expectError(DiskCache::create(options), ErrorCode::Io, "absent");
  EXPECT_FALSE(sys::fs::exists(directory.getPath("absent")));
}

TEST(DiskCacheSafety, FollowsTheUsersOwnLinkToTheDirectoryAndNoneBelow) {
  TemporaryDirectory directory;
  Notices notices;
  ASSERT_EQ(::mkdir(directory.getPath("real").c_str(), 0700), 0);
  ASSERT_EQ(::symlink("real", directory.getPath("link").c_str()), 0);
  expectSuccess(open(directory.getPath("link"), notices)
                    ->store(makeKey("a"), makeBytes(1)));
  EXPECT_TRUE(sys::fs::exists(directory.getPath("real/v1")));

  ASSERT_EQ(::mkdir(directory.getPath("other").c_str(), 0700), 0);
  ASSERT_EQ(::symlink("../real/v1", directory.getPath("other/v1").c_str()), 0);
  expectRefused(directory.getPath("other"), ErrorCode::Io, "v1");
}

TEST(DiskCacheSafety, RefusesAnotherUsersLink) {
  if (::geteuid() != 0)
    GTEST_SKIP() << "only root can give a link away";
  TemporaryDirectory directory;
  ASSERT_EQ(::mkdir(directory.getPath("real").c_str(), 0700), 0);
  ASSERT_EQ(::symlink("real", directory.getPath("link").c_str()), 0);
  ASSERT_EQ(::lchown(directory.getPath("link").c_str(), 12345, -1), 0);
  expectRefused(directory.getPath("link"), ErrorCode::InvalidArgument,
                "symbolic link");
}

TEST(DiskCacheSafety, DropsLinksPipesAndForeignFilesInPlaceOfEntries) {
  TemporaryDirectory directory;
  Notices notices;
  std::unique_ptr<DiskCache> cache = open(directory.getPath(), notices);
  CacheKey key = makeKey("a");
  std::string entry = directory.getPath("v1/llvmcache-" + key.getHex());
  expectSuccess(cache->store(key, makeBytes(1)));
  std::string kept = directory.getPath("kept");
  ASSERT_FALSE(sys::fs::rename(entry, kept));

  auto expectDropped = [&] {
    EXPECT_EQ(lookup(*cache, key), std::nullopt);
    struct stat status;
    EXPECT_NE(::lstat(entry.c_str(), &status), 0);
  };
  ASSERT_EQ(::symlink(kept.c_str(), entry.c_str()), 0);
  expectDropped();
  ASSERT_EQ(::mkfifo(entry.c_str(), 0600), 0);
  expectDropped();
  ASSERT_FALSE(sys::fs::copy_file(kept, entry));
  ASSERT_EQ(::chmod(entry.c_str(), 0666), 0);
  expectDropped();
  EXPECT_EQ(cache->getStatistics().damaged, 3u);
  EXPECT_TRUE(sys::fs::exists(kept));
}

TEST(DiskCacheSafety, SurvivesADirectoryInPlaceOfAnEntry) {
  TemporaryDirectory directory;
  Notices notices;
  std::unique_ptr<DiskCache> cache = open(directory.getPath(), notices);
  CacheKey key = makeKey("a");
  std::string entry = directory.getPath("v1/llvmcache-" + key.getHex());
  ASSERT_EQ(::mkdir(entry.c_str(), 0700), 0);
  EXPECT_EQ(lookup(*cache, key), std::nullopt);
  expectError(cache->store(key, makeBytes(1)), ErrorCode::Io, "irectory");
  EXPECT_EQ(cache->getStatistics().errors, 1u);
}

TEST(DiskCacheSafety, DoesNotFollowALinkPutInPlaceOfTheDirectory) {
  TemporaryDirectory directory;
  Notices notices;
  std::unique_ptr<DiskCache> cache = open(directory.getPath("cache"), notices);
  ASSERT_EQ(::mkdir(directory.getPath("elsewhere").c_str(), 0700), 0);
  ASSERT_FALSE(
      sys::fs::rename(directory.getPath("cache"), directory.getPath("moved")));
  ASSERT_EQ(::symlink("elsewhere", directory.getPath("cache").c_str()), 0);
  expectSuccess(cache->store(makeKey("a"), makeBytes(1)));
  expectSuccess(cache->prune(1, std::chrono::seconds(0)));
  EXPECT_TRUE(sys::fs::exists(directory.getPath("moved/v1")));
  EXPECT_FALSE(sys::fs::exists(directory.getPath("elsewhere/v1")));
}

TEST(DiskCacheSafety, IsReadWhereItCannotBeWritten) {
  OrdinaryUser user;
  TemporaryDirectory directory;
  Notices notices;
  std::unique_ptr<DiskCache> cache = open(directory.getPath(), notices);
  expectSuccess(cache->store(makeKey("a"), makeBytes(1)));
  cache->waitForSweep();
  ASSERT_EQ(::chmod(directory.getPath("v1").c_str(), 0500), 0);
  cache = open(directory.getPath(), notices);
  EXPECT_EQ(lookup(*cache, makeKey("a")), makeBytes(1));
  expectSuccess(cache->store(makeKey("b"), makeBytes(2)));
  expectSuccess(cache->store(makeKey("c"), makeBytes(3)));
  EXPECT_EQ(cache->lock(makeKey("b"), std::chrono::hours(1)), nullptr);
  EXPECT_EQ(lookup(*cache, makeKey("b")), std::nullopt);
  EXPECT_EQ(cache->getStatistics().stores, 0u);
  // Once, not for each store.
  EXPECT_THAT(notices.get(), ElementsAre(HasSubstr("only read")));
  ASSERT_EQ(::chmod(directory.getPath("v1").c_str(), 0700), 0);
}

TEST(DiskCacheSafety, WritesNothingIfItIsToBeReadOnly) {
  TemporaryDirectory directory;
  Notices notices;
  expectSuccess(
      open(directory.getPath(), notices)->store(makeKey("a"), makeBytes(1)));
  DiskCacheOptions options;
  options.directory = directory.getPath();
  options.readOnly = true;
  VMJIT_ASSERT_VALUE(std::unique_ptr<DiskCache> cache,
                     DiskCache::create(options));
  EXPECT_EQ(lookup(*cache, makeKey("a")), makeBytes(1));
  VMJIT_ASSERT_VALUE(bool isStored,
                     cache->tryStore(makeKey("b"), makeBytes(2)));
  EXPECT_FALSE(isStored);
  expectSuccess(cache->remove(makeKey("a")));
  EXPECT_EQ(lookup(*cache, makeKey("a")), makeBytes(1));
}

TEST(DiskCacheSafety, TakesAnUnreadableEntryForAnErrorAndNotForDamage) {
  OrdinaryUser user;
  TemporaryDirectory directory;
  Notices notices;
  std::unique_ptr<DiskCache> cache = open(directory.getPath(), notices);
  CacheKey key = makeKey("a");
  std::string entry = directory.getPath("v1/llvmcache-" + key.getHex());
  expectSuccess(cache->store(key, makeBytes(1)));
  ASSERT_EQ(::chmod(entry.c_str(), 0), 0);
  expectError(cache->lookup(key), ErrorCode::Io, "ermission denied");
  EXPECT_EQ(cache->getStatistics().errors, 1u);
  EXPECT_EQ(cache->getStatistics().damaged, 0u);
  ASSERT_EQ(::chmod(entry.c_str(), 0600), 0);
  EXPECT_EQ(lookup(*cache, key), makeBytes(1));
}

/// Gives this process mounts of its own, if need be as root of a user
/// namespace. Whether that is possible.
static bool makeMountNamespace() {
  if (::geteuid() == 0)
    return ::unshare(CLONE_NEWNS) == 0;
  std::string user = std::to_string(::geteuid());
  std::string group = std::to_string(::getegid());
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
    return false;
  for (const auto &[path, text] :
       {std::pair("/proc/self/uid_map", "0 " + user + " 1"),
        std::pair("/proc/self/setgroups", std::string("deny")),
        std::pair("/proc/self/gid_map", "0 " + group + " 1")}) {
    std::ofstream file(path);
    file << text;
    if (!file.flush())
      return false;
  }
  return true;
}

/// Fills a file system of 64 KiB; 0 if the cache does as it should, 77 if there
/// cannot be one.
static int runOnFullDisk(const std::string &path) {
  if (!makeMountNamespace())
    return 77;
  (void)::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  if (::mount("none", path.c_str(), "tmpfs", 0, "size=64k,mode=700"))
    return 77;
  Notices notices;
  std::unique_ptr<DiskCache> cache = open(path, notices);
  if (!cache)
    return 1;
  expectSuccess(cache->store(makeKey("small"), makeBytes(1)));
  for (unsigned index = 0; index < 8; ++index)
    expectSuccess(
        cache->store(makeKey(std::to_string(index)), makeBytes(2, 200000)));
  EXPECT_THAT(notices.get(), ElementsAre(HasSubstr("No space left")));
  EXPECT_EQ(lookup(*cache, makeKey("small")), makeBytes(1));
  EXPECT_EQ(cache->getStatistics().stores, 1u);
  Expected<std::vector<DiskCacheFile>> files = cache->listFiles();
  EXPECT_EQ(cantFail(std::move(files)).size(), 1u);
  cache.reset();
  return testing::Test::HasFailure() ? 1 : 0;
}

TEST(DiskCacheSafety, SaysOnceThatTheDiskIsFull) {
  TemporaryDirectory directory;
  pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0)
    ::_exit(runOnFullDisk(directory.getPath()));
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << status;
  if (WEXITSTATUS(status) == 77)
    GTEST_SKIP() << "no file system can be mounted here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}
