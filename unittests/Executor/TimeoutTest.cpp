//===- TimeoutTest.cpp - Tests of timeouts and step budgets -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestExecutor.h"

#include "vmjit/ABI/Control.h"

using namespace llvm;
using namespace vmjit;
using namespace std::chrono_literals;

TEST(ExecutorTimeout, StopsAnEndlessKernel) {
  TestExecutor test = makeHostExecutor({.timeout = 50ms});
  Expected<ExecutionResult> result =
      test->execute(makeEndlessKernel(), {.grid = {4}, .block = {8}});
  ASSERT_FALSE(static_cast<bool>(result));
  Error error = result.takeError();
  EXPECT_EQ(getErrorCode(error), ErrorCode::Timeout);
  std::string message = toString(std::move(error));
  EXPECT_THAT(message,
              testing::HasSubstr(" of 32 threads did not return; the first of "
                                 "them was stopped from outside at block "
                                 "0x1000"));
  EXPECT_THAT(message, testing::HasSubstr("it was stopped"));

  ExecutorStatistics statistics = test->getStatistics();
  EXPECT_EQ(statistics.timeouts, 1u);
  EXPECT_EQ(statistics.failures, 1u);
  EXPECT_EQ(statistics.getFallbackCount(), 0u);

  // The device and the executor are as good as new.
  AccumulateRun run;
  expectSuccess(run.run(*test.executor, makeAccumulate()).takeError());
  run.expectDone();
}

TEST(ExecutorTimeout, LeavesHartsWhereTheyWereStopped) {
  TestExecutor test = makeHostExecutor();
  VMJIT_ASSERT_VALUE(PreparedProgram prepared, test->prepare(makeEndless()));
  SumRun run = SumRun::create(prepared.getStateLayout(), 10);
  expectError(
      test->executeHarts(prepared, run.state, run.memory, 0, {.timeout = 50ms}),
      ErrorCode::Timeout, "");
  for (uint64_t hart = 0; hart < 10; ++hart) {
    ExitRecord exit = cantFail(run.state.getExit(hart));
    EXPECT_EQ(exit.status, ExitStatus::Interrupted);
    EXPECT_EQ(exit.nextPc, 0x1000u);
    EXPECT_GT(run.state.x(10, hart), 0u);
  }
}

TEST(ExecutorTimeout, CopiesStoppedHartsFromADevice) {
  TestExecutor test = makeMockExecutor({.timeout = 20ms});
  VMJIT_ASSERT_VALUE(PreparedProgram prepared, test->prepare(makeSum()));
  test.mock->hang();
  // When it is told to stop, it leaves a mark in the state.
  test.mock->setKernel([](const MockLaunch &launch) {
    auto *record = *static_cast<vmjit_hart_launch **>(launch.launch.args[0]);
    reinterpret_cast<uint64_t *>(record->state)[10 * record->tile] = 4711;
    return Error::success();
  });
  SumRun run = SumRun::create(prepared.getStateLayout(), 1);
  expectError(test->executeHarts(prepared, run.state, run.memory, 0),
              ErrorCode::Timeout, "");
  EXPECT_EQ(run.state.x(10, 0), 4711u);
  EXPECT_EQ(test->getStatistics().getFallbackCount(), 0u);
  test.mock->release();
}

TEST(ExecutorTimeout, IsOneEvenIfStoppedHartsCannotBeCopied) {
  TestExecutor test = makeMockExecutor({.timeout = 20ms});
  VMJIT_ASSERT_VALUE(PreparedProgram prepared, test->prepare(makeSum()));
  test.mock->hang();
  // Where they were is copied, but not what they wrote.
  test.mock->setKernel([&](const MockLaunch &) {
    test.mock->failCall(MockCall::Copy, 2, GpuErrorKind::MemoryCopyFailed);
    return Error::success();
  });
  SumRun run = SumRun::create(prepared.getStateLayout(), 1);
  Expected<ExecutionResult> result =
      test->executeHarts(prepared, run.state, run.memory, 0);
  ASSERT_FALSE(static_cast<bool>(result));
  Error error = result.takeError();
  EXPECT_EQ(getErrorCode(error), ErrorCode::Timeout);
  EXPECT_THAT(toString(std::move(error)),
              testing::HasSubstr("stopped harts were not copied back ("));
  run.expectUntouched();
  ExecutorStatistics statistics = test->getStatistics();
  EXPECT_EQ(statistics.timeouts, 1u);
  EXPECT_EQ(statistics.getFallbackCount(), 0u);
  test.mock->release();
}

TEST(ExecutorTimeout, DoesNotFallBack) {
  TestExecutor test = makeMockExecutor({.timeout = 20ms});
  test.mock->hang();
  AccumulateRun run;
  expectError(run.run(*test.executor, makeAccumulate()), ErrorCode::Timeout,
              "");
  run.expectUntouched();
  EXPECT_EQ(test->getStatistics().getFallbackCount(), 0u);
  EXPECT_EQ(test->getStatistics().timeouts, 1u);
  test.mock->release();
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     run.run(*test.executor, makeAccumulate()));
  EXPECT_EQ(result.device, test.mock);
}

TEST(ExecutorTimeout, IsNotAskedForByCodeThatCannotBeStopped) {
  std::vector<bool> stoppable;
  TestExecutor test = makeHostExecutor({.timeout = std::nullopt});
  test.compiler->hook = [&](const CompileOptions &options) {
    stoppable.push_back(options.stoppable);
    return Error::success();
  };
  auto run = [&](ExecutionRequest request) {
    AccumulateRun run;
    std::vector<ExecutorArg> args = run.getArgs();
    KernelRequest kernel = run.getRequest(args);
    kernel.request = request;
    cantFail(test->execute(makeAccumulate(), kernel));
    run.expectDone();
  };
  run({});
  run({.timeout = 0s});
  run({.stepBudget = VMJIT_UNLIMITED_STEPS});
  EXPECT_EQ(stoppable, (std::vector<bool>{false}));
  run({.timeout = 30s});
  run({.stepBudget = 1000});
  EXPECT_EQ(stoppable, (std::vector<bool>{false, true}));
}

TEST(ExecutorTimeout, ABudgetEndsThreadsAndIsNoFailure) {
  TestExecutor test =
      makeHostExecutor({.timeout = std::nullopt, .stepBudget = 100});
  VMJIT_ASSERT_VALUE(
      ExecutionResult result,
      test->execute(makeEndlessKernel(), {.grid = {4}, .block = {8}}));
  EXPECT_EQ(result.threads.faultCount, 32u);
  ASSERT_EQ(result.threads.faults.size(), 1u);
  EXPECT_EQ(result.threads.faults[0].exit.status, ExitStatus::OutOfFuel);
  EXPECT_EQ(result.threads.faults[0].exit.nextPc, 0x1000u);
  EXPECT_THAT(toString(checkKernelResult(result.threads)),
              testing::StartsWith("32 of 32 threads did not return; the first "
                                  "of them used up its budget of 100 steps at "
                                  "block 0x1000, op 1: thread ("));
  EXPECT_EQ(test->getStatistics().successes, 1u);
}

TEST(ExecutorTimeout, NamesTheOpThatCompiledCodeDoesNotHave) {
  namespace ops = vmir::ops;
  vmir::Program program;
  program.entry = 0x1000;
  program.params.emplace();
  program.blocks = {{0x1000,
                     {ops::Nop(), ops::FenvArith{2, 3, 3, 0, "add", 64, "rup"}},
                     vmir::terms::Ret()}};
  TestExecutor test = makeHostExecutor({.timeout = 30s});
  auto run = [&] {
    return toString(checkKernelResult(
        cantFail(test->execute(program, {.grid = {1}, .block = {1}})).threads));
  };
  EXPECT_THAT(run(), testing::EndsWith("block 0x1000, op 1: FenvArith, which "
                                       "only the interpreter has"));
  program.blocks[0].ops[1] = ops::VendorConfig{"x", 0, "y"};
  EXPECT_THAT(run(), testing::EndsWith("block 0x1000, op 1: VendorConfig 'y'"));
}

TEST(ExecutorTimeout, HartsGoOnAfterTheirBudget) {
  TestExecutor test = makeHostExecutor();
  VMJIT_ASSERT_VALUE(PreparedProgram prepared, test->prepare(makeSum()));
  SumRun run = SumRun::create(prepared.getStateLayout(), 100);
  unsigned launches = 0;
  bool isDone = false;
  while (!isDone && launches < 100) {
    ++launches;
    expectSuccess(test->executeHarts(prepared, run.state, run.memory,
                                     SumRun::kReturnPc, {.stepBudget = 3})
                      .takeError());
    isDone = true;
    for (uint64_t hart = 0; hart < 100; ++hart) {
      ExitRecord exit = cantFail(run.state.getExit(hart));
      if (exit.status != ExitStatus::OutOfFuel)
        continue;
      isDone = false;
      run.state.word(VMJIT_WORD_STATUS, hart) = 0;
    }
  }
  // Nine steps, three at a time, and then the end.
  EXPECT_EQ(launches, 3u);
  run.expectDone();
}

TEST(ExecutorTimeout, ReportsThreadsThatFault) {
  vmir::IRBuilder builder;
  builder.setParams({});
  builder.createBlock(0x1000).Nop().Fault(7);
  TestExecutor test = makeHostExecutor();
  VMJIT_ASSERT_VALUE(
      ExecutionResult result,
      test->execute(cantFail(builder.build()), {.grid = {1}, .block = {3}}));
  EXPECT_EQ(result.threads.faultCount, 3u);
  EXPECT_EQ(result.threads.faults[0].exit.status, ExitStatus::Fault);
  EXPECT_EQ(result.threads.faults[0].exit.detail, 7u);
}
