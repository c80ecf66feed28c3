//===- CacheDirectory.cpp - The directory of a disk cache -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CacheDirectory.h"

#include "vmjit/Cache/CacheEntry.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

using namespace llvm;
using namespace vmjit;

static bool isHexName(StringRef name, StringRef prefix) {
  return name.consume_front(prefix) &&
         name.size() == 2 * sizeof(CacheKey::Digest) &&
         all_of(name,
                [](char c) { return isDigit(c) || (c >= 'a' && c <= 'f'); });
}

bool vmjit::isEntryName(StringRef name) {
  return isHexName(name, kEntryPrefix);
}

bool vmjit::isCacheFileName(StringRef name) {
  return isEntryName(name) || isHexName(name, kLockPrefix) ||
         name == kTimestampName || name.starts_with(kTemporaryPrefix);
}

bool vmjit::isVersionDirectoryName(StringRef name) {
  return name.consume_front("v") && !name.empty() && all_of(name, isDigit);
}

std::string vmjit::getVersionDirectoryName() {
  return "v" + std::to_string(kCacheEntryFormatVersion);
}

static Error makeIoError(const Twine &path, std::error_code failure) {
  return makeError(ErrorCode::Io, path + ": " + failure.message());
}

/// Who could change what the caller is about to trust; empty if no one else.
static StringRef findOtherWriter(const struct stat &status) {
  // Root can do anything anyway.
  if (status.st_uid != ::geteuid() && status.st_uid != 0)
    return "it belongs to another user";
  if (status.st_mode & (S_IWGRP | S_IWOTH))
    return "other users can write to it";
  return "";
}

Expected<CacheDirectory> CacheDirectory::verify(FileDescriptor fd,
                                                std::string path) {
  ErrorOr<struct stat> status = fd.getStatus();
  if (!status)
    return makeIoError(path, status.getError());
  if (StringRef reason = findOtherWriter(*status); !reason.empty())
    return makeErrorf(ErrorCode::InvalidArgument,
                      "{0}: not safe as a cache directory: {1}", path, reason);
  return CacheDirectory(std::move(fd), std::move(path));
}

Expected<CacheDirectory> CacheDirectory::open(StringRef directory,
                                              bool create) {
  std::string path = directory.str();
  if (create)
    if (std::error_code failure = sys::fs::create_directories(
            path, /*IgnoreExisting=*/true, sys::fs::owner_all))
      return makeIoError(path, failure);
  struct stat status;
  if (::lstat(path.c_str(), &status) != 0)
    return makeIoError(path, getLastError());
  if (S_ISLNK(status.st_mode) && status.st_uid != ::geteuid() &&
      status.st_uid != 0)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "{0}: not safe as a cache directory: another user's "
                      "symbolic link",
                      path);
  ErrorOr<FileDescriptor> fd =
      FileDescriptor::open(AT_FDCWD, path.c_str(), O_RDONLY | O_DIRECTORY);
  if (!fd)
    return makeIoError(path, fd.getError());
  return verify(std::move(*fd), std::move(path));
}

Expected<CacheDirectory> CacheDirectory::openChild(StringRef name,
                                                   bool create) const {
  std::string child = name.str();
  std::string childPath = path + "/" + child;
  if (create && ::mkdirat(fd.get(), child.c_str(), S_IRWXU) != 0 &&
      errno != EEXIST)
    return makeIoError(childPath, getLastError());
  ErrorOr<FileDescriptor> opened = FileDescriptor::open(
      fd.get(), child.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!opened)
    return makeIoError(childPath, opened.getError());
  return verify(std::move(*opened), std::move(childPath));
}

Expected<std::vector<std::string>> CacheDirectory::listNames() const {
  // A description of its own: closedir closes it, and it has its own position.
  ErrorOr<FileDescriptor> opened =
      FileDescriptor::open(fd.get(), ".", O_RDONLY | O_DIRECTORY);
  if (!opened)
    return makeIoError(path, opened.getError());
  DIR *stream = ::fdopendir(opened->get());
  if (!stream)
    return makeIoError(path, getLastError());
  // The stream closes it.
  (void)opened->release();
  scope_exit closeStream([&] { ::closedir(stream); });
  std::vector<std::string> names;
  errno = 0;
  while (const dirent *entry = ::readdir(stream)) {
    StringRef name = entry->d_name;
    if (name != "." && name != "..")
      names.push_back(name.str());
    errno = 0;
  }
  if (errno != 0)
    return makeIoError(path, getLastError());
  sort(names);
  return names;
}

ErrorOr<struct stat> CacheDirectory::getStatus(const std::string &name) const {
  struct stat status;
  if (::fstatat(fd.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    return getLastError();
  return status;
}

static Error refuse(const Twine &message) {
  return makeError(ErrorCode::ParseError, "cache entry: " + message);
}

/// Sets the time of last use, unless it is recent anyway: hits should not cost
/// a write each. A file system that does not let us only makes sweeps worse.
static void touch(int fd, const struct stat &status) {
  constexpr time_t interval = 3600;
  time_t now = ::time(nullptr);
  if (status.st_atim.tv_sec > now - interval && status.st_atim.tv_sec <= now)
    return;
  const struct timespec times[2] = {{0, UTIME_NOW}, {0, UTIME_OMIT}};
  (void)::futimens(fd, times);
}

/// The bytes of an open entry.
static Expected<std::vector<uint8_t>>
readBytes(const FileDescriptor &file, uint64_t fileSize, const Twine &path) {
  std::vector<uint8_t> bytes(kCacheEntryHeaderBytes);
  ErrorOr<size_t> count = file.read(bytes);
  if (!count)
    return makeIoError(path, count.getError());
  Expected<uint64_t> size =
      CacheEntry::readSize(ArrayRef(bytes).take_front(*count));
  if (!size)
    return size.takeError();
  if (*size != fileSize)
    return refuse("the size does not fit the header");
  bytes.resize(*size);
  count = file.read(MutableArrayRef(bytes).drop_front(kCacheEntryHeaderBytes));
  if (!count)
    return makeIoError(path, count.getError());
  if (*count != *size - kCacheEntryHeaderBytes)
    return refuse("it became shorter");
  return bytes;
}

Expected<std::optional<std::vector<uint8_t>>>
CacheDirectory::readEntry(const std::string &name) const {
  // Without O_NONBLOCK a FIFO would block.
  ErrorOr<FileDescriptor> file = FileDescriptor::open(
      fd.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (!file) {
    if (file.getError() == std::errc::no_such_file_or_directory)
      return std::nullopt;
    // A socket is ENXIO.
    if (file.getError() == std::errc::too_many_symbolic_link_levels ||
        file.getError() == std::errc::no_such_device_or_address)
      return refuse("not a file");
    return makeIoError(path + "/" + name, file.getError());
  }
  ErrorOr<struct stat> status = file->getStatus();
  if (!status)
    return makeIoError(path + "/" + name, status.getError());
  if (!S_ISREG(status->st_mode))
    return refuse("not a file");
  if (StringRef reason = findOtherWriter(*status); !reason.empty())
    return refuse(reason);
  Expected<std::vector<uint8_t>> bytes =
      readBytes(*file, status->st_size, path + "/" + name);
  if (!bytes)
    return bytes.takeError();
  touch(file->get(), *status);
  return std::move(*bytes);
}

std::error_code CacheDirectory::publish(const std::string &name,
                                        ArrayRef<uint8_t> bytes) const {
  SmallString<64> model(kTemporaryPrefix);
  model += "%%%%%%%%%%%%%%%%";
  SmallString<64> temporary;
  ErrorOr<FileDescriptor> file = std::make_error_code(std::errc::file_exists);
  for (unsigned attempt = 0; attempt < 16; ++attempt) {
    sys::fs::createUniquePath(model, temporary, /*MakeAbsolute=*/false);
    file = FileDescriptor::open(fd.get(), temporary.c_str(),
                                O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
                                S_IRUSR | S_IWUSR);
    if (file || file.getError() != std::errc::file_exists)
      break;
  }
  if (!file)
    return file.getError();
  std::error_code failure = file->write(bytes);
  if (std::error_code closeFailure = file->close(); !failure)
    failure = closeFailure;
  if (!failure &&
      ::renameat(fd.get(), temporary.c_str(), fd.get(), name.c_str()) != 0)
    failure = getLastError();
  if (failure)
    ::unlinkat(fd.get(), temporary.c_str(), 0);
  return failure;
}

std::error_code CacheDirectory::remove(const std::string &name) const {
  if (::unlinkat(fd.get(), name.c_str(), 0) != 0 && errno != ENOENT)
    return getLastError();
  return {};
}
