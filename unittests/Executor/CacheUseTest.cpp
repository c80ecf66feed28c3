//===- CacheUseTest.cpp - Tests of executors on code caches -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestExecutor.h"

#include "vmjit/Cache/DiskCache.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;
using namespace vmjit;

namespace {
/// A directory that is gone afterwards.
struct TemporaryDirectory {
  TemporaryDirectory() {
    if (std::error_code error =
            sys::fs::createUniqueDirectory("vmjit-executor", path))
      ADD_FAILURE() << error.message();
  }
  ~TemporaryDirectory() { sys::fs::remove_directories(path); }

  SmallString<128> path;
};
} // namespace

static std::shared_ptr<CodeCache>
makeDiskCache(const TemporaryDirectory &directory,
              CodeCacheOptions options = {}) {
  DiskCacheOptions disk;
  disk.directory = std::string(directory.path);
  std::vector<std::unique_ptr<CacheLevel>> levels;
  levels.push_back(cantFail(DiskCache::create(std::move(disk))));
  return std::make_shared<CodeCache>(std::move(options), std::move(levels));
}

/// Runs the accumulate kernel and says where its code came from.
static std::string runAccumulate(TestExecutor &test, int64_t extra = 0) {
  AccumulateRun run;
  Expected<ExecutionResult> result =
      run.run(*test.executor, makeAccumulate("accumulate", extra));
  if (!result)
    return toString(result.takeError());
  run.expectDone(extra);
  switch (result->source) {
  case ExecutionSource::Loaded:
    return "loaded";
  case ExecutionSource::Cache:
    return result->cacheLevel;
  case ExecutionSource::Compiled:
    return "compiled";
  }
  llvm_unreachable("every source is handled");
}

TEST(ExecutorCache, OutlivesTheProcess) {
  TemporaryDirectory directory;
  {
    TestExecutor test = makeHostExecutor({}, makeDiskCache(directory));
    EXPECT_EQ(runAccumulate(test), "compiled");
    EXPECT_EQ(runAccumulate(test), "loaded");
  }
  TestExecutor test = makeHostExecutor({}, makeDiskCache(directory));
  EXPECT_EQ(runAccumulate(test), "disk");
  test->clear();
  EXPECT_EQ(runAccumulate(test), "memory");
  EXPECT_EQ(test.compiler->compilations, 0u);
}

TEST(ExecutorCache, IsNotUsedIfSwitchedOff) {
  TemporaryDirectory directory;
  auto cache = makeDiskCache(directory);
  for (int i = 0; i < 2; ++i) {
    TestExecutor test = makeHostExecutor({.useCache = false}, cache);
    EXPECT_EQ(runAccumulate(test), "compiled");
  }
  EXPECT_EQ(cache->getStatistics().memory.misses, 0u);
}

TEST(ExecutorCache, TellsEveryOptionApart) {
  TemporaryDirectory directory;
  auto cache = makeDiskCache(directory);
  auto isCompiled = [&](ExecutorOptions options) {
    TestExecutor test = makeHostExecutor(std::move(options), cache);
    return runAccumulate(test) == "compiled";
  };
  EXPECT_TRUE(isCompiled({}));
  EXPECT_FALSE(isCompiled({}));
  EXPECT_TRUE(isCompiled({.optLevel = OptLevel::O0}));
  EXPECT_TRUE(isCompiled({.timeout = std::nullopt}));
  EXPECT_FALSE(isCompiled({.timeout = std::chrono::seconds(1)}));
}

TEST(ExecutorCache, MustHitFailsWithoutTryingTheHost) {
  TemporaryDirectory directory;
  TestExecutor filler = makeHostExecutor({}, makeDiskCache(directory));
  EXPECT_EQ(runAccumulate(filler, 1), "compiled");

  TestExecutor test = makeMockExecutor(
      {}, {}, makeDiskCache(directory, {.missPolicy = CacheMissPolicy::Fail}));
  AccumulateRun run;
  expectError(run.run(*test.executor, makeAccumulate("accumulate", 2)),
              ErrorCode::CacheMiss, "program");
  run.expectUntouched();
  EXPECT_EQ(test.compiler->compilations, 0u);
  EXPECT_EQ(test->getStatistics().getFallbackCount(), 0u);
  // The mock compiles for the host, and runs nothing.
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     run.run(*test.executor, makeAccumulate("accumulate", 1)));
  EXPECT_EQ(result.cacheLevel, "disk");
}

TEST(ExecutorCache, PrecompiledCodeNeedsNoCompiler) {
  TemporaryDirectory directory;
  TestExecutor filler = makeHostExecutor({}, makeDiskCache(directory));
  EXPECT_EQ(runAccumulate(filler), "compiled");
  VMJIT_ASSERT_VALUE(PreparedProgram sum, filler->prepare(makeSum()));

  TestExecutor test;
  VMJIT_ASSERT_VALUE(test.executor,
                     Executor::create({}, {.device = getTestHost(),
                                           .cache = makeDiskCache(directory)}));
  EXPECT_EQ(runAccumulate(test), "disk");
  VMJIT_ASSERT_VALUE(PreparedProgram prepared, test->prepare(makeSum()));
  EXPECT_EQ(prepared.getStateLayout(), sum.getStateLayout());
  AccumulateRun run;
  expectError(run.run(*test.executor, makeAccumulate("accumulate", 3)),
              ErrorCode::CacheMiss, "no compiler");
  run.expectUntouched();
}
