//===- CodeCache.cpp - Code objects, compiled once --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Cache/CodeCache.h"

#include "FailureMemory.h"
#include "FlightTable.h"
#include "NearestEntry.h"

#include "vmjit/Cache/CompileKey.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"

using namespace llvm;
using namespace vmjit;

namespace {
/// What was found, and what is still to be done for the levels.
struct Found {
  CodeCacheResult result;
  /// Goes into the first levelCount levels.
  std::vector<uint8_t> bytes;
  size_t levelCount = 0;
  /// Held until it is there.
  std::unique_ptr<CacheLock> lock;
};
} // namespace

struct CodeCache::State {
  State(CodeCacheOptions options,
        std::vector<std::unique_ptr<CacheLevel>> levels)
      : options(std::move(options)), levels(std::move(levels)),
        saidErrors(this->levels.size()), memory(this->options.memory),
        failures(this->options.maxFailures) {}

  std::optional<CodeCacheResult> lookupMemory(const CacheKey &key);
  std::optional<Found> lookupLevels(const CacheKey &key, bool again);
  std::optional<Found> lookupLevel(size_t index, const CacheKey &key,
                                   bool again);
  Expected<Found> find(const CacheKey &key, CompileFunction compile);
  std::unique_ptr<CacheLock> lock(const CacheKey &key);
  Expected<Found> compileNew(const CacheKey &key, CompileFunction compile);
  Expected<std::vector<uint8_t>> compileBytes(const CacheKey &key,
                                              CompileFunction compile,
                                              CodeObject &object);
  Error recheck(const CacheKey &key, const CodeCacheResult &hit,
                CompileFunction compile);
  void storeInLevels(const CacheKey &key, ArrayRef<uint8_t> bytes,
                     size_t levelCount);
  void sayError(size_t index, Error error);

  const CodeCacheOptions options;
  const std::vector<std::unique_ptr<CacheLevel>> levels;
  /// Whether a level's errors have been told.
  std::vector<std::atomic<bool>> saidErrors;
  MemoryCache memory;
  FailureMemory failures;
  FlightTable flights;
  std::atomic<uint64_t> compilations = 0;
  std::atomic<uint64_t> failedCompilations = 0;
  std::atomic<uint64_t> failureHits = 0;
  std::atomic<uint64_t> otherThreadHits = 0;
  std::atomic<uint64_t> otherProcessHits = 0;
  std::atomic<uint64_t> rechecks = 0;
};

CodeCache::CodeCache(CodeCacheOptions options,
                     std::vector<std::unique_ptr<CacheLevel>> levels)
    : state(std::make_unique<State>(std::move(options), std::move(levels))) {}

CodeCache::~CodeCache() = default;

std::optional<CodeCacheResult>
CodeCache::State::lookupMemory(const CacheKey &key) {
  std::shared_ptr<const CodeObject> object = memory.lookup(key);
  if (!object)
    return std::nullopt;
  return CodeCacheResult{std::move(object), CodeSource::Memory, "memory"};
}

/// Failures of levels are told once for each: they tend to repeat.
void CodeCache::State::sayError(size_t index, Error error) {
  std::string message = toString(std::move(error));
  if (!options.onNotice || saidErrors[index].exchange(true))
    return;
  options.onNotice((levels[index]->getName() + " cache: " + message +
                    " (further errors are only counted)")
                       .str());
}

std::optional<Found>
CodeCache::State::lookupLevel(size_t index, const CacheKey &key, bool again) {
  CacheLevel &level = *levels[index];
  Expected<std::optional<std::vector<uint8_t>>> bytes =
      again ? level.lookupAgain(key) : level.lookup(key);
  if (!bytes) {
    sayError(index, bytes.takeError());
    return std::nullopt;
  }
  if (!*bytes)
    return std::nullopt;
  Expected<CodeObject> object = CodeObject::deserialize(**bytes);
  Error error = object ? verifyFitsKey(*object, key) : object.takeError();
  if (error) {
    if (options.onNotice)
      options.onNotice((level.getName() + " cache: entry " + key.getHex() +
                        " is dropped: " + toString(std::move(error)))
                           .str());
    else
      consumeError(std::move(error));
    if (Error failure = level.removeDamaged(key))
      sayError(index, std::move(failure));
    return std::nullopt;
  }
  Found found;
  found.result = {std::make_shared<const CodeObject>(std::move(*object)),
                  CodeSource::Level, level.getName()};
  found.bytes = std::move(**bytes);
  // Those that are faster.
  found.levelCount = index;
  return found;
}

std::optional<Found> CodeCache::State::lookupLevels(const CacheKey &key,
                                                    bool again) {
  for (size_t index = 0; index < levels.size(); ++index)
    if (std::optional<Found> found = lookupLevel(index, key, again))
      return found;
  return std::nullopt;
}

void CodeCache::State::storeInLevels(const CacheKey &key,
                                     ArrayRef<uint8_t> bytes,
                                     size_t levelCount) {
  for (size_t index = 0; index < levelCount; ++index)
    if (Error error = levels[index]->store(key, bytes))
      sayError(index, std::move(error));
}

/// The serialized form of what \p compile gives, which \p object gets.
Expected<std::vector<uint8_t>>
CodeCache::State::compileBytes(const CacheKey &key, CompileFunction compile,
                               CodeObject &object) {
  ++compilations;
  Expected<CodeObject> compiled = compile();
  if (!compiled) {
    ++failedCompilations;
    return compiled.takeError();
  }
  if (Error error = verifyFitsKey(*compiled, key))
    return std::move(error);
  object = std::move(*compiled);
  return object.serialize();
}

Expected<Found> CodeCache::State::compileNew(const CacheKey &key,
                                             CompileFunction compile) {
  auto object = std::make_shared<CodeObject>();
  Expected<std::vector<uint8_t>> bytes = compileBytes(key, compile, *object);
  if (!bytes)
    return bytes.takeError();
  Found found;
  found.result = {std::move(object), CodeSource::Compiled, "compiled"};
  found.bytes = std::move(*bytes);
  found.levelCount = levels.size();
  return found;
}

/// Fails with CacheMismatch if \p compile gives anything but \p hit.
Error CodeCache::State::recheck(const CacheKey &key, const CodeCacheResult &hit,
                                CompileFunction compile) {
  ++rechecks;
  CodeObject object;
  Expected<std::vector<uint8_t>> fresh = compileBytes(key, compile, object);
  if (!fresh)
    return withContext(fresh.takeError(),
                       "compiling key " + key.getHex() + " again");
  Expected<std::vector<uint8_t>> kept = hit.object->serialize();
  if (!kept)
    return kept.takeError();
  if (*fresh == *kept)
    return Error::success();
  return makeErrorf(ErrorCode::CacheMismatch,
                    "key {0}: the entry in {1} has {2} bytes, compiling again "
                    "gives {3} bytes, and they differ: either something that "
                    "changes code is not in the key, or compilation is not "
                    "deterministic",
                    key.getHex(), hit.sourceName, kept->size(), fresh->size());
}

std::unique_ptr<CacheLock> CodeCache::State::lock(const CacheKey &key) {
  for (const std::unique_ptr<CacheLevel> &level : levels)
    if (std::unique_ptr<CacheLock> taken =
            level->lock(key, options.lockTimeout))
      return taken;
  return nullptr;
}

/// What the leader of a flight does.
Expected<Found> CodeCache::State::find(const CacheKey &key,
                                       CompileFunction compile) {
  // The flight before this one may have landed since the caller looked.
  if (std::shared_ptr<const CodeObject> object = memory.lookupAgain(key))
    return Found{{std::move(object), CodeSource::Memory, "memory"}, {}, 0, {}};
  std::optional<Found> found = lookupLevels(key, /*again=*/false);
  if (!found && options.missPolicy == CacheMissPolicy::Fail)
    return makeCacheMissError(key, memory, levels);
  if (!found) {
    std::unique_ptr<CacheLock> taken = lock(key);
    if (taken)
      found = lookupLevels(key, /*again=*/true);
    if (!found) {
      Expected<Found> compiled = compileNew(key, compile);
      if (compiled)
        compiled->lock = std::move(taken);
      return compiled;
    }
    ++otherProcessHits;
  }
  if (options.recheck)
    if (Error error = recheck(key, found->result, compile))
      return std::move(error);
  return std::move(*found);
}

Expected<CodeCacheResult> CodeCache::getOrCompile(const CacheKey &key,
                                                  CompileFunction compile) {
  if (std::optional<CodeCacheResult> hit = state->lookupMemory(key)) {
    if (state->options.recheck)
      if (Error error = state->recheck(key, *hit, compile))
        return std::move(error);
    return *hit;
  }
  if (std::optional<Failure> failure = state->failures.lookup(key)) {
    ++state->failureHits;
    return failure->makeError();
  }
  Expected<FlightTable::Ticket> ticket = state->flights.board(key);
  if (!ticket)
    return ticket.takeError();
  if (!ticket->flight) {
    ++state->otherThreadHits;
    if (ticket->failure)
      return ticket->failure->makeError();
    return CodeCacheResult{ticket->result->object, CodeSource::OtherThread,
                           "other thread"};
  }
  scope_exit close([&] { state->flights.close(key); });
  // The flight before this one may have failed since the caller looked.
  if (std::optional<Failure> failure = state->failures.lookup(key)) {
    ++state->failureHits;
    state->flights.land(*ticket->flight, *failure);
    return failure->makeError();
  }
  Expected<Found> found = state->find(key, compile);
  if (!found) {
    Error error = found.takeError();
    Failure failure = Failure::describe(error);
    state->failures.store(key, failure);
    state->flights.land(*ticket->flight, failure);
    return std::move(error);
  }
  state->memory.store(key, found->result.object);
  // Who waits for the code does not wait for the levels. The flight is closed
  // after them, since memory may have dropped the code by then.
  state->flights.land(*ticket->flight, found->result);
  state->storeInLevels(key, found->bytes, found->levelCount);
  return found->result;
}

std::optional<CodeCacheResult> CodeCache::lookup(const CacheKey &key) {
  if (std::optional<CodeCacheResult> hit = state->lookupMemory(key))
    return hit;
  std::optional<Found> found = state->lookupLevels(key, /*again=*/false);
  if (!found)
    return std::nullopt;
  state->memory.store(key, found->result.object);
  state->storeInLevels(key, found->bytes, found->levelCount);
  return found->result;
}

Error CodeCache::store(const CacheKey &key, CodeObject object) {
  if (Error error = verifyFitsKey(object, key))
    return error;
  Expected<std::vector<uint8_t>> bytes = object.serialize();
  if (!bytes)
    return bytes.takeError();
  state->memory.store(key,
                      std::make_shared<const CodeObject>(std::move(object)));
  state->failures.remove(key);
  state->storeInLevels(key, *bytes, state->levels.size());
  return Error::success();
}

std::optional<std::vector<uint8_t>>
CodeCache::lookupBytes(const CacheKey &key) {
  for (size_t index = 0; index < state->levels.size(); ++index) {
    Expected<std::optional<std::vector<uint8_t>>> bytes =
        state->levels[index]->lookup(key);
    if (!bytes) {
      state->sayError(index, bytes.takeError());
    } else if (*bytes) {
      state->storeInLevels(key, **bytes, index);
      return std::move(**bytes);
    }
  }
  return std::nullopt;
}

void CodeCache::storeBytes(const CacheKey &key, ArrayRef<uint8_t> bytes) {
  state->storeInLevels(key, bytes, state->levels.size());
}

void CodeCache::remove(const CacheKey &key) {
  state->memory.remove(key);
  state->failures.remove(key);
  for (auto [index, level] : enumerate(state->levels))
    if (Error error = level->remove(key))
      state->sayError(index, std::move(error));
}

void CodeCache::clearMemory() {
  state->memory.clear();
  state->failures.clear();
}

CodeCacheStatistics CodeCache::getStatistics() const {
  CodeCacheStatistics statistics;
  statistics.compilations = state->compilations;
  statistics.failedCompilations = state->failedCompilations;
  statistics.failureHits = state->failureHits;
  statistics.otherThreadHits = state->otherThreadHits;
  statistics.otherProcessHits = state->otherProcessHits;
  statistics.rechecks = state->rechecks;
  statistics.memory = state->memory.getStatistics();
  statistics.memoryEvictions = state->memory.getEvictionCount();
  statistics.memoryObjects = state->memory.getObjectCount();
  statistics.memoryBytes = state->memory.getByteCount();
  for (const std::unique_ptr<CacheLevel> &level : state->levels)
    statistics.levels.push_back(
        {level->getName().str(), level->getStatistics()});
  return statistics;
}
