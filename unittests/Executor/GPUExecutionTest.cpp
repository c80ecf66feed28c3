//===- GPUExecutionTest.cpp - Tests of executors on GPU drivers -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// On fake driver libraries, which check every call and run no kernel: what the
// executor asks of a GPU, and what it does when that fails.
//
//===----------------------------------------------------------------------===//

#include "TestExecutor.h"

#include "FakeDriver.h"

#include "vmjit/Cache/DiskCache.h"
#include "vmjit/Runtime/CUDA/CUDADriver.h"
#include "vmjit/Runtime/HIP/HIPDriver.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;
using namespace vmjit;
using namespace std::chrono_literals;

namespace {

/// A vendor and the names of its functions.
struct Vendor {
  const char *name;
  StringRef (*getPath)();
  Expected<std::vector<std::shared_ptr<GpuCompute>>> (*open)(StringRef);
  DeviceType type;
  const char *settings;
  const char *copyIn;
  const char *copyOut;
  const char *allocate;
  const char *load;
  const char *launch;
  int outOfMemory;
  int launchFailure;
};

const Vendor kVendors[] = {
    {"CUDA", getFakeCUDAPath, openCUDADevices, DeviceType::CUDA,
     "chip=sm_90 driver=12080", "cuMemcpyHtoDAsync_v2", "cuMemcpyDtoHAsync_v2",
     "cuMemAlloc_v2", "cuModuleLoadDataEx", "cuLaunchKernel", 2, 719},
    {"HIP", getFakeHIPPath, openHIPDevices, DeviceType::HIP, "chip=gfx90a",
     "hipMemcpyHtoDAsync", "hipMemcpyDtoHAsync", "hipMalloc",
     "hipModuleLoadData", "hipModuleLaunchKernel", 2, 719}};

class GPUExecution : public testing::TestWithParam<Vendor> {
protected:
  GPUExecution() : fake(GetParam().getPath()) {
    fake.reset();
    fake.configure(GetParam().settings);
    auto found = GetParam().open(fake.getPath());
    if (found)
      device = found->front();
    else
      ADD_FAILURE() << toString(found.takeError());
  }

  void makeExecutor(ExecutorOptions options = {},
                    std::shared_ptr<CodeCache> cache = nullptr) {
    test.executor = cantFail(
        Executor::create(std::move(options), {.device = device,
                                              .hostDevice = getTestHost(),
                                              .compiler = test.compiler,
                                              .cache = std::move(cache)}));
  }
  void TearDown() override {
    test.executor.reset();
    device.reset();
    EXPECT_EQ(fake.getViolations(), "");
    EXPECT_EQ(fake.getLeaks(), "");
    EXPECT_EQ(fake.getRunCount(), 0u);
  }

  /// Runs the accumulate kernel and expects the host to have done it.
  void expectTakenOver(FallbackReason reason) {
    AccumulateRun run;
    VMJIT_ASSERT_VALUE(ExecutionResult result,
                       run.run(*test.executor, makeAccumulate()));
    EXPECT_EQ(result.device, getTestHost());
    EXPECT_EQ(result.fallback, reason) << result.fallbackMessage;
    EXPECT_FALSE(result.fallbackMessage.empty());
    run.expectDone();
  }
  void fail(const char *function, int code) {
    fake.configure(Twine("fail=") + function + "@*:" + Twine(code));
  }

  FakeDriver fake;
  std::shared_ptr<GpuCompute> device;
  TestExecutor test;
};

} // namespace

INSTANTIATE_TEST_SUITE_P(Vendors, GPUExecution, testing::ValuesIn(kVendors),
                         [](const auto &info) {
                           return std::string(info.param.name);
                         });

TEST_P(GPUExecution, LaunchesWithCopiesOfHostMemory) {
  makeExecutor();
  AccumulateRun run;
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     run.run(*test.executor, makeAccumulate()));
  EXPECT_EQ(result.device, device);
  EXPECT_EQ(result.fallback, FallbackReason::None);
  EXPECT_EQ(fake.getLaunchCount(), 1u);
  fake_launch launch = fake.getLastLaunch();
  EXPECT_EQ(launch.grid[0], 5u);
  EXPECT_EQ(launch.block[0], 20u);
  if (GetParam().type == DeviceType::CUDA) {
    ASSERT_EQ(launch.arg_count, 4u);
    EXPECT_EQ(launch.args[3], 5u);
  }
  // Nothing ran: what went there came back, and what was to be written is zero.
  AccumulateRun fresh;
  EXPECT_EQ(run.in, fresh.in);
  EXPECT_EQ(run.inout, fresh.inout);
  EXPECT_EQ(run.out, std::vector<uint64_t>(AccumulateRun::kCount));
}

TEST_P(GPUExecution, LaunchesHartsWithCopiesOfTheirState) {
  makeExecutor();
  VMJIT_ASSERT_VALUE(PreparedProgram prepared, test->prepare(makeSum()));
  SumRun run = SumRun::create(prepared.getStateLayout(), 100);
  VMJIT_ASSERT_VALUE(
      ExecutionResult result,
      test->executeHarts(prepared, run.state, run.memory, SumRun::kReturnPc));
  EXPECT_EQ(result.device, device);
  fake_launch launch = fake.getLastLaunch();
  EXPECT_EQ(launch.grid[0], 2u);
  EXPECT_EQ(launch.block[0], 64u);
  run.expectUntouched();
}

TEST_P(GPUExecution, CompilesForTheDevice) {
  std::vector<TargetKind> targets;
  test.compiler->hook = [&](const CompileOptions &options) {
    targets.push_back(options.target.kind);
    return Error::success();
  };
  makeExecutor();
  fail(GetParam().launch, GetParam().launchFailure);
  expectTakenOver(FallbackReason::Launch);
  EXPECT_EQ(targets,
            (std::vector<TargetKind>{GetParam().type == DeviceType::CUDA
                                         ? TargetKind::NVPTX
                                         : TargetKind::AMDGPU,
                                     TargetKind::Host}));
}

TEST_P(GPUExecution, IsTakenOverWhenMemoryRunsOut) {
  makeExecutor();
  fail(GetParam().allocate, GetParam().outOfMemory);
  expectTakenOver(FallbackReason::Allocation);
}

TEST_P(GPUExecution, IsTakenOverWhenCodeIsNotLoaded) {
  makeExecutor();
  fail(GetParam().load, 209);
  expectTakenOver(FallbackReason::Loading);
}

TEST_P(GPUExecution, IsTakenOverWhenCopiesFail) {
  makeExecutor();
  cantFail(test->prepare(makeAccumulate()));
  fail(GetParam().copyIn, 1);
  expectTakenOver(FallbackReason::CopyIn);
}

TEST_P(GPUExecution, IsTakenOverWhenResultsDoNotComeBack) {
  makeExecutor();
  cantFail(test->prepare(makeAccumulate()));
  fail(GetParam().copyOut, 1);
  expectTakenOver(FallbackReason::CopyOut);
}

TEST_P(GPUExecution, IsTakenOverFromADeviceThatIsLost) {
  makeExecutor();
  fake.configure((Twine("fail-work=") + GetParam().launch + ":" +
                  Twine(GetParam().launchFailure))
                     .str());
  expectTakenOver(FallbackReason::Launch);
  // It stays lost.
  AccumulateRun run;
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     run.run(*test.executor, makeAccumulate()));
  EXPECT_EQ(result.device, getTestHost());
  run.expectDone();
}

TEST_P(GPUExecution, StopsAKernelThatHangs) {
  makeExecutor({.timeout = 50ms});
  fake.configure(Twine("hang=") + GetParam().launch);
  AccumulateRun run;
  expectError(run.run(*test.executor, makeAccumulate()), ErrorCode::Timeout,
              "it was stopped");
  run.expectUntouched();
  // The stop word was enough, and the device goes on.
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     run.run(*test.executor, makeAccumulate()));
  EXPECT_EQ(result.device, device);
  EXPECT_EQ(test->getStatistics().timeouts, 1u);
}

TEST_P(GPUExecution, KeepsWhatTheDriverCompiled) {
  if (GetParam().type != DeviceType::CUDA)
    GTEST_SKIP() << "HIP loads code objects as they are";
  SmallString<128> directory;
  ASSERT_FALSE(sys::fs::createUniqueDirectory("vmjit-driver-code", directory));
  auto makeCache = [&] {
    DiskCacheOptions disk;
    disk.directory = std::string(directory);
    std::vector<std::unique_ptr<CacheLevel>> levels;
    levels.push_back(cantFail(DiskCache::create(std::move(disk))));
    return std::make_shared<CodeCache>(CodeCacheOptions(), std::move(levels));
  };
  makeExecutor({}, makeCache());
  cantFail(test->prepare(makeAccumulate()));
  EXPECT_EQ(fake.getCallCount("cuLinkComplete"), 1u);

  // Another process: neither compiler has anything to do.
  makeExecutor({}, makeCache());
  AccumulateRun run;
  VMJIT_ASSERT_VALUE(ExecutionResult result,
                     run.run(*test.executor, makeAccumulate()));
  EXPECT_EQ(result.source, ExecutionSource::Cache);
  EXPECT_EQ(result.cacheLevel, "disk");
  EXPECT_EQ(fake.getCallCount("cuLinkComplete"), 1u);
  EXPECT_EQ(test.compiler->compilations, 1u);

  // A driver that does not take it any more gets the PTX again.
  makeExecutor({}, makeCache());
  fake.configure("fail=cuModuleLoadDataEx:209");
  VMJIT_ASSERT_VALUE(result, run.run(*test.executor, makeAccumulate()));
  EXPECT_EQ(result.device, device);
  EXPECT_EQ(fake.getCallCount("cuLinkComplete"), 2u);
  EXPECT_EQ(test.compiler->compilations, 1u);
  sys::fs::remove_directories(directory);
}
