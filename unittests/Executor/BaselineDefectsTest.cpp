//===- BaselineDefectsTest.cpp - What the executor before this one got wrong -*-
// C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The executor that this one replaces looked kernels up by name alone, threw
// out any of them when it had too many, fell back exactly when that was
// forbidden, to other code than the kernel's, and never looked at its timeout.
// Each test would fail on it.
//
//===----------------------------------------------------------------------===//

#include "TestExecutor.h"

#include "vmjit/Runtime/DeviceManager.h"
#include "vmjit/Runtime/Host/HostCompute.h"

using namespace llvm;
using namespace vmjit;
using namespace std::chrono_literals;

namespace {
/// Devices of two drivers that find nothing, and of the host.
std::shared_ptr<DeviceManager> makeManagerWithoutGPU() {
  auto findNothing = [](StringRef library) {
    return [library]() -> Expected<std::vector<std::shared_ptr<GpuCompute>>> {
      return makeGpuError(GpuErrorKind::DriverBindingFailed,
                          library + " is not there");
    };
  };
  DeviceManagerOptions options;
  options.useEnvironment = false;
  options.drivers = {
      {DeviceType::CUDA, findNothing("libcuda.so.1")},
      {DeviceType::HIP, findNothing("libamdhip64.so")},
      {DeviceType::Host,
       [] { return std::vector<std::shared_ptr<GpuCompute>>{getTestHost()}; }}};
  return DeviceManager::create(std::move(options));
}

std::unique_ptr<Executor> makeExecutor(ExecutorOptions options,
                                       std::shared_ptr<DeviceManager> devices) {
  return cantFail(Executor::create(
      std::move(options), {.devices = std::move(devices),
                           .compiler = std::make_shared<TestCompiler>()}));
}
} // namespace

TEST(BaselineDefects, AChangedProgramOfTheSameNameRunsChanged) {
  auto cache = std::make_shared<CodeCache>(
      CodeCacheOptions(), std::vector<std::unique_ptr<CacheLevel>>());
  TestExecutor test = makeHostExecutor({}, cache);
  for (int64_t extra : {1, 2, 1, 3}) {
    AccumulateRun run;
    cantFail(run.run(*test.executor, makeAccumulate("kernel", extra)));
    run.expectDone(extra);
  }
  EXPECT_EQ(test.compiler->compilations, 3u);
}

TEST(BaselineDefects, TheSameProgramOfAnotherNameIsAnotherOne) {
  // Names are part of what is compiled: the entry's symbol.
  TestExecutor test = makeHostExecutor();
  for (StringRef name : {"first", "second"}) {
    AccumulateRun run;
    cantFail(run.run(*test.executor, makeAccumulate(name)));
    run.expectDone();
  }
  EXPECT_EQ(test.compiler->compilations, 2u);
}

TEST(BaselineDefects, WhatIsUsedOftenStaysInTheCache) {
  TestExecutor test = makeHostExecutor({.maxLoadedPrograms = 3});
  auto run = [&](int64_t extra) {
    AccumulateRun run;
    cantFail(run.run(*test.executor, makeAccumulate("kernel", extra)));
    run.expectDone(extra);
  };
  run(0);
  for (int64_t other = 1; other <= 8; ++other) {
    run(other);
    run(0);
  }
  EXPECT_EQ(test.compiler->compilations, 9u);
}

TEST(BaselineDefects, HundredProgramsAreKept) {
  EXPECT_EQ(ExecutorOptions().maxLoadedPrograms, 100u);
}

TEST(BaselineDefects, WithoutAGPUTheHostRunsTheProgramIfItMay) {
  std::unique_ptr<Executor> executor =
      makeExecutor({}, makeManagerWithoutGPU());
  AccumulateRun run;
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     run.run(*executor, makeAccumulate()));
  // The same program, not something that was written for the occasion.
  run.expectDone();
  EXPECT_EQ(result.fallback, FallbackReason::NoDevice);
  EXPECT_EQ(result.device->getType(), DeviceType::Host);
  EXPECT_THAT(result.fallbackMessage,
              testing::HasSubstr("libcuda.so.1 is not there"));
  EXPECT_THAT(result.fallbackMessage,
              testing::HasSubstr("libamdhip64.so is not there"));
}

TEST(BaselineDefects, WithoutAGPUNothingRunsIfTheHostMayNot) {
  std::unique_ptr<Executor> executor =
      makeExecutor({.cpuFallback = false}, makeManagerWithoutGPU());
  AccumulateRun run;
  Expected<ExecutionResult> result = run.run(*executor, makeAccumulate());
  ASSERT_FALSE(static_cast<bool>(result));
  Error error = result.takeError();
  EXPECT_EQ(getGpuErrorKind(error), GpuErrorKind::NoDeviceAvailable);
  EXPECT_THAT(toString(std::move(error)), testing::HasSubstr("libcuda.so.1"));
  run.expectUntouched();
}

TEST(BaselineDefects, AHostThatWasChosenIsNoFallback) {
  std::unique_ptr<Executor> executor = makeExecutor(
      {.device = "host", .cpuFallback = false}, makeManagerWithoutGPU());
  AccumulateRun run;
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     run.run(*executor, makeAccumulate()));
  run.expectDone();
  EXPECT_EQ(result.fallback, FallbackReason::None);
}

TEST(BaselineDefects, ADeviceThatIsNotThereIsReplacedByTheHost) {
  std::unique_ptr<Executor> executor =
      makeExecutor({.device = "cuda:3"}, makeManagerWithoutGPU());
  AccumulateRun run;
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     run.run(*executor, makeAccumulate()));
  run.expectDone();
  EXPECT_EQ(result.fallback, FallbackReason::NoDevice);
}

TEST(BaselineDefects, NoDeviceAtAllIsAnError) {
  DeviceManagerOptions options;
  options.useEnvironment = false;
  options.drivers.emplace();
  std::unique_ptr<Executor> executor =
      makeExecutor({}, DeviceManager::create(std::move(options)));
  AccumulateRun run;
  Expected<ExecutionResult> result = run.run(*executor, makeAccumulate());
  ASSERT_FALSE(static_cast<bool>(result));
  Error error = result.takeError();
  EXPECT_EQ(getGpuErrorKind(error), GpuErrorKind::NoDeviceAvailable);
  consumeError(std::move(error));
  run.expectUntouched();
}

TEST(BaselineDefects, TheFirstGPUIsPreferredToTheHost) {
  auto mock = MockCompute::create();
  DeviceManagerOptions options;
  options.useEnvironment = false;
  options.drivers = {
      {DeviceType::CUDA,
       [mock] { return std::vector<std::shared_ptr<GpuCompute>>{mock}; }},
      {DeviceType::Host,
       [] { return std::vector<std::shared_ptr<GpuCompute>>{getTestHost()}; }}};
  std::unique_ptr<Executor> executor =
      makeExecutor({}, DeviceManager::create(std::move(options)));
  AccumulateRun run;
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     run.run(*executor, makeAccumulate()));
  EXPECT_EQ(result.device, mock);
  EXPECT_EQ(mock->getCallCount(MockCall::Launch), 1u);
}

TEST(BaselineDefects, TheTimeoutIsReadAndKept) {
  EXPECT_EQ(ExecutorOptions().timeout, std::chrono::nanoseconds(30s));
  TestExecutor test = makeHostExecutor({.timeout = 20ms});
  expectError(test->execute(makeEndlessKernel(), {.grid = {1}, .block = {1}}),
              ErrorCode::Timeout, "");
}

TEST(BaselineDefects, AMissingGPUIsNoPartOfATimeout) {
  std::unique_ptr<Executor> executor =
      makeExecutor({.timeout = 20ms}, makeManagerWithoutGPU());
  std::string message = toString(
      executor->execute(makeEndlessKernel(), {.grid = {1}, .block = {1}})
          .takeError());
  EXPECT_THAT(message, testing::StartsWith("1 of 1 thread was stopped"));
  EXPECT_THAT(message, testing::Not(testing::HasSubstr("libcuda")));

  // Where the host fails itself, it is worth knowing why it was the host.
  auto compiler = std::make_shared<TestCompiler>();
  compiler->hook = [](const CompileOptions &) {
    return makeError(ErrorCode::CompilationFailed, "not today");
  };
  executor = cantFail(Executor::create(
      {}, {.devices = makeManagerWithoutGPU(), .compiler = compiler}));
  expectError(
      executor->execute(makeEndlessKernel(), {.grid = {1}, .block = {1}}),
      ErrorCode::CompilationFailed, "libcuda.so.1 is not there");
}
