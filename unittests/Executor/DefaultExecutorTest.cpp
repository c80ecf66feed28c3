//===- DefaultExecutorTest.cpp - Tests of the executor with everything -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Executor/DefaultExecutor.h"

#include "TestExecutor.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>

using namespace llvm;
using namespace vmjit;

namespace {
/// A directory of its own for the cache, no GPU libraries, and variables that
/// are gone afterwards. Nothing else runs when variables change.
class DefaultExecutor : public testing::Test {
protected:
  DefaultExecutor() {
    if (std::error_code error =
            sys::fs::createUniqueDirectory("vmjit-default", directory))
      ADD_FAILURE() << error.message();
    set("VMJIT_CACHE", "on");
    set("VMJIT_CACHE_DIR", directory.c_str());
    for (const char *name : {"VMJIT_CUDA_LIBRARY", "VMJIT_HIP_LIBRARY"})
      set(name, (directory + "/none").str().c_str());
    for (const char *name : {"VMJIT_CACHE_MODE", "VMJIT_CACHE_REDIS",
                             "VMJIT_DEVICE", "VMJIT_TIMEOUT"})
      set(name, "");
  }
  ~DefaultExecutor() override {
    for (const std::string &name : names)
      unsetenv(name.c_str());
    sys::fs::remove_directories(directory);
  }
  void set(const char *name, const char *value) {
    setenv(name, value, /*overwrite=*/1);
    names.push_back(name);
  }

  SmallString<128> directory;
  std::vector<std::string> names;
};
} // namespace

TEST_F(DefaultExecutor, RunsOnWhatThereIs) {
  for (bool isFirst : {true, false}) {
    VMJIT_ASSERT_VALUE(std::unique_ptr<Executor> executor,
                       createDefaultExecutor());
    expectError(executor->getDevice().takeError(), ErrorCode::DeviceUnavailable,
                "");
    AccumulateRun run;
    VMJIT_ASSERT_VALUE(ExecutionResult result,
                       run.run(*executor, makeAccumulate()));
    run.expectDone();
    EXPECT_EQ(result.fallback, FallbackReason::NoDevice);
    EXPECT_EQ(result.device->getType(), DeviceType::Host);
    EXPECT_EQ(result.source,
              isFirst ? ExecutionSource::Compiled : ExecutionSource::Cache);
    EXPECT_EQ(result.cacheLevel, isFirst ? "" : "disk");
  }
}

TEST_F(DefaultExecutor, ObeysTheEnvironment) {
  set("VMJIT_DEVICE", "host");
  set("VMJIT_TIMEOUT", "7");
  set("VMJIT_CACHE", "off");
  VMJIT_ASSERT_VALUE(std::unique_ptr<Executor> executor,
                     createDefaultExecutor());
  VMJIT_ASSERT_VALUE(std::shared_ptr<GpuCompute> device, executor->getDevice());
  EXPECT_EQ(device->getType(), DeviceType::Host);
  EXPECT_EQ(executor->getOptions().timeout,
            std::chrono::nanoseconds(std::chrono::seconds(7)));
  AccumulateRun run;
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     run.run(*executor, makeAccumulate()));
  EXPECT_EQ(result.fallback, FallbackReason::None);
  std::vector<std::string> levels;
  for (const CacheLevelCounts &level : executor->getStatistics().cacheLevels)
    levels.push_back(level.name);
  EXPECT_EQ(levels, (std::vector<std::string>{"loaded", "memory"}));
}

TEST_F(DefaultExecutor, RefusesMalformedVariables) {
  set("VMJIT_TIMEOUT", "soon");
  expectError(createDefaultExecutor(), ErrorCode::InvalidArgument,
              "VMJIT_TIMEOUT");
  set("VMJIT_TIMEOUT", "");
  set("VMJIT_CACHE_MODE", "sometimes");
  expectError(createDefaultExecutor(), ErrorCode::InvalidArgument,
              "VMJIT_CACHE_MODE");
  set("VMJIT_CACHE_MODE", "");
  set("VMJIT_CACHE_REDIS", "nowhere");
  expectError(createDefaultExecutor(), ErrorCode::InvalidArgument,
              "VMJIT_CACHE_REDIS");
}

TEST_F(DefaultExecutor, RunsWithADirectoryThatCannotBeUsed) {
  SmallString<128> file = directory;
  file += "/file";
  std::error_code error;
  raw_fd_ostream(file, error) << "no directory";
  VMJIT_ASSERT_VALUE(
      std::unique_ptr<Executor> executor,
      createDefaultExecutor({.cacheDirectory = std::string(file)}));
  AccumulateRun run;
  expectSuccess(run.run(*executor, makeAccumulate()).takeError());
  run.expectDone();
}

TEST_F(DefaultExecutor, MustHitIsAnError) {
  set("VMJIT_CACHE_MODE", "must-hit");
  VMJIT_ASSERT_VALUE(std::unique_ptr<Executor> executor,
                     createDefaultExecutor());
  AccumulateRun run;
  expectError(run.run(*executor, makeAccumulate()), ErrorCode::CacheMiss, "");
  run.expectUntouched();
}
