//===- CacheLevel.h - A place where entries are kept ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The interface of what CodeCache looks through: a directory, a server. Levels
// verify what they read. A failing level is an error that is counted and told
// to its caller, for whom it must never be more than a miss.
//
// To add a level, derive from CacheLevel and implement the Impl functions; see
// docs/Cache.md.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_CACHE_CACHELEVEL_H
#define VMJIT_CACHE_CACHELEVEL_H

#include "vmjit/Cache/CacheKey.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <atomic>
#include <chrono>
#include <functional>

namespace vmjit {

/// Called with what a person who runs the program should know: a level that
/// turned itself off, a damaged entry. Called from any thread, also from
/// several at once, and must not call back into the cache.
using CacheNoticeHandler = std::function<void(llvm::StringRef)>;

/// What a level has done so far.
struct CacheLevelStatistics {
  uint64_t hits = 0;
  uint64_t misses = 0;
  uint64_t stores = 0;
  /// Entries that were dropped because they were damaged. The lookup is a miss
  /// as well.
  uint64_t damaged = 0;
  /// Lookups and stores that failed for other reasons.
  uint64_t errors = 0;
};

/// The right to compile one key, for as long as the object lives.
class CacheLock {
public:
  virtual ~CacheLock();
};

/// A place where entries are kept. All functions may be called from any thread.
class CacheLevel {
public:
  virtual ~CacheLevel();

  /// A short name for messages and statistics ("disk").
  llvm::StringRef getName() const { return name; }

  /// The payload stored under \p key, verified; none if there is none, or only
  /// a damaged one, which is dropped. Fails with Io if that cannot be told.
  llvm::Expected<std::optional<std::vector<uint8_t>>>
  lookup(const CacheKey &key);

  /// As lookup, for a caller that has just been told of a miss: does not count
  /// another one.
  llvm::Expected<std::optional<std::vector<uint8_t>>>
  lookupAgain(const CacheKey &key);

  /// Keeps \p payload under \p key in place of what was there. Success also
  /// where the level keeps nothing for now, having said so once.
  llvm::Error store(const CacheKey &key, llvm::ArrayRef<uint8_t> payload);

  /// As store; whether the payload was kept.
  llvm::Expected<bool> tryStore(const CacheKey &key,
                                llvm::ArrayRef<uint8_t> payload);

  /// Forgets \p key; success if it is not there.
  llvm::Error remove(const CacheKey &key);

  /// As remove, of a payload that lookup gave and its user found to be wrong:
  /// counts it as damaged.
  llvm::Error removeDamaged(const CacheKey &key);

  /// Calls \p visit with the keys of intact entries until it returns false.
  /// A level may visit none, or only some of many.
  llvm::Error forEachKey(llvm::function_ref<bool(const CacheKey &)> visit);

  /// Waits until no other process holds the lock of \p key, and takes it.
  /// Null if \p limit has passed, or where the level has no locks: the caller
  /// then goes on without.
  virtual std::unique_ptr<CacheLock> lock(const CacheKey &key,
                                          std::chrono::milliseconds limit);

  CacheLevelStatistics getStatistics() const;

protected:
  explicit CacheLevel(llvm::StringRef name, CacheNoticeHandler onNotice)
      : name(name.str()), onNotice(std::move(onNotice)) {}

  virtual llvm::Expected<std::optional<std::vector<uint8_t>>>
  lookupImpl(const CacheKey &key) = 0;
  /// Whether the payload was kept.
  virtual llvm::Expected<bool> storeImpl(const CacheKey &key,
                                         llvm::ArrayRef<uint8_t> payload) = 0;
  virtual llvm::Error removeImpl(const CacheKey &key) = 0;
  virtual llvm::Error
  forEachKeyImpl(llvm::function_ref<bool(const CacheKey &)> visit);

  /// Counts an entry that the level itself found damaged, and says so.
  void noteDamaged(const llvm::Twine &what);
  /// Tells the notice handler, if there is one.
  void notice(const llvm::Twine &message) const;

private:
  llvm::Expected<std::optional<std::vector<uint8_t>>>
  lookup(const CacheKey &key, bool countsMiss);

  std::string name;
  CacheNoticeHandler onNotice;
  std::atomic<uint64_t> hits = 0;
  std::atomic<uint64_t> misses = 0;
  std::atomic<uint64_t> stores = 0;
  std::atomic<uint64_t> damaged = 0;
  std::atomic<uint64_t> errors = 0;
};

} // namespace vmjit

#endif // VMJIT_CACHE_CACHELEVEL_H
