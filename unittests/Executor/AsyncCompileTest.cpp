//===- AsyncCompileTest.cpp - Tests of compiling in the background -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestExecutor.h"

#include <condition_variable>
#include <thread>

using namespace llvm;
using namespace vmjit;

namespace {
/// Holds compilations back.
class Gate {
public:
  /// Called in a compilation.
  void pass() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return isOpen; });
  }
  void open() {
    {
      std::lock_guard lock(mutex);
      isOpen = true;
    }
    changed.notify_all();
  }

private:
  std::mutex mutex;
  std::condition_variable changed;
  bool isOpen = false;
};
} // namespace

/// An executor on a mock that compiles in the background only when \p gate is
/// open. Compilations on the test's own thread go on.
static TestExecutor makeAsyncExecutor(Gate &gate, Error (*fail)() = nullptr) {
  TestExecutor test = makeMockExecutor({.asyncCompile = true});
  test.compiler->hook = [&gate, fail,
                         own = std::this_thread::get_id()](auto &) -> Error {
    if (std::this_thread::get_id() == own)
      return Error::success();
    gate.pass();
    return fail ? fail() : Error::success();
  };
  return test;
}

TEST(AsyncCompile, RunsOnTheHostUntilTheDeviceIsReady) {
  Gate gate;
  TestExecutor test = makeAsyncExecutor(gate);
  for (int i = 0; i < 3; ++i) {
    AccumulateRun run;
    VMJIT_ASSERT_VALUE(ExecutionResult result,
                       run.run(*test.executor, makeAccumulate()));
    EXPECT_EQ(result.fallback, FallbackReason::Compiling);
    EXPECT_EQ(result.device, getTestHost());
    run.expectDone();
  }
  gate.open();
  test->waitForBackground();
  AccumulateRun run;
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     run.run(*test.executor, makeAccumulate()));
  EXPECT_EQ(result.fallback, FallbackReason::None);
  EXPECT_EQ(result.device, test.mock);
  EXPECT_EQ(test.compiler->compilations, 2u);
  EXPECT_EQ(test.getFallbacks(FallbackReason::Compiling), 3u);
}

TEST(AsyncCompile, PreparesHartsOnTheHost) {
  Gate gate;
  TestExecutor test = makeAsyncExecutor(gate);
  VMJIT_ASSERT_VALUE(PreparedProgram prepared, test->prepare(makeSum()));
  SumRun run = SumRun::create(prepared.getStateLayout(), 10);
  VMJIT_ASSERT_VALUE(
      ExecutionResult result,
      test->executeHarts(prepared, run.state, run.memory, SumRun::kReturnPc));
  EXPECT_EQ(result.fallback, FallbackReason::Compiling);
  run.expectDone();
  gate.open();
  test->waitForBackground();
  VMJIT_ASSERT_VALUE(result, test->executeHarts(prepared, run.state, run.memory,
                                                SumRun::kReturnPc));
  EXPECT_EQ(result.device, test.mock);
}

TEST(AsyncCompile, GivesItsFailureToTheNextExecution) {
  Gate gate;
  gate.open();
  TestExecutor test = makeAsyncExecutor(gate, [] {
    return makeError(ErrorCode::CompilationFailed, "not for this device");
  });
  AccumulateRun first;
  cantFail(first.run(*test.executor, makeAccumulate()));
  test->waitForBackground();
  EXPECT_EQ(test->getStatistics().failedBackgroundCompilations, 1u);
  AccumulateRun second;
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     second.run(*test.executor, makeAccumulate()));
  EXPECT_EQ(result.fallback, FallbackReason::Compilation);
  EXPECT_THAT(result.fallbackMessage,
              testing::HasSubstr("not for this device"));
  second.expectDone();
}

TEST(AsyncCompile, FailsWhereTheHostMayNotTakeOver) {
  Gate gate;
  gate.open();
  TestExecutor test =
      makeMockExecutor({.cpuFallback = false, .asyncCompile = true});
  test.mock->failAlways(MockCall::Load, GpuErrorKind::KernelLoadingFailed);
  AccumulateRun run;
  cantFail(run.run(*test.executor, makeAccumulate()));
  test->waitForBackground();
  expectError(run.run(*test.executor, makeAccumulate()),
              ErrorCode::LoadingFailed, "");
}

TEST(AsyncCompile, IsAbandonedWithTheExecutor) {
  Gate gate;
  TestExecutor test = makeAsyncExecutor(gate);
  for (int64_t extra = 0; extra < 3; ++extra) {
    AccumulateRun run;
    cantFail(run.run(*test.executor, makeAccumulate("accumulate", extra)));
  }
  // Three for the host, and at most the first for the mock.
  gate.open();
  test.executor.reset();
  EXPECT_LE(test.compiler->compilations, 6u);
}

TEST(AsyncCompile, WaitsWhereTheHostCannotRunMeanwhile) {
  Gate gate;
  gate.open();
  TestExecutor test = makeAsyncExecutor(gate);
  AccumulateRun run;
  std::vector<ExecutorArg> args = run.getArgs();
  args[0] = GpuArg::rawPointer(0);
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     test->execute(makeAccumulate(), run.getRequest(args)));
  EXPECT_EQ(result.device, test.mock);
}
