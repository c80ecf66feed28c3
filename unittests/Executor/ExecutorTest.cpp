//===- ExecutorTest.cpp - Tests of executions on the host -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Executor/Executor.h"
#include "vmjit/Runtime/Host/HostKernel.h"

#include "TestExecutor.h"

#include "vmjit/Interpreter/Interpreter.h"
#include "vmjit/Runtime/Host/HostKernel.h"

#include <atomic>
#include <thread>

using namespace llvm;
using namespace vmjit;
using vmir::ParamType;

TEST(Executor, RunsKernelsLikeTheInterpreter) {
  TestExecutor test = makeHostExecutor();
  AccumulateRun run;
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     run.run(*test.executor, makeAccumulate()));
  run.expectDone();
  EXPECT_EQ(result.device, getTestHost());
  EXPECT_EQ(result.fallback, FallbackReason::None);
  EXPECT_EQ(result.source, ExecutionSource::Compiled);
  EXPECT_FALSE(result.compileStages.empty());
  EXPECT_EQ(result.threads.faultCount, 0u);

  AccumulateRun other;
  std::fill(other.out.begin(), other.out.end(), 0);
  KernelLaunch launch;
  launch.grid = {5};
  launch.block = {20};
  auto addBuffer = [&](std::vector<uint64_t> &words) {
    launch.arguments.push_back(KernelArgument::inBuffer(
        {reinterpret_cast<uint8_t *>(words.data()), words.size() * 8}));
  };
  addBuffer(other.in);
  addBuffer(other.inout);
  addBuffer(other.out);
  launch.arguments.push_back(KernelArgument::i64(5));
  VMJIT_ASSERT_VALUE(Interpreter interpreter,
                     Interpreter::create(makeAccumulate()));
  VMJIT_ASSERT_VALUE(KernelResult interpreted, interpreter.runKernel(launch));
  EXPECT_TRUE(interpreted.succeeded());
  EXPECT_EQ(run.inout, other.inout);
  EXPECT_EQ(run.out, other.out);
}

TEST(Executor, StartsOutMemoryWithZeros) {
  // out[i] += 1.
  vmir::IRBuilder builder;
  builder.setParams({ParamType::Buffer});
  builder.createBlock(0x1000)
      .Load(5, 10, 0, 8, {})
      .AddImm(5, 5, 1)
      .Store(5, 10, 0, 8, {})
      .Ret();
  vmir::Program program = cantFail(builder.build());
  TestExecutor test = makeHostExecutor();
  for (int i = 0; i < 2; ++i) {
    std::vector<uint64_t> out(1, 12345);
    ExecutorArg args[] = {ExecutorArg::out(MutableArrayRef(out))};
    VMJIT_ASSERT_VALUE(
        ExecutionResult result,
        test->execute(program, {.grid = {1}, .block = {1}, .args = args}));
    EXPECT_EQ(out[0], 1u);
  }
}

TEST(Executor, TakesUnalignedAndEmptyMemory) {
  TestExecutor test = makeHostExecutor();
  AccumulateRun run;
  std::vector<uint8_t> bytes(8 * AccumulateRun::kCount + 1);
  std::vector<ExecutorArg> args = run.getArgs();
  args[2] = ExecutorArg::out(MutableArrayRef(bytes).drop_front());
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     test->execute(makeAccumulate(), run.getRequest(args)));
  EXPECT_EQ(std::memcmp(bytes.data() + 1, run.in.data(), 8 * run.in.size()), 0);

  vmir::IRBuilder builder;
  builder.setParams({ParamType::Buffer});
  builder.createBlock(0x1000).Ret();
  ExecutorArg empty[] = {ExecutorArg::inout(MutableArrayRef<uint64_t>())};
  VMJIT_ASSERT_VALUE(result,
                     test->execute(cantFail(builder.build()),
                                   {.grid = {1}, .block = {1}, .args = empty}));
}

TEST(Executor, PassesValuesOfAllTypes) {
  vmir::IRBuilder builder;
  builder.setParams({ParamType::Buffer, ParamType::I32, ParamType::I64,
                     ParamType::F32, ParamType::F64});
  builder.createBlock(0x1000)
      .Store(11, 10, 0, 4, {})
      .Store(12, 10, 8, 8, {})
      .Fstore(10, 10, 16, 4)
      .Fstore(11, 10, 24, 8)
      .Ret();
  std::vector<uint64_t> out(4);
  ExecutorArg args[] = {ExecutorArg::out(MutableArrayRef(out)), GpuArg::i32(-2),
                        GpuArg::u64(1ull << 40), GpuArg::f32(1.5f),
                        GpuArg::f64(-0.25)};
  TestExecutor test = makeHostExecutor();
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     test->execute(cantFail(builder.build()),
                                   {.grid = {1}, .block = {1}, .args = args}));
  EXPECT_EQ(out, (std::vector<uint64_t>{0xfffffffe, 1ull << 40,
                                        llvm::bit_cast<uint32_t>(1.5f),
                                        llvm::bit_cast<uint64_t>(-0.25)}));
}

TEST(Executor, WorksOnDeviceBuffers) {
  TestExecutor test = makeHostExecutor();
  std::shared_ptr<GpuCompute> host = getTestHost();
  VMJIT_ASSERT_VALUE(GpuBuffer buffer, host->allocateMemory(2400));
  std::vector<uint64_t> words(300);
  std::iota(words.begin(), words.end(), 0);
  ArrayRef bytes(reinterpret_cast<uint8_t *>(words.data()), 2400);
  expectSuccess(host->copyH2D(buffer, bytes));
  ExecutorArg args[] = {ExecutorArg::buffer(buffer),
                        ExecutorArg::buffer(buffer, 800),
                        ExecutorArg::buffer(buffer, 1600), GpuArg::u64(5)};
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     test->execute(makeAccumulate(),
                                   {.grid = {5}, .block = {20}, .args = args}));
  expectSuccess(
      host->copyD2H({reinterpret_cast<uint8_t *>(words.data()), 2400}, buffer));
  EXPECT_EQ(words[7], 0u);
  EXPECT_EQ(words[107], 107u + 7 + 5);
  EXPECT_EQ(words[207], 7u);
}

TEST(Executor, RefusesArgumentsThatDoNotFit) {
  TestExecutor test = makeMockExecutor();
  AccumulateRun run;
  vmir::Program program = makeAccumulate();
  auto execute = [&](std::vector<ExecutorArg> args) {
    return test->execute(program, run.getRequest(args));
  };
  std::vector<ExecutorArg> args = run.getArgs();
  args.pop_back();
  expectError(execute(args), ErrorCode::InvalidArgument,
              "4 parameters, but 3 arguments");
  args = run.getArgs();
  args[3] = GpuArg::f32(1);
  expectError(execute(args), ErrorCode::InvalidArgument,
              "argument 3 does not fit a parameter of type i64");
  args[3] = ExecutorArg::in(ArrayRef(run.in));
  expectError(execute(args), ErrorCode::InvalidArgument, "argument 3");

  GpuBuffer empty;
  VMJIT_ASSERT_VALUE(GpuBuffer onMock, test.mock->allocateMemory(800));
  VMJIT_ASSERT_VALUE(GpuBuffer onHost, getTestHost()->allocateMemory(800));
  args = run.getArgs();
  args[1] = ExecutorArg::buffer(onMock, 800);
  expectError(execute(args), ErrorCode::InvalidArgument,
              "argument 1 begins 800 bytes into a buffer of 800");
  args[1] = ExecutorArg::buffer(onMock);
  args[2] = ExecutorArg::buffer(onHost);
  expectError(execute(args), ErrorCode::InvalidArgument, "argument 2");
  args[2] = ExecutorArg::buffer(onMock);
  KernelRequest request = run.getRequest(args);
  request.request.device = getTestHost();
  expectError(test->execute(program, request), ErrorCode::InvalidArgument,
              "another device");
  run.expectUntouched();
  EXPECT_EQ(test.compiler->compilations, 0u);
}

TEST(Executor, RefusesWhatCannotBeLaunched) {
  TestExecutor test = makeHostExecutor();
  AccumulateRun run;
  std::vector<ExecutorArg> args = run.getArgs();
  KernelRequest request = run.getRequest(args);
  request.block = {1024, 2};
  expectError(test->execute(makeAccumulate(), request),
              ErrorCode::InvalidArgument, "threads");
  expectError(test->execute(makeSum(), request), ErrorCode::InvalidArgument,
              "no params");
  VMJIT_ASSERT_VALUE(PreparedProgram harts, test->prepare(makeSum()));
  expectError(test->execute(harts, request), ErrorCode::InvalidArgument,
              "hart mode");
}

TEST(Executor, RefusesInvalidPrograms) {
  TestExecutor test = makeHostExecutor();
  vmir::Program program = makeAccumulate();
  program.blocks.push_back(program.blocks.front());
  AccumulateRun run;
  expectError(run.run(*test.executor, program), ErrorCode::InvalidProgram, "");
  expectError(test->prepare(program), ErrorCode::InvalidProgram, "");
  EXPECT_EQ(test.compiler->compilations, 0u);
}

TEST(Executor, RefusesOptionsThatMakeNoSense) {
  expectError(Executor::create({}, {}), ErrorCode::InvalidArgument, "device");
  expectError(
      Executor::create({.maxLoadedPrograms = 0}, {.device = getTestHost()}),
      ErrorCode::InvalidArgument, "at least one program");
  expectError(Executor::create({.timeout = std::chrono::seconds(-1)},
                               {.device = getTestHost()}),
              ErrorCode::InvalidArgument, "negative");
}

TEST(Executor, FindsProgramsByContent) {
  TestExecutor test = makeHostExecutor();
  VMJIT_ASSERT_VALUE(PreparedProgram prepared, test->prepare(makeAccumulate()));
  EXPECT_EQ(prepared.getMode(), EntryMode::Kernel);
  EXPECT_EQ(prepared.getTimes().back().stage, "load");
  AccumulateRun first;
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     first.run(*test.executor, makeAccumulate()));
  EXPECT_EQ(result.source, ExecutionSource::Loaded);
  first.expectDone();
  AccumulateRun second;
  std::vector<ExecutorArg> args = second.getArgs();
  VMJIT_ASSERT_VALUE(result, test->execute(prepared, second.getRequest(args)));
  second.expectDone();
  EXPECT_EQ(test.compiler->compilations, 1u);
}

TEST(Executor, ForgetsTheLeastRecentlyUsedProgram) {
  TestExecutor test = makeHostExecutor({.maxLoadedPrograms = 2});
  auto run = [&](int64_t extra) {
    AccumulateRun run;
    ExecutionResult result =
        cantFail(run.run(*test.executor, makeAccumulate("accumulate", extra)));
    run.expectDone(extra);
    return result.source;
  };
  EXPECT_EQ(run(1), ExecutionSource::Compiled);
  EXPECT_EQ(run(2), ExecutionSource::Compiled);
  EXPECT_EQ(run(1), ExecutionSource::Loaded);
  EXPECT_EQ(run(3), ExecutionSource::Compiled);
  EXPECT_EQ(run(1), ExecutionSource::Loaded);
  EXPECT_EQ(run(2), ExecutionSource::Compiled);
  EXPECT_EQ(test->getStatistics().evictions, 2u);
  test->clear();
  EXPECT_EQ(run(2), ExecutionSource::Compiled);
}

TEST(Executor, KeepsPreparedProgramsLoaded) {
  TestExecutor test = makeHostExecutor({.maxLoadedPrograms = 1});
  VMJIT_ASSERT_VALUE(PreparedProgram prepared,
                     test->prepare(makeAccumulate("accumulate", 1)));
  AccumulateRun other;
  cantFail(other.run(*test.executor, makeAccumulate("accumulate", 2)));
  AccumulateRun run;
  std::vector<ExecutorArg> args = run.getArgs();
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     test->execute(prepared, run.getRequest(args)));
  EXPECT_EQ(result.source, ExecutionSource::Loaded);
  run.expectDone(1);
}

//===----------------------------------------------------------------------===//
// Hart mode
//===----------------------------------------------------------------------===//

TEST(Executor, RunsHartsLikeTheInterpreter) {
  TestExecutor test = makeHostExecutor();
  VMJIT_ASSERT_VALUE(PreparedProgram prepared, test->prepare(makeSum()));
  SumRun run = SumRun::create(prepared.getStateLayout(), 1000);
  VMJIT_ASSERT_VALUE(
      ExecutionResult result,
      test->executeHarts(prepared, run.state, run.memory, SumRun::kReturnPc));
  run.expectDone();
  EXPECT_EQ(result.device, getTestHost());

  SumRun other = SumRun::create(prepared.getStateLayout(), 1);
  VMJIT_ASSERT_VALUE(Interpreter interpreter, Interpreter::create(makeSum()));
  GuestMemory map;
  expectSuccess(
      map.addShared(SumRun::kBase, other.memory.getBytes(0, 0), true, true));
  VMJIT_ASSERT_VALUE(HartState hart, other.state.getHart(0));
  hart.startAt(hart.exit.nextPc);
  expectSuccess(interpreter.runHart(hart, map, SumRun::kReturnPc));
  expectSuccess(other.state.setHart(0, hart));
  for (uint64_t word = 0; word < other.state.getWordCount(); ++word)
    EXPECT_EQ(run.state.word(word, 0), other.state.word(word, 0)) << word;
}

TEST(Executor, GivesTheCodeThatTheHostHas) {
  TestExecutor test = makeHostExecutor();
  VMJIT_ASSERT_VALUE(PreparedProgram prepared,
                     test->prepare(makeSum(), EntryMode::Hart,
                                   {.timeout = std::chrono::seconds(0)}));
  std::shared_ptr<HostKernel> kernel = prepared.getHostKernel();
  ASSERT_TRUE(kernel);
  // Each hart by itself, on any thread.
  constexpr uint64_t count = 200;
  SumRun run = SumRun::create(prepared.getStateLayout(), count);
  std::atomic<uint64_t> next = 0;
  auto runNext = [&] {
    for (uint64_t hart; (hart = next++) < count;) {
      vmjit_hart_launch launch = {};
      launch.abi_version = VMJIT_HART_ABI_VERSION;
      launch.return_pc = SumRun::kReturnPc;
      run.state.describeHart(launch, hart);
      run.memory.describeHart(launch, hart);
      expectSuccess(kernel->launchHarts(launch, /*blockSize=*/1));
    }
  };
  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread < 4; ++thread)
    threads.emplace_back(runNext);
  for (std::thread &thread : threads)
    thread.join();
  run.expectDone();
  // It outlives what it was taken from.
  test->clear();
  EXPECT_EQ(kernel->getEntry().mode, EntryMode::Hart);
}

TEST(Executor, GivesNoCodeThatStops) {
  TestExecutor test = makeHostExecutor();
  VMJIT_ASSERT_VALUE(PreparedProgram prepared,
                     test->prepare(makeSum(), EntryMode::Hart,
                                   {.timeout = std::chrono::hours(1)}));
  EXPECT_FALSE(prepared.getHostKernel());
}

TEST(Executor, RunsHartsThatAreLaidOutOtherwise) {
  for (bool isMock : {false, true}) {
    TestExecutor test = isMock ? makeMockExecutor() : makeHostExecutor();
    VMJIT_ASSERT_VALUE(PreparedProgram prepared, test->prepare(makeSum()));
    if (isMock) {
      // Its code is for another tile than the state, and leaves a mark.
      test.mock->setKernel([](const MockLaunch &launch) {
        auto *record =
            *static_cast<vmjit_hart_launch **>(launch.launch.args[0]);
        auto *words = reinterpret_cast<uint64_t *>(record->state);
        EXPECT_EQ(record->tile, 1u);
        words[7 * record->word_count + 10] = 4711;
        return Error::success();
      });
    }
    HartStateLayout layout = prepared.getStateLayout();
    EXPECT_NE(layout.tile, 4u);
    layout.tile = 4;
    SumRun run = SumRun::create(layout, 10);
    VMJIT_ASSERT_VALUE(
        ExecutionResult result,
        test->executeHarts(prepared, run.state, run.memory, SumRun::kReturnPc));
    EXPECT_EQ(result.fallback, FallbackReason::None) << result.fallbackMessage;
    if (isMock)
      EXPECT_EQ(run.state.x(10, 7), 4711u);
    else
      run.expectDone();
  }
}

TEST(Executor, RefusesHartsThatDoNotFit) {
  TestExecutor test = makeHostExecutor();
  VMJIT_ASSERT_VALUE(PreparedProgram prepared, test->prepare(makeSum()));
  HartStateLayout layout = prepared.getStateLayout();
  SumRun run = SumRun::create(layout, 10);
  SumRun few = SumRun::create(layout, 5);
  expectError(test->executeHarts(prepared, run.state, few.memory, 0),
              ErrorCode::InvalidArgument, "fewer than 10 harts");
  layout.csrs.push_back(0x300);
  SumRun other = SumRun::create(layout, 10);
  expectError(test->executeHarts(prepared, other.state, run.memory, 0),
              ErrorCode::InvalidArgument, "words for each hart");
  VMJIT_ASSERT_VALUE(PreparedProgram kernel, test->prepare(makeAccumulate()));
  expectError(test->executeHarts(kernel, run.state, run.memory, 0),
              ErrorCode::InvalidArgument, "kernel mode");
  run.expectUntouched();
}
