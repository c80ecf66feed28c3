//===- ConcurrencyTest.cpp - Tests of executors on many threads -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestExecutor.h"

#include <thread>

using namespace llvm;
using namespace vmjit;

static std::shared_ptr<CodeCache> makeMemoryCache() {
  return std::make_shared<CodeCache>(
      CodeCacheOptions(), std::vector<std::unique_ptr<CacheLevel>>());
}

/// Runs \p work(index) on \p count threads that start together.
template <class Work> static void runThreads(unsigned count, Work work) {
  std::atomic<unsigned> waiting = count;
  std::vector<std::thread> threads;
  for (unsigned index = 0; index < count; ++index)
    threads.emplace_back([&, index] {
      --waiting;
      while (waiting > 0)
        std::this_thread::yield();
      work(index);
    });
  for (std::thread &thread : threads)
    thread.join();
}

TEST(ExecutorThreads, CompileAndLoadAProgramOnce) {
  for (bool useCache : {false, true}) {
    TestExecutor test =
        makeHostExecutor({}, useCache ? makeMemoryCache() : nullptr);
    runThreads(8, [&](unsigned) {
      for (int i = 0; i < 10; ++i) {
        AccumulateRun run;
        cantFail(run.run(*test.executor, makeAccumulate()));
        run.expectDone();
      }
    });
    EXPECT_EQ(test.compiler->compilations, 1u);
    ExecutorStatistics statistics = test->getStatistics();
    EXPECT_EQ(statistics.loads, 1u);
    EXPECT_EQ(statistics.executions, 80u);
    EXPECT_EQ(statistics.successes, 80u);
    EXPECT_EQ(statistics.cacheLevels[0].hits + statistics.cacheLevels[0].misses,
              80u);
  }
}

TEST(ExecutorThreads, MayDropWhatOthersUse) {
  TestExecutor test =
      makeHostExecutor({.maxLoadedPrograms = 1}, makeMemoryCache());
  runThreads(4, [&](unsigned index) {
    for (int i = 0; i < 10; ++i) {
      AccumulateRun run;
      int64_t extra = (index + i) % 3;
      cantFail(run.run(*test.executor, makeAccumulate("accumulate", extra)));
      run.expectDone(extra);
    }
  });
  EXPECT_EQ(test.compiler->compilations, 3u);
  EXPECT_EQ(test->getStatistics().successes, 40u);
}

TEST(ExecutorThreads, AreNotHeldUpByACompilationOfAnotherProgram) {
  TestExecutor test = makeHostExecutor();
  cantFail(test->prepare(makeAccumulate("ready")));
  std::mutex mutex;
  std::condition_variable changed;
  bool isCompiling = false, mayEnd = false;
  test.compiler->hook = [&](auto &) {
    std::unique_lock lock(mutex);
    isCompiling = true;
    changed.notify_all();
    changed.wait(lock, [&] { return mayEnd; });
    return Error::success();
  };
  std::thread slow([&] { cantFail(test->prepare(makeAccumulate("slow"))); });
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return isCompiling; });
  }
  // This would hang.
  AccumulateRun run;
  cantFail(run.run(*test.executor, makeAccumulate("ready")));
  run.expectDone();
  {
    std::lock_guard lock(mutex);
    mayEnd = true;
  }
  changed.notify_all();
  slow.join();
}

TEST(ExecutorThreads, FallBackEachForItself) {
  TestExecutor test = makeMockExecutor();
  cantFail(test->prepare(makeAccumulate()));
  test.mock->failAlways(MockCall::Launch, GpuErrorKind::KernelExecutionFailed);
  runThreads(4, [&](unsigned) {
    for (int i = 0; i < 10; ++i) {
      AccumulateRun run;
      ExecutionResult result =
          cantFail(run.run(*test.executor, makeAccumulate()));
      EXPECT_EQ(result.fallback, FallbackReason::Launch);
      run.expectDone();
    }
  });
  EXPECT_EQ(test.getFallbacks(FallbackReason::Launch), 40u);
}

TEST(ExecutorThreads, RunHartsOfOneProgram) {
  TestExecutor test = makeHostExecutor();
  runThreads(4, [&](unsigned) {
    PreparedProgram prepared = cantFail(test->prepare(makeSum()));
    for (int i = 0; i < 10; ++i) {
      SumRun run = SumRun::create(prepared.getStateLayout(), 70);
      cantFail(test->executeHarts(prepared, run.state, run.memory,
                                  SumRun::kReturnPc));
      run.expectDone();
    }
  });
  EXPECT_EQ(test.compiler->compilations, 1u);
}
