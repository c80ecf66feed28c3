//===- CodeCacheTest.cpp - Tests of the cache as a whole --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Cache/CodeCache.h"

#include "CacheTesting.h"

#include "vmjit/Cache/DiskCache.h"
#include "vmjit/Support/ProgramError.h"

#include <condition_variable>
#include <map>
#include <thread>

using namespace llvm;
using namespace vmjit;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {
/// A level in memory that can be broken.
class FakeLevel : public CacheLevel {
public:
  explicit FakeLevel(StringRef name) : CacheLevel(name, nullptr) {}
  ~FakeLevel() override = default;

  std::map<std::string, std::vector<uint8_t>> entries;
  std::vector<CacheKey> keys;
  bool isBroken = false;

protected:
  Expected<std::optional<std::vector<uint8_t>>>
  lookupImpl(const CacheKey &key) override {
    std::lock_guard guard(mutex);
    if (isBroken)
      return makeError(ErrorCode::Io, "broken");
    auto found = entries.find(key.getHex());
    if (found == entries.end())
      return std::nullopt;
    return found->second;
  }
  Expected<bool> storeImpl(const CacheKey &key,
                           ArrayRef<uint8_t> payload) override {
    std::lock_guard guard(mutex);
    if (isBroken)
      return makeError(ErrorCode::Io, "broken");
    entries[key.getHex()] = payload.vec();
    keys.push_back(key);
    return true;
  }
  Error removeImpl(const CacheKey &key) override {
    std::lock_guard guard(mutex);
    if (isBroken)
      return makeError(ErrorCode::Io, "broken");
    entries.erase(key.getHex());
    return Error::success();
  }
  Error forEachKeyImpl(function_ref<bool(const CacheKey &)> visit) override {
    for (const CacheKey &key : keys)
      if (!visit(key))
        break;
    return Error::success();
  }

private:
  std::mutex mutex;
};

/// A cache over two levels, and what it was told to compile.
class CodeCacheTest : public testing::Test {
protected:
  void create(CodeCacheOptions options = {}) {
    options.onNotice = notices.getHandler();
    std::vector<std::unique_ptr<CacheLevel>> levels;
    levels.push_back(std::make_unique<FakeLevel>("near"));
    levels.push_back(std::make_unique<FakeLevel>("far"));
    near = static_cast<FakeLevel *>(levels[0].get());
    far = static_cast<FakeLevel *>(levels[1].get());
    cache = std::make_unique<CodeCache>(std::move(options), std::move(levels));
  }
  Expected<CodeCacheResult> get(const CacheKey &key, uint8_t seed = 1) {
    return cache->getOrCompile(key, [&]() -> Expected<CodeObject> {
      ++compilations;
      return makeObject(seed);
    });
  }
  /// The name of where the object of \p key comes from.
  std::string getSource(const CacheKey &key, uint8_t seed = 1) {
    Expected<CodeCacheResult> result = get(key, seed);
    if (!result) {
      ADD_FAILURE() << toString(result.takeError());
      return "";
    }
    EXPECT_EQ(*result->object, makeObject(seed));
    return result->sourceName.str();
  }

  Notices notices;
  FakeLevel *near = nullptr;
  FakeLevel *far = nullptr;
  std::unique_ptr<CodeCache> cache;
  unsigned compilations = 0;
  const CacheKey key = makeKey("a");
};
} // namespace

TEST_F(CodeCacheTest, CompilesOnceAndStoresEverywhere) {
  create();
  EXPECT_EQ(getSource(key), "compiled");
  EXPECT_EQ(getSource(key), "memory");
  EXPECT_EQ(compilations, 1u);
  EXPECT_EQ(near->entries.size(), 1u);
  EXPECT_EQ(far->entries, near->entries);
  EXPECT_EQ(near->entries.begin()->second, cantFail(makeObject(1).serialize()));
  CodeCacheStatistics statistics = cache->getStatistics();
  EXPECT_EQ(statistics.compilations, 1u);
  EXPECT_EQ(statistics.memory.hits, 1u);
  EXPECT_EQ(statistics.memory.misses, 1u);
  ASSERT_EQ(statistics.levels.size(), 2u);
  EXPECT_EQ(statistics.levels[0].name, "near");
  EXPECT_EQ(statistics.levels[0].counts.misses, 1u);
  EXPECT_EQ(statistics.levels[0].counts.stores, 1u);
}

TEST_F(CodeCacheTest, GivesThePointerThatItHolds) {
  create();
  VMJIT_ASSERT_VALUE(CodeCacheResult first, get(key));
  VMJIT_ASSERT_VALUE(CodeCacheResult second, get(key));
  EXPECT_EQ(first.object, second.object);
  EXPECT_EQ(second.source, CodeSource::Memory);
}

TEST_F(CodeCacheTest, PromotesIntoFasterLevels) {
  create();
  getSource(key);
  cache->clearMemory();
  near->entries.clear();
  EXPECT_EQ(getSource(key), "far");
  EXPECT_EQ(near->entries, far->entries);
  EXPECT_EQ(getSource(key), "memory");
  cache->clearMemory();
  EXPECT_EQ(getSource(key), "near");
  EXPECT_EQ(compilations, 1u);
}

TEST_F(CodeCacheTest, CompilesWhereLevelsFail) {
  create();
  near->isBroken = far->isBroken = true;
  EXPECT_EQ(getSource(key), "compiled");
  EXPECT_EQ(getSource(makeKey("b")), "compiled");
  EXPECT_EQ(getSource(key), "memory");
  cache->remove(key);
  // Each level's failures are told once.
  EXPECT_THAT(notices.get(), ElementsAre(HasSubstr("near cache: broken"),
                                         HasSubstr("far cache: broken")));
  EXPECT_EQ(cache->getStatistics().levels[0].counts.errors, 4u);
}

TEST_F(CodeCacheTest, DropsWhatIsNoCodeObject) {
  create();
  near->entries[key.getHex()] = makeBytes(7);
  EXPECT_EQ(getSource(key), "compiled");
  EXPECT_EQ(near->getStatistics().damaged, 1u);
  EXPECT_THAT(notices.get(), ElementsAre(HasSubstr("is dropped")));
  cache->clearMemory();
  EXPECT_EQ(getSource(key), "near");
}

TEST_F(CodeCacheTest, DropsWhatIsForAnotherTarget) {
  create();
  CacheKey chosen = CacheKey::Builder()
                        .add("program", "a")
                        .add("option.chip", "sm_80")
                        .build();
  near->entries[chosen.getHex()] = cantFail(makeObject(1).serialize());
  auto result = cache->getOrCompile(chosen, []() -> Expected<CodeObject> {
    CodeObject object = makeObject(2);
    object.chip = "sm_80";
    return object;
  });
  VMJIT_ASSERT_VALUE(CodeCacheResult found, std::move(result));
  EXPECT_EQ(found.object->chip, "sm_80");
  EXPECT_EQ(near->getStatistics().damaged, 1u);
  // What the compiler gives is held to the same.
  expectError(get(chosen.with("x", "y")), ErrorCode::InvalidArgument,
              "does not fit its key");
}

TEST_F(CodeCacheTest, RefusesAnObjectThatDoesNotVerify) {
  create();
  auto compile = []() -> Expected<CodeObject> {
    CodeObject object = makeObject(1);
    object.payload.clear();
    return object;
  };
  expectError(cache->getOrCompile(key, compile), ErrorCode::InvalidArgument,
              "payload");
  EXPECT_THAT(near->entries, IsEmpty());
}

TEST_F(CodeCacheTest, RemembersFailuresThatLast) {
  create();
  auto fail = [&](ErrorCode code) {
    return cache->getOrCompile(key, [&]() -> Expected<CodeObject> {
      ++compilations;
      return makeError(code, "no luck");
    });
  };
  expectError(fail(ErrorCode::Unsupported), ErrorCode::Unsupported, "no luck");
  expectError(fail(ErrorCode::Io), ErrorCode::Unsupported, "no luck");
  EXPECT_EQ(compilations, 1u);
  EXPECT_EQ(cache->getStatistics().failureHits, 1u);
  EXPECT_EQ(cache->getStatistics().failedCompilations, 1u);
  cache->clearMemory();
  EXPECT_EQ(getSource(key), "compiled");
}

TEST_F(CodeCacheTest, RemembersWhereAProgramFails) {
  create();
  for (unsigned attempt = 0; attempt < 2; ++attempt) {
    Error error =
        cache
            ->getOrCompile(key,
                           [&]() -> Expected<CodeObject> {
                             ++compilations;
                             return makeProgramError(ErrorCode::Unsupported,
                                                     "no luck", {{0x1000, 4}});
                           })
            .takeError();
    EXPECT_EQ(getProgramPlace(error), (ProgramPlace{0x1000, 4}));
    consumeError(std::move(error));
  }
  EXPECT_EQ(compilations, 1u);
}

TEST_F(CodeCacheTest, DoesNotRememberFailuresThatMayPass) {
  create();
  for (ErrorCode code :
       {ErrorCode::Io, ErrorCode::OutOfMemory, ErrorCode::Other}) {
    expectError(cache->getOrCompile(key,
                                    [&]() -> Expected<CodeObject> {
                                      return makeError(code, "not now");
                                    }),
                code, "not now");
  }
  EXPECT_EQ(cache->getStatistics().failureHits, 0u);
  EXPECT_EQ(getSource(key), "compiled");
}

TEST_F(CodeCacheTest, GivesTheErrorsOfOthersAsTheyAre) {
  create();
  auto result = cache->getOrCompile(key, []() -> Expected<CodeObject> {
    return createStringError(std::errc::device_or_resource_busy, "busy");
  });
  ASSERT_FALSE(bool(result));
  Error error = result.takeError();
  EXPECT_TRUE(error.isA<StringError>());
  EXPECT_EQ(errorToErrorCode(std::move(error)),
            std::errc::device_or_resource_busy);
}

TEST_F(CodeCacheTest, RemembersSoManyFailuresAndNoMore) {
  create({.maxFailures = 2});
  for (StringRef name : {"a", "b", "c"})
    expectError(cache->getOrCompile(makeKey(name),
                                    []() -> Expected<CodeObject> {
                                      return makeError(ErrorCode::Unsupported,
                                                       "no");
                                    }),
                ErrorCode::Unsupported, "no");
  EXPECT_EQ(getSource(makeKey("a")), "compiled");
  expectError(get(makeKey("b")), ErrorCode::Unsupported, "no");
}

TEST_F(CodeCacheTest, FailsOnAMissIfItMustHit) {
  create({.missPolicy = CacheMissPolicy::Fail});
  expectError(get(key), ErrorCode::CacheMiss, "no entry to compare");
  expectSuccess(far->store(key, cantFail(makeObject(1).serialize())));
  EXPECT_EQ(getSource(key), "far");
  EXPECT_EQ(compilations, 0u);
}

TEST_F(CodeCacheTest, SaysInWhatAMissDiffers) {
  create({.missPolicy = CacheMissPolicy::Fail});
  auto makeOther = [](StringRef program, StringRef chip, StringRef llvm) {
    return CacheKey::Builder()
        .add("program", program)
        .add("option.chip", chip)
        .add("llvm", llvm)
        .build();
  };
  std::vector<uint8_t> payload = cantFail(makeObject(1).serialize());
  // Another program is further than the same with more differences.
  expectSuccess(near->store(makeOther("b", "sm_90", "22.1.8"), payload));
  expectSuccess(near->store(makeOther("a", "sm_80", "22.1.7"), payload));
  expectError(get(makeOther("a", "sm_90", "22.1.8")), ErrorCode::CacheMiss,
              "the nearest entry, in near, differs in: option.chip, llvm");
  expectSuccess(far->store(makeOther("a", "sm_90", "22.1.7"), payload));
  expectError(get(makeOther("a", "sm_90", "22.1.8")), ErrorCode::CacheMiss,
              "the nearest entry, in far, differs in: llvm");
}

TEST_F(CodeCacheTest, ComparesWithANewCompilationIfAsked) {
  create({.recheck = true});
  EXPECT_EQ(getSource(key), "compiled");
  EXPECT_EQ(getSource(key), "memory");
  EXPECT_EQ(compilations, 2u);
  expectError(get(key, 2), ErrorCode::CacheMismatch, "in memory");
  cache->clearMemory();
  EXPECT_EQ(getSource(key), "near");
  cache->clearMemory();
  expectError(get(key, 2), ErrorCode::CacheMismatch, "in near");
  EXPECT_EQ(cache->getStatistics().rechecks, 4u);
  // The evidence stays.
  EXPECT_EQ(near->entries.size(), 1u);
}

TEST_F(CodeCacheTest, LooksUpWithoutCompiling) {
  create();
  EXPECT_FALSE(cache->lookup(key));
  expectSuccess(cache->store(key, makeObject(1)));
  EXPECT_EQ(cache->lookup(key)->sourceName, "memory");
  cache->clearMemory();
  near->entries.clear();
  EXPECT_EQ(cache->lookup(key)->sourceName, "far");
  EXPECT_EQ(near->entries.size(), 1u);
  cache->remove(key);
  EXPECT_FALSE(cache->lookup(key));
  CodeObject invalid = makeObject(1);
  invalid.chip.clear();
  expectError(cache->store(key, invalid), ErrorCode::InvalidArgument, "chip");
}

TEST_F(CodeCacheTest, KeepsBytesBesideObjects) {
  create();
  CacheKey derived = key.with("driver", "13.0");
  EXPECT_EQ(cache->lookupBytes(derived), std::nullopt);
  cache->storeBytes(derived, makeBytes(5));
  EXPECT_EQ(cache->lookupBytes(derived), makeBytes(5));
  near->entries.clear();
  EXPECT_EQ(cache->lookupBytes(derived), makeBytes(5));
  EXPECT_EQ(near->entries.size(), 1u);
  near->isBroken = true;
  EXPECT_EQ(cache->lookupBytes(derived), makeBytes(5));
}

TEST_F(CodeCacheTest, RefusesACompilationThatWaitsForItself) {
  create();
  auto result = cache->getOrCompile(key, [&]() -> Expected<CodeObject> {
    Expected<CodeCacheResult> inner = get(key);
    if (!inner)
      return inner.takeError();
    return makeObject(1);
  });
  expectError(std::move(result), ErrorCode::InvalidArgument, "its own result");
  // Another key is fine.
  EXPECT_TRUE(bool(
      cantFail(cache->getOrCompile(makeKey("b"), [&]() -> Expected<CodeObject> {
        return *cantFail(get(makeKey("c"))).object;
      })).object));
}

TEST_F(CodeCacheTest, CompilesOnceForManyThreads) {
  create();
  constexpr unsigned threadCount = 4;
  std::mutex mutex;
  std::condition_variable arrived;
  unsigned arrivals = 0;
  std::atomic<unsigned> wrong = 0;
  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread < threadCount; ++thread)
    threads.emplace_back([&] {
      {
        std::lock_guard guard(mutex);
        ++arrivals;
        arrived.notify_all();
      }
      Expected<CodeCacheResult> result =
          cache->getOrCompile(key, [&]() -> Expected<CodeObject> {
            // Everyone is there before it is done.
            std::unique_lock lock(mutex);
            arrived.wait(lock, [&] { return arrivals == threadCount; });
            ++compilations;
            return makeObject(1);
          });
      if (!result)
        wrong += 1 + (consumeError(result.takeError()), 0);
      else
        wrong += !(*result->object == makeObject(1));
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0u);
  EXPECT_EQ(compilations, 1u);
  CodeCacheStatistics statistics = cache->getStatistics();
  EXPECT_EQ(statistics.compilations, 1u);
  EXPECT_EQ(statistics.memory.hits + statistics.otherThreadHits,
            threadCount - 1);
}

TEST_F(CodeCacheTest, ServesManyKeysToManyThreads) {
  create({.memory = {.maxObjects = 3}});
  std::atomic<unsigned> wrong = 0;
  std::atomic<unsigned> compiled = 0;
  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      for (unsigned round = 0; round < 200; ++round) {
        uint8_t seed = (3 * thread + round) % 10;
        CacheKey key = makeKey(std::to_string(seed));
        Expected<CodeCacheResult> result =
            cache->getOrCompile(key, [&]() -> Expected<CodeObject> {
              ++compiled;
              if (seed == 9)
                return makeError(ErrorCode::Unsupported, "nine");
              return makeObject(seed);
            });
        if (result)
          wrong += seed == 9 || !(*result->object == makeObject(seed));
        else
          wrong += toString(result.takeError()) != "nine";
        if (round % 64 == 0)
          (void)cache->getStatistics();
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0u);
  EXPECT_EQ(compiled, 10u);
}

TEST_F(CodeCacheTest, PassesAFailureOnToWaitingThreads) {
  create();
  std::mutex mutex;
  std::condition_variable arrived;
  unsigned arrivals = 0;
  std::atomic<unsigned> failures = 0;
  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread < 3; ++thread)
    threads.emplace_back([&] {
      {
        std::lock_guard guard(mutex);
        ++arrivals;
        arrived.notify_all();
      }
      Expected<CodeCacheResult> result =
          cache->getOrCompile(key, [&]() -> Expected<CodeObject> {
            std::unique_lock lock(mutex);
            arrived.wait(lock, [&] { return arrivals == 3; });
            return makeError(ErrorCode::CompilationFailed, "bad");
          });
      if (!result)
        failures += toString(result.takeError()) == "bad";
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(failures, 3u);
  EXPECT_EQ(cache->getStatistics().failedCompilations, 1u);
}
