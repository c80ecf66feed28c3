//===- StatisticsTest.cpp - Tests of what executors count -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestExecutor.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace vmjit;

static const LatencyStatistics &getStage(const ExecutorStatistics &statistics,
                                         ExecutionStage stage) {
  return statistics.stages[static_cast<size_t>(stage)];
}

TEST(ExecutorStatistics, CountExactly) {
  TestExecutor test = makeMockExecutor(
      {}, {},
      std::make_shared<CodeCache>(CodeCacheOptions(),
                                  std::vector<std::unique_ptr<CacheLevel>>()));
  AccumulateRun run;
  // Compiled, loaded, three times executed.
  for (int i = 0; i < 3; ++i) {
    AccumulateRun fresh;
    cantFail(fresh.run(*test.executor, makeAccumulate()));
  }
  // Taken over by the host, for which the cache has the code.
  test.mock->failCall(MockCall::Launch, 1, GpuErrorKind::KernelExecutionFailed);
  cantFail(run.run(*test.executor, makeAccumulate()));
  // The caller's mistake.
  consumeError(test->execute(makeAccumulate(), {}).takeError());

  ExecutorStatistics statistics = test->getStatistics();
  EXPECT_EQ(statistics.executions, 5u);
  EXPECT_EQ(statistics.successes, 4u);
  EXPECT_EQ(statistics.failures, 1u);
  EXPECT_EQ(statistics.timeouts, 0u);
  EXPECT_EQ(statistics.getFallbackCount(), 1u);
  EXPECT_EQ(test.getFallbacks(FallbackReason::Launch), 1u);
  EXPECT_EQ(statistics.compilations, 1u);
  EXPECT_EQ(statistics.failedCompilations, 0u);
  EXPECT_EQ(statistics.loads, 2u);
  EXPECT_EQ(statistics.loadedKernels, 2u);
  EXPECT_EQ(statistics.evictions, 0u);
  ASSERT_EQ(statistics.cacheLevels.size(), 2u);
  EXPECT_EQ(statistics.cacheLevels[0].name, "loaded");
  EXPECT_EQ(statistics.cacheLevels[0].hits, 3u);
  EXPECT_EQ(statistics.cacheLevels[0].misses, 2u);
  EXPECT_EQ(statistics.cacheLevels[1].name, "memory");
  EXPECT_EQ(statistics.cacheLevels[1].hits, 1u);
  EXPECT_EQ(statistics.cacheLevels[1].misses, 1u);
  EXPECT_DOUBLE_EQ(statistics.getSuccessRate(), 0.8);
  EXPECT_DOUBLE_EQ(statistics.getFallbackRate(), 0.2);
  EXPECT_DOUBLE_EQ(statistics.getCacheHitRate(), 0.8);
  EXPECT_GE(statistics.hostNanoseconds, statistics.deviceNanoseconds);

  EXPECT_EQ(getStage(statistics, ExecutionStage::Lookup).count, 5u);
  EXPECT_EQ(getStage(statistics, ExecutionStage::Compile).count, 2u);
  EXPECT_EQ(getStage(statistics, ExecutionStage::Load).count, 2u);
  EXPECT_EQ(getStage(statistics, ExecutionStage::CopyIn).count, 5u);
  EXPECT_EQ(getStage(statistics, ExecutionStage::Launch).count, 5u);
  EXPECT_EQ(getStage(statistics, ExecutionStage::CopyOut).count, 4u);
  ASSERT_FALSE(statistics.compilerStages.empty());
  EXPECT_EQ(statistics.compilerStages.front().first, "import");
  for (const auto &[name, latency] : statistics.compilerStages)
    EXPECT_EQ(latency.count, 1u) << name;
}

TEST(ExecutorStatistics, AreZeroWithoutMonitoring) {
  TestExecutor test = makeHostExecutor({.monitoring = false});
  AccumulateRun run;
  cantFail(run.run(*test.executor, makeAccumulate()));
  ExecutorStatistics statistics = test->getStatistics();
  EXPECT_EQ(statistics.executions, 0u);
  EXPECT_EQ(statistics.loads, 0u);
  EXPECT_TRUE(statistics.cacheLevels.empty());
  EXPECT_EQ(getStage(statistics, ExecutionStage::Launch).count, 0u);
}

TEST(ExecutorStatistics, PrintJSONInAFixedOrder) {
  TestExecutor test = makeHostExecutor();
  auto print = [&] {
    std::string text;
    raw_string_ostream os(text);
    test->getStatistics().printJSON(os);
    return text;
  };
  auto getKeys = [](StringRef text) {
    // Keys at the left, whatever the values are.
    std::vector<std::string> keys;
    for (StringRef line : split(text, '\n')) {
      auto [key, value] = line.split(':');
      if (!value.empty())
        keys.push_back(key.str());
    }
    return keys;
  };
  std::string before = print();
  AccumulateRun run;
  cantFail(run.run(*test.executor, makeAccumulate()));
  std::string after = print();
  VMJIT_ASSERT_VALUE(json::Value value, json::parse(after));
  const json::Object &object = *value.getAsObject();
  EXPECT_EQ(object.getInteger("executions"), 1);
  EXPECT_EQ(object.getInteger("compilations"), 1);
  EXPECT_EQ(object.getObject("fallbacks-by-reason")->size(),
            kFallbackReasonCount - 1);
  EXPECT_EQ(
      object.getObject("stages")->getObject("launch")->getInteger("count"), 1);
  EXPECT_TRUE(object.getObject("stages")->getObject("compile.import"));
  EXPECT_EQ(getKeys(after), getKeys(print()));
  EXPECT_EQ(getKeys(before).front(), getKeys(after).front());
}

TEST(ExecutorStatistics, PrintTextForPeople) {
  TestExecutor test = makeMockExecutor();
  test.mock->failAlways(MockCall::Load, GpuErrorKind::KernelLoadingFailed);
  AccumulateRun run;
  cantFail(run.run(*test.executor, makeAccumulate()));
  std::string text;
  raw_string_ostream os(text);
  test->getStatistics().print(os);
  EXPECT_THAT(text, testing::ContainsRegex("executions +1\n"));
  EXPECT_THAT(text, testing::ContainsRegex("fallbacks.loading +1\n"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("fallbacks.launch")));
  EXPECT_THAT(text, testing::ContainsRegex("success-rate +100.0%\n"));
  EXPECT_THAT(text, testing::ContainsRegex("stage.launch +1 times, total "));
}

TEST(LatencyStatistics, KnowsPercentiles) {
  LatencyStatistics latency;
  EXPECT_EQ(latency.getPercentileNanoseconds(50), 0u);
  EXPECT_EQ(latency.getMeanNanoseconds(), 0);
  for (int i = 0; i < 99; ++i)
    latency.add(100);
  latency.add(1000000);
  EXPECT_EQ(latency.count, 100u);
  EXPECT_EQ(latency.minNanoseconds, 100u);
  EXPECT_EQ(latency.maxNanoseconds, 1000000u);
  EXPECT_EQ(latency.totalNanoseconds, 1009900u);
  // To a power of two.
  EXPECT_EQ(latency.getPercentileNanoseconds(50), 128u);
  EXPECT_EQ(latency.getPercentileNanoseconds(99), 128u);
  EXPECT_EQ(latency.getPercentileNanoseconds(100), 1000000u);
  latency.add(UINT64_MAX);
  EXPECT_EQ(latency.getPercentileNanoseconds(100), UINT64_MAX);
}
