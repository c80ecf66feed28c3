//===- DiskCache.h - Entries in a directory ---------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A directory that any number of processes share, also while some of them are
// killed. In <directory>/v<format version>/ there are
//
//   llvmcache-<digest>   entries, as CacheEntry.h has them
//   tmp-<random>         entries that are being written
//   lock-<digest>        empty; who has it locked compiles that key
//   llvmcache.timestamp  when the directory was swept last
//
// Entries are read and verified whole, and are published by renaming: there is
// never a part of one under its name. They are not synced to disk. A power cut
// may therefore leave a damaged entry, which costs a compilation, while syncing
// would cost as much each time.
//
// Who can write into the directory decides what code this process runs. It and
// its entries must belong to the user or to root and be writable by no one
// else; what is not is not used.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_CACHE_DISKCACHE_H
#define VMJIT_CACHE_DISKCACHE_H

#include "vmjit/Cache/CacheLevel.h"
#include "llvm/Support/Chrono.h"

namespace vmjit {

struct CacheEntry;

/// VMJIT_CACHE_DIR if it is set, else "vmjit" in the user's cache directory.
/// Fails with InvalidArgument where there is no such directory: no HOME.
llvm::Expected<std::string> getDefaultCacheDirectory();

struct DiskCacheOptions {
  /// Empty: getDefaultCacheDirectory(). Made if it does not exist.
  std::string directory = {};
  /// What a sweep leaves: the most recently used entries up to this size, as
  /// far as they were used in the last maxAge. 0 is no limit.
  uint64_t maxBytes = uint64_t(1) << 30;
  std::chrono::seconds maxAge = std::chrono::hours(24 * 30);
  /// The shortest time between sweeps, by whatever process.
  std::chrono::seconds sweepInterval = std::chrono::hours(1);
  /// Never writes, and does not make the directory.
  bool readOnly = false;
  CacheNoticeHandler onNotice = nullptr;
};

/// A file that may be an entry.
struct DiskCacheFile {
  /// In the directory: "llvmcache-<digest>".
  std::string name;
  uint64_t size = 0;
  llvm::sys::TimePoint<> modified;
  llvm::sys::TimePoint<> accessed;

  /// The digest in the name, in hexadecimal.
  llvm::StringRef getHex() const;
};

class DiskCache : public CacheLevel {
public:
  /// Opens the directory. Fails with Io if it cannot be made or read, and with
  /// InvalidArgument if it is not safe to use: it belongs to someone else, or
  /// others can write into it. The message says which.
  static llvm::Expected<std::unique_ptr<DiskCache>>
  create(DiskCacheOptions options);

  /// Waits for a sweep that is under way.
  ~DiskCache() override;

  std::unique_ptr<CacheLock> lock(const CacheKey &key,
                                  std::chrono::milliseconds limit) override;

  /// The directory of the entries, absolute.
  std::string getDirectory() const;
  /// The files that are named as entries, by name.
  llvm::Expected<std::vector<DiskCacheFile>> listFiles() const;
  /// The bytes of \p file. Fails with Io if it cannot be read, and with
  /// ParseError if it is no intact entry of that name.
  llvm::Expected<std::vector<uint8_t>>
  readFile(const DiskCacheFile &file) const;
  /// Deletes \p file, whatever is in it.
  llvm::Error removeFile(const DiskCacheFile &file);

  /// Sweeps now: entries that were not used for \p maxAge, then the least
  /// recently used ones until \p maxBytes are left, and what killed processes
  /// have left. 0 is no limit.
  llvm::Error prune(uint64_t maxBytes, std::chrono::seconds maxAge);
  /// Deletes everything that caches put into the directory, of this and other
  /// format versions, and nothing else. Entries that are being written by
  /// others at the time may survive.
  llvm::Error clear();
  /// Waits for a sweep that is under way, if there is one.
  void waitForSweep();

protected:
  llvm::Expected<std::optional<std::vector<uint8_t>>>
  lookupImpl(const CacheKey &key) override;
  llvm::Expected<bool> storeImpl(const CacheKey &key,
                                 llvm::ArrayRef<uint8_t> payload) override;
  llvm::Error removeImpl(const CacheKey &key) override;
  llvm::Error
  forEachKeyImpl(llvm::function_ref<bool(const CacheKey &)> visit) override;

private:
  struct State;
  DiskCache(CacheNoticeHandler onNotice, std::unique_ptr<State> state);
  /// What a store gives that has failed: an error, or false after it has told
  /// once that nothing can be stored for now.
  llvm::Expected<bool> handleStoreFailure(std::error_code failure);

  std::unique_ptr<State> state;
};

} // namespace vmjit

#endif // VMJIT_CACHE_DISKCACHE_H
