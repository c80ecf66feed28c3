//===- CodeCache.h - Code objects, compiled once ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The cache as its users see it: what has been compiled before comes from the
// first of several levels that has it, the rest is compiled, once.
//
//   CodeCache cache({}, std::move(levels));
//   auto result = cache.getOrCompile(key, [&] { return compile(program); });
//   launch(*result->object);
//
// A level that fails, a directory that is read-only, a damaged entry: each
// means that more is compiled, and never an error.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_CACHE_CODECACHE_H
#define VMJIT_CACHE_CODECACHE_H

#include "vmjit/Cache/CacheLevel.h"
#include "vmjit/Cache/MemoryCache.h"
#include "vmjit/CodeObject/CodeObject.h"

namespace vmjit {

/// What a miss means.
enum class CacheMissPolicy : uint8_t {
  Compile,
  /// An error of code CacheMiss, which names the parts of the key in which the
  /// nearest entry of any level differs: for fleets whose caches are shipped.
  Fail,
};

struct CodeCacheOptions {
  MemoryCacheLimits memory = {};
  CacheMissPolicy missPolicy = CacheMissPolicy::Compile;
  /// Compiles also on a hit, and fails with CacheMismatch if that does not give
  /// the same bytes. For finding what a key lacks; the entry stays as evidence.
  bool recheck = false;
  /// How many failed keys are remembered, so that they fail again without being
  /// compiled. Failures that may pass, such as Io and OutOfMemory, never are.
  size_t maxFailures = 1000;
  /// How long to wait for another process that compiles the same key.
  std::chrono::milliseconds lockTimeout{10000};
  CacheNoticeHandler onNotice = nullptr;
};

/// Where a code object came from.
enum class CodeSource : uint8_t {
  /// The memory of this process.
  Memory,
  /// A level; CodeCacheResult has its name.
  Level,
  Compiled,
  /// Another thread, which was already looking for it or compiling it.
  OtherThread,
};

struct CodeCacheResult {
  /// Never null; shared with the cache and other users.
  std::shared_ptr<const CodeObject> object;
  CodeSource source = CodeSource::Compiled;
  /// Of the level, "memory", "compiled" or "other thread"; lives as long as the
  /// cache.
  llvm::StringRef sourceName;
};

/// What a CodeCache has done so far.
struct CodeCacheStatistics {
  struct Level {
    std::string name;
    CacheLevelStatistics counts;
  };
  uint64_t compilations = 0;
  uint64_t failedCompilations = 0;
  /// Failures that were remembered.
  uint64_t failureHits = 0;
  /// Calls that took the result of another thread.
  uint64_t otherThreadHits = 0;
  /// Compilations that another process was found to have done, by waiting.
  uint64_t otherProcessHits = 0;
  uint64_t rechecks = 0;
  CacheLevelStatistics memory;
  uint64_t memoryEvictions = 0;
  size_t memoryObjects = 0;
  uint64_t memoryBytes = 0;
  /// In the order of lookups.
  std::vector<Level> levels;
};

/// All functions may be called from any thread.
class CodeCache {
public:
  using CompileFunction = llvm::function_ref<llvm::Expected<CodeObject>()>;

  /// Looks through \p levels in order, the fastest first, after its own memory.
  CodeCache(CodeCacheOptions options,
            std::vector<std::unique_ptr<CacheLevel>> levels);
  ~CodeCache();

  /// The code object of \p key. On a miss \p compile is called, by at most one
  /// thread for a key at a time and, as far as levels have locks, one process;
  /// other callers wait for it. What it gives is stored in all levels. Fails as
  /// compile does, with InvalidArgument if its object does not verify or
  /// \p compile asks for the same key, and with CacheMiss or CacheMismatch if
  /// the options say so.
  llvm::Expected<CodeCacheResult> getOrCompile(const CacheKey &key,
                                               CompileFunction compile);

  /// The code object of \p key, if it is in memory or in a level.
  std::optional<CodeCacheResult> lookup(const CacheKey &key);
  /// Puts \p object into memory and all levels. Fails with InvalidArgument if
  /// it does not verify or is not for the target of \p key.
  llvm::Error store(const CacheKey &key, CodeObject object);

  /// For what belongs to a code object and is none, such as what a driver has
  /// made of it: bytes that only levels keep, not the memory. Use a key of
  /// their own (CacheKey::with). Whether they are what they should be beyond
  /// being those that were stored is for the caller to see.
  std::optional<std::vector<uint8_t>> lookupBytes(const CacheKey &key);
  void storeBytes(const CacheKey &key, llvm::ArrayRef<uint8_t> bytes);

  /// Forgets \p key everywhere, for an object that turned out to be of no use.
  void remove(const CacheKey &key);
  /// Forgets what is in memory, remembered failures too.
  void clearMemory();

  CodeCacheStatistics getStatistics() const;

private:
  struct State;
  std::unique_ptr<State> state;
};

} // namespace vmjit

#endif // VMJIT_CACHE_CODECACHE_H
