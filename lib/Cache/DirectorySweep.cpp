//===- DirectorySweep.cpp - Keeping a cache directory small -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DirectorySweep.h"
#include "KeyLock.h"

#include "vmjit/Support/Error.h"
#include "llvm/Support/CachePruning.h"
#include "llvm/Support/FileSystem.h"

#include <fcntl.h>
#include <unistd.h>

using namespace llvm;
using namespace vmjit;

/// After this a file that is still being written has lost its writer.
static constexpr time_t kLeftoverSeconds = 3600;

/// Whether \p time is further from \p now than \p seconds, on either side:
/// after the clock was set back, times are in the future.
static bool isFarFrom(time_t now, time_t time, time_t seconds) {
  return time < now - seconds || time > now + seconds;
}

bool vmjit::isSweepDue(const CacheDirectory &directory,
                       std::chrono::seconds interval) {
  ErrorOr<struct stat> status = directory.getStatus(kTimestampName.str());
  return !status || interval.count() == 0 ||
         isFarFrom(::time(nullptr), status->st_mtim.tv_sec,
                   time_t(interval.count()));
}

/// Deletes what killed processes have left, and corrects times of use that
/// would keep an entry forever.
static Error removeLeftovers(const CacheDirectory &directory) {
  Expected<std::vector<std::string>> names = directory.listNames();
  if (!names)
    return names.takeError();
  time_t now = ::time(nullptr);
  for (const std::string &name : *names) {
    ErrorOr<struct stat> status = directory.getStatus(name);
    if (!status || !isCacheFileName(name))
      continue;
    bool isOld = isFarFrom(now, status->st_mtim.tv_sec, kLeftoverSeconds);
    if (!S_ISREG(status->st_mode) ||
        (isOld && StringRef(name).starts_with(kTemporaryPrefix)))
      (void)directory.remove(name);
    else if (isOld && StringRef(name).starts_with(kLockPrefix))
      removeUnusedLock(directory, name);
    else if (isEntryName(name) && status->st_atim.tv_sec > now) {
      const struct timespec times[2] = {{0, UTIME_NOW}, {0, UTIME_OMIT}};
      (void)::utimensat(directory.getFd(), name.c_str(), times,
                        AT_SYMLINK_NOFOLLOW);
    }
  }
  return Error::success();
}

/// llvm::pruneCache with a path that goes through the open directory. It ends
/// the process if the directory disappears while it looks, which an open one
/// does not, and would follow whatever had taken its place.
static Error pruneDirectory(const CacheDirectory &directory,
                            SweepLimits limits) {
  std::string path = "/proc/self/fd/" + std::to_string(directory.getFd());
  if (!sys::fs::is_directory(path))
    return makeError(ErrorCode::Io,
                     directory.getPath() + ": cannot be swept without /proc");
  CachePruningPolicy policy;
  policy.Interval = std::chrono::seconds(0);
  policy.Expiration = limits.maxAge;
  policy.MaxSizePercentageOfAvailableSpace = 0;
  policy.MaxSizeBytes = limits.maxBytes;
  pruneCache(path, policy);
  return Error::success();
}

/// Calls \p act with the directory of each format version in \p base. One that
/// cannot be used is left alone.
static Error
forEachVersion(const CacheDirectory &base,
               function_ref<Error(const CacheDirectory &, StringRef)> act) {
  Expected<std::vector<std::string>> names = base.listNames();
  if (!names)
    return names.takeError();
  for (const std::string &name : *names) {
    if (!isVersionDirectoryName(name))
      continue;
    Expected<CacheDirectory> directory = base.openChild(name, /*create=*/false);
    if (!directory) {
      consumeError(directory.takeError());
      continue;
    }
    if (Error error = act(*directory, name))
      return error;
  }
  return Error::success();
}

Error vmjit::sweepVersions(const CacheDirectory &base, SweepLimits limits) {
  return forEachVersion(
      base, [&](const CacheDirectory &directory, StringRef) -> Error {
        if (Error error = removeLeftovers(directory))
          return error;
        return pruneDirectory(directory, limits);
      });
}

Error vmjit::clearVersions(const CacheDirectory &base) {
  return forEachVersion(
      base, [&](const CacheDirectory &directory, StringRef name) -> Error {
        Expected<std::vector<std::string>> files = directory.listNames();
        if (!files)
          return files.takeError();
        for (const std::string &file : *files)
          if (isCacheFileName(file))
            if (std::error_code failure = directory.remove(file))
              return makeErrorf(ErrorCode::Io, "{0}/{1}: {2}",
                                directory.getPath(), file, failure.message());
        // Stays if something else is in it. Ours is kept for those that have
        // it open.
        if (name != getVersionDirectoryName())
          (void)::unlinkat(base.getFd(), name.str().c_str(), AT_REMOVEDIR);
        return Error::success();
      });
}
