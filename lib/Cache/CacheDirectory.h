//===- CacheDirectory.h - The directory of a disk cache ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Opens the directory once and reaches everything in it through the descriptor:
// what is put in the place of the directory later, a symbolic link or
// another directory, is not followed.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_CACHE_CACHEDIRECTORY_H
#define VMJIT_LIB_CACHE_CACHEDIRECTORY_H

#include "FileDescriptor.h"

#include "vmjit/Cache/DiskCache.h"

namespace vmjit {

/// What the names of entries start with: what llvm::pruneCache looks for.
inline constexpr llvm::StringLiteral kEntryPrefix = "llvmcache-";
inline constexpr llvm::StringLiteral kTemporaryPrefix = "tmp-";
inline constexpr llvm::StringLiteral kLockPrefix = "lock-";
/// llvm::pruneCache's own.
inline constexpr llvm::StringLiteral kTimestampName = "llvmcache.timestamp";

/// Whether \p name is one that a cache gives to entries, or to any file.
bool isEntryName(llvm::StringRef name);
bool isCacheFileName(llvm::StringRef name);
/// Whether \p name is that of the directory of some format version.
bool isVersionDirectoryName(llvm::StringRef name);
/// The name for this format version.
std::string getVersionDirectoryName();

/// An open directory that is safe to take entries from. Its functions may be
/// called from any thread.
class CacheDirectory {
public:
  /// Opens \p path, and makes it if \p create says so. Symbolic links are
  /// followed if the user or root made them. Fails as DiskCache::create does.
  static llvm::Expected<CacheDirectory> open(llvm::StringRef path, bool create);
  /// As open, of the directory \p name in this one, where no link is followed.
  llvm::Expected<CacheDirectory> openChild(llvm::StringRef name,
                                           bool create) const;

  int getFd() const { return fd.get(); }
  const std::string &getPath() const { return path; }

  /// The names in it, without "." and "..", sorted.
  llvm::Expected<std::vector<std::string>> listNames() const;
  /// The status of \p name itself, be it a link.
  llvm::ErrorOr<struct stat> getStatus(const std::string &name) const;

  /// The bytes of the entry \p name, of which only the size is verified; none
  /// if there is none. Notes that it was used. Fails with ParseError where what
  /// is there is no entry or not safe to use, and with Io.
  llvm::Expected<std::optional<std::vector<uint8_t>>>
  readEntry(const std::string &name) const;
  /// Makes \p bytes the content of \p name, all at once.
  std::error_code publish(const std::string &name,
                          llvm::ArrayRef<uint8_t> bytes) const;
  /// Deletes the file or link \p name; success if there is none.
  std::error_code remove(const std::string &name) const;

private:
  CacheDirectory(FileDescriptor fd, std::string path)
      : fd(std::move(fd)), path(std::move(path)) {}
  static llvm::Expected<CacheDirectory> verify(FileDescriptor fd,
                                               std::string path);

  FileDescriptor fd;
  std::string path;
};

} // namespace vmjit

#endif // VMJIT_LIB_CACHE_CACHEDIRECTORY_H
