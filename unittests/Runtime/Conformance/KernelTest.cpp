//===- KernelTest.cpp - Kernels ---------------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ComputeTest.h"

#include "HartBatch.h"

#include "vmjit/Runtime/Mock/MockCompute.h"
#include "vmjit/VMIR/Builder.h"

#include <numeric>
#include <thread>

using namespace llvm;
using namespace vmjit;

namespace {
/// What Add works on.
struct AddOperands {
  explicit AddOperands(uint32_t count) : x(count), y(count), sums(count) {
    std::iota(x.begin(), x.end(), 1);
    std::iota(y.begin(), y.end(), 1000);
    for (uint32_t i = 0; i < count; ++i)
      sums[i] = x[i] + y[i];
  }
  std::vector<uint32_t> x;
  std::vector<uint32_t> y;
  std::vector<uint32_t> sums;
};
} // namespace

TEST_P(ComputeTest, LoadsKernelsWithWhatIsKnownOfThem) {
  VMJIT_ASSERT_VALUE(GpuKernel kernel, load(TestProgram::Add));
  EXPECT_EQ(kernel.getDevice(), device.get());
  EXPECT_EQ(kernel.getEntry().name, "add");
  EXPECT_EQ(kernel.getEntry().mode, EntryMode::Kernel);
  EXPECT_EQ(kernel.getEntry().params.size(), 4u);
  VMJIT_ASSERT_VALUE(const CodeObject *object,
                     getCodeObject(TestProgram::Add, *device));
  EXPECT_EQ(kernel.getTargetName(), object->getTargetName());
  expectSuccess(device->loadKernel(*object, "add").takeError());
  expectGpuError(device->loadKernel(*object, "sub"),
                 GpuErrorKind::InvalidArgument, "'sub'");
}

TEST_P(ComputeTest, WhatItCompiledItLoads) {
  VMJIT_ASSERT_VALUE(const CodeObject *object,
                     getCodeObject(TestProgram::Add, *device));
  std::optional<CodeObject> compiled;
  expectSuccess(device->loadKernel(*object, "", &compiled).takeError());
  if (!compiled)
    GTEST_SKIP() << "the driver compiles nothing";
  expectSuccess(compiled->verify());
  std::optional<CodeObject> again;
  expectSuccess(device->loadKernel(*compiled, "add", &again).takeError());
  EXPECT_FALSE(again.has_value());
}

TEST_P(ComputeTest, CompilesPrograms) {
  VMJIT_ASSERT_VALUE(
      GpuKernel kernel,
      device->compileKernel(getCompiler(), getProgram(TestProgram::Fill)));
  EXPECT_EQ(kernel.getEntry().name, "fill");
}

TEST_P(ComputeTest, SaysWhereProgramsDoNotCompile) {
  vmir::Program program = getProgram(TestProgram::Fill);
  program.blocks[0].ops.push_back(vmir::ops::GpuGlobalId{5, 3});
  Expected<GpuKernel> kernel = device->compileKernel(getCompiler(), program);
  ASSERT_FALSE(bool(kernel));
  GpuError error = takeGpuError(kernel.takeError());
  EXPECT_EQ(error.getKind(), GpuErrorKind::KernelCompilationFailed);
  EXPECT_EQ(error.getSubject().kernel, "fill");
  EXPECT_EQ(error.getSubject().place, (ProgramPlace{0x1000, 4}));
}

TEST_P(ComputeTest, RefusesCodeThatItCannotLoad) {
  VMJIT_ASSERT_VALUE(const CodeObject *object,
                     getCodeObject(TestProgram::Add, *device));
  constexpr auto kLoading = GpuErrorKind::KernelLoadingFailed;
  CodeObject other = *object;
  other.target = object->target == TargetKind::AMDGPU ? TargetKind::NVPTX
                                                      : TargetKind::AMDGPU;
  other.payloadKind = getPayloadKind(other.target);
  expectGpuError(device->loadKernel(other), kLoading, "cannot run on");
  CodeObject invalid = *object;
  invalid.payload.clear();
  expectGpuError(device->loadKernel(invalid), kLoading, "payload");
  if (device->getType() == DeviceType::Mock)
    return; // It does not look at the payload.
  CodeObject damaged = *object;
  damaged.payload = {'n', 'o', ' ', 'c', 'o', 'd', 'e'};
  expectGpuError(device->loadKernel(damaged), kLoading);
  expectSuccess(load(TestProgram::Add).takeError());
}

TEST_P(ComputeTest, RunsKernels) {
  AddOperands operands(1000);
  VMJIT_ASSERT_VALUE(GpuKernel kernel, load(TestProgram::Add));
  GpuBuffer x = makeBuffer<uint32_t>(operands.x);
  GpuBuffer y = makeBuffer<uint32_t>(operands.y);
  GpuBuffer z = allocate(4000);
  expectSuccess(device->fillMemory(z, 0, 4000));
  GpuArg args[] = {GpuArg::buffer(x), GpuArg::buffer(y), GpuArg::buffer(z),
                   GpuArg::i32(1000)};
  Expected<GpuExecutionResult> result =
      device->executeKernel(kernel, {.grid = {8}, .block = {128}}, args);
  ASSERT_TRUE(bool(result)) << toString(result.takeError());
  VMJIT_NEEDS(RunsCode);
  EXPECT_GT(result->deviceNanoseconds, 0u);
  EXPECT_EQ(read<uint32_t>(z), operands.sums);
}

TEST_P(ComputeTest, RunsKernelsWithATimeoutThatIsNotReached) {
  VMJIT_ASSERT_VALUE(GpuKernel kernel, load(TestProgram::Fill));
  GpuBuffer p = allocate(256);
  for (auto timeout : {std::chrono::nanoseconds(std::chrono::hours(1)),
                       std::chrono::nanoseconds::max()})
    expectSuccess(device
                      ->executeKernel(kernel, {.block = {64}},
                                      {GpuArg::buffer(p), GpuArg::u32(1)},
                                      timeout)
                      .takeError());
}

TEST_P(ComputeTest, RunsKernelsOnStreams) {
  AddOperands operands(300);
  VMJIT_ASSERT_VALUE(GpuKernel kernel, load(TestProgram::Add));
  GpuStream stream = makeStream();
  GpuBuffer x = allocate(1200);
  GpuBuffer y = makeBuffer<uint32_t>(operands.y);
  GpuBuffer z = allocate(1200);
  std::vector<uint32_t> result(300);
  expectSuccess(device->copyH2DAsync(stream, x, asBytes<uint32_t>(operands.x)));
  {
    // Arguments are only read during the call.
    std::vector<GpuArg> args = {GpuArg::buffer(x), GpuArg::buffer(y),
                                GpuArg::buffer(z), GpuArg::u32(300)};
    expectSuccess(device->launchKernel(stream, kernel,
                                       {.grid = {3}, .block = {128}}, args));
  }
  expectSuccess(device->copyD2HAsync(stream, asWritableBytes(result), z));
  expectSuccess(stream.synchronize());
  VMJIT_NEEDS(RunsCode);
  EXPECT_EQ(result, operands.sums);
}

TEST_P(ComputeTest, OffsetsOfBuffersReachKernels) {
  VMJIT_ASSERT_VALUE(GpuKernel kernel, load(TestProgram::Fill));
  GpuBuffer p = makeBuffer<uint32_t>({1, 2, 3, 4});
  for (GpuArg argument :
       {GpuArg::buffer(p, 4), GpuArg::rawPointer(p.getAddress() + 8)})
    expectSuccess(device->executeKernel(kernel, {}, {argument, GpuArg::u8(9)})
                      .takeError());
  VMJIT_NEEDS(RunsCode);
  EXPECT_THAT(read<uint32_t>(p), testing::ElementsAre(1, 9, 9, 4));
}

TEST_P(ComputeTest, RefusesLaunchesThatDoNotFitTheDevice) {
  VMJIT_ASSERT_VALUE(GpuKernel kernel, load(TestProgram::Fill));
  VMJIT_ASSERT_VALUE(GpuDeviceInfo info, device->deviceInfo());
  GpuBuffer p = allocate(64);
  GpuArg args[] = {GpuArg::buffer(p), GpuArg::u32(1)};
  GpuStream stream = makeStream();
  LaunchConfig bad[] = {
      {.grid = {0}},
      {.block = {1, 0}},
      {.block = {info.maxThreadsPerBlock + 1}},
      {.block = {info.maxThreadsPerBlock, 2}},
      {.block = {1, 1, 65}},
      {.grid = {1, 65536}},
      {.dynamicSharedBytes = info.sharedBytesPerBlock + 1},
      {.dynamicSharedBytes = ~uint64_t(0)},
  };
  for (const LaunchConfig &config : bad) {
    expectGpuError(device->executeKernel(kernel, config, args),
                   GpuErrorKind::InvalidArgument);
    expectGpuError(device->launchKernel(stream, kernel, config, args),
                   GpuErrorKind::InvalidArgument);
  }
  expectSuccess(
      device
          ->executeKernel(
              kernel, {.dynamicSharedBytes = info.sharedBytesPerBlock}, args)
          .takeError());
}

TEST_P(ComputeTest, RefusesArgumentsThatDoNotFitTheEntry) {
  VMJIT_ASSERT_VALUE(GpuKernel kernel, load(TestProgram::Fill));
  auto foreign = MockCompute::create({.index = 99});
  GpuBuffer other = cantFail(foreign->allocateMemory(16));
  GpuBuffer p = allocate(64);
  GpuBuffer empty;
  struct Row {
    std::vector<GpuArg> args;
    std::string reason;
  };
  Row rows[] = {
      {{}, "takes 2 arguments, not 0"},
      {{GpuArg::buffer(p)}, "takes 2 arguments, not 1"},
      {{GpuArg::buffer(p), GpuArg::u32(1), GpuArg::u32(1)}, "not 3"},
      {{GpuArg::u64(1), GpuArg::u32(1)}, "argument 0 of 'fill' is buffer"},
      {{GpuArg::buffer(p), GpuArg::f32(1)}, "is i32, not f32"},
      {{GpuArg::buffer(p), GpuArg::i64(1)}, "is i32, not i64"},
      {{GpuArg::buffer(other), GpuArg::u32(1)}, "of another device"},
      {{GpuArg::buffer(empty), GpuArg::u32(1)}, "empty"},
      {{GpuArg::buffer(p, 65), GpuArg::u32(1)}, "outside"}};
  GpuStream stream = makeStream();
  for (const Row &row : rows) {
    expectGpuError(device->executeKernel(kernel, {}, row.args),
                   GpuErrorKind::InvalidArgument, row.reason);
    expectGpuError(device->launchKernel(stream, kernel, {}, row.args),
                   GpuErrorKind::InvalidArgument, row.reason);
  }
  GpuKernel moved = std::move(kernel);
  GpuArg args[] = {GpuArg::buffer(p), GpuArg::u32(1)};
  // NOLINTNEXTLINE(bugprone-use-after-move)
  expectGpuError(device->executeKernel(kernel, {}, args),
                 GpuErrorKind::InvalidArgument, "empty");
  expectGpuError(foreign->executeKernel(moved, {}, args),
                 GpuErrorKind::InvalidArgument, "the kernel is of");
}

TEST_P(ComputeTest, RunsHarts) {
  VMJIT_ASSERT_VALUE(GpuKernel kernel, load(TestProgram::HartSum));
  EXPECT_EQ(kernel.getEntry().mode, EntryMode::Hart);
  VMJIT_ASSERT_VALUE(HartBatch batch,
                     HartBatch::create(*device, kernel.getStateLayout(), 100));
  Expected<GpuExecutionResult> result =
      device->executeKernel(kernel, batch.getConfig(), batch.getArgument());
  ASSERT_TRUE(bool(result)) << toString(result.takeError());
  expectSuccess(batch.readBack(*device));
  VMJIT_NEEDS(RunsCode);
  for (uint64_t hart = 0; hart < 100; ++hart) {
    uint64_t sum = (hart + 1) * (hart + 2) / 2;
    VMJIT_ASSERT_VALUE(ExitRecord exit, batch.state.getExit(hart));
    EXPECT_EQ(exit.status, ExitStatus::Return) << describeExit(exit);
    EXPECT_EQ(batch.state.x(10, hart), sum);
    uint64_t stored = 0;
    std::memcpy(&stored, batch.memory.getBytes(0, hart).data(), 8);
    EXPECT_EQ(stored, sum);
  }
}

TEST_P(ComputeTest, KernelsAreUnloadedAfterTheirWork) {
  GpuStream stream = makeStream();
  GpuBuffer p = makeBuffer<uint32_t>(std::vector<uint32_t>(256));
  for (uint32_t round = 1; round < 5; ++round) {
    {
      VMJIT_ASSERT_VALUE(GpuKernel kernel, load(TestProgram::Fill));
      expectSuccess(
          device->launchKernel(stream, kernel, {.grid = {4}, .block = {64}},
                               {GpuArg::buffer(p), GpuArg::u32(round)}));
    }
    expectSuccess(load(TestProgram::Add).takeError());
    expectSuccess(device->synchronize());
    if (has(ComputeFeature::RunsCode))
      EXPECT_EQ(read<uint32_t>(p), std::vector<uint32_t>(256, round));
  }
}

TEST_P(ComputeTest, KernelsOutliveTheHandleOfTheirDevice) {
  VMJIT_ASSERT_VALUE(GpuKernel kernel, load(TestProgram::Fill));
  GpuBuffer p = allocate(64);
  device.reset();
  devices.clear();
  GpuKernel copy = kernel;
  expectSuccess(
      copy.getDevice()
          ->executeKernel(kernel, {}, {GpuArg::buffer(p), GpuArg::u32(1)})
          .takeError());
}

TEST_P(ComputeTest, RunsOneKernelOnManyThreads) {
  VMJIT_ASSERT_VALUE(GpuKernel kernel, load(TestProgram::Fill));
  std::atomic<unsigned> mismatches = 0;
  std::vector<std::thread> threads;
  for (uint32_t thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      GpuStream stream = makeStream();
      for (uint32_t round = 0; round < 20; ++round) {
        GpuBuffer p = makeBuffer<uint32_t>(std::vector<uint32_t>(128));
        uint32_t value = thread * 100 + round;
        GpuArg args[] = {GpuArg::buffer(p), GpuArg::u32(value)};
        LaunchConfig config = {.grid = {2}, .block = {64}};
        if (round % 2) {
          expectSuccess(
              device->executeKernel(kernel, config, args).takeError());
        } else {
          expectSuccess(device->launchKernel(stream, kernel, config, args));
          expectSuccess(stream.synchronize());
        }
        if (has(ComputeFeature::RunsCode))
          mismatches += read<uint32_t>(p) != std::vector<uint32_t>(128, value);
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(mismatches, 0u);
}
