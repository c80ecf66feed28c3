//===- ControlTest.cpp - Control blocks and timeouts ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ComputeTest.h"

#include "HartBatch.h"

#include "vmjit/Runtime/LaunchControl.h"

#include <thread>

using namespace llvm;
using namespace vmjit;

static vmjit_control &getControl(const GpuBuffer &buffer) {
  return *static_cast<vmjit_control *>(buffer.getHostPointer());
}

/// Gives \p buffer a new control block.
static void setControl(const GpuBuffer &buffer,
                       std::optional<uint64_t> stepBudget = std::nullopt) {
  getControl(buffer) = makeControl(stepBudget);
}

TEST_P(ComputeTest, RefusesControlBlocksThatDoNotFit) {
  VMJIT_ASSERT_VALUE(GpuKernel fill, load(TestProgram::Fill));
  VMJIT_ASSERT_VALUE(GpuKernel endless, load(TestProgram::Endless));
  constexpr auto kInvalid = GpuErrorKind::InvalidArgument;
  GpuBuffer p = allocate(64);
  GpuBuffer control = allocate(sizeof(vmjit_control), MemoryKind::Pinned);
  setControl(control);
  LaunchConfig config = {.control = &control};
  expectGpuError(
      device->executeKernel(fill, config, {GpuArg::buffer(p), GpuArg::u32(1)}),
      kInvalid, "not compiled to be stoppable");
  GpuArg args[] = {GpuArg::buffer(p)};
  getControl(control).abi_version = 77;
  expectGpuError(device->executeKernel(endless, config, args), kInvalid,
                 "ABI version 77");
  GpuBuffer small = allocate(sizeof(vmjit_control) - 1, MemoryKind::Pinned);
  config.control = &small;
  expectGpuError(device->executeKernel(endless, config, args), kInvalid,
                 "a control block is");
  GpuBuffer empty;
  config.control = &empty;
  expectGpuError(device->executeKernel(endless, config, args), kInvalid,
                 "is empty");
}

TEST_P(ComputeTest, StopsKernelsThatTakeTooLong) {
  VMJIT_NEEDS(StopsKernels);
  VMJIT_ASSERT_VALUE(GpuKernel kernel, load(TestProgram::Endless));
  GpuBuffer p = makeBuffer<uint32_t>({0});
  GpuBuffer control = allocate(sizeof(vmjit_control), MemoryKind::Pinned);
  for (int round = 0; round < 3; ++round) {
    setControl(control);
    LaunchConfig config = {.grid = {2}, .block = {32}, .control = &control};
    expectGpuError(device->executeKernel(kernel, config, {GpuArg::buffer(p)},
                                         std::chrono::milliseconds(20)),
                   GpuErrorKind::Timeout, "'endless'");
    EXPECT_TRUE(device->isAvailable());
    EXPECT_EQ(read<uint32_t>(p)[0], 1u);
    EXPECT_EQ(getControl(control).exit_count, 64u);
    EXPECT_EQ(getControl(control).exit_status, VMJIT_EXIT_Interrupted);
  }
}

TEST_P(ComputeTest, StopsKernelsOnStreams) {
  VMJIT_NEEDS(StopsKernels);
  VMJIT_ASSERT_VALUE(GpuKernel kernel, load(TestProgram::Endless));
  GpuStream stream = makeStream();
  GpuEvent end = makeEvent();
  GpuBuffer p = allocate(4);
  GpuBuffer control = allocate(sizeof(vmjit_control), MemoryKind::Pinned);
  setControl(control);
  expectSuccess(device->launchKernel(stream, kernel, {.control = &control},
                                     {GpuArg::buffer(p)}));
  expectSuccess(device->recordEvent(end, stream));
  EXPECT_FALSE(cantFail(stream.isIdle()));
  expectGpuError(end.synchronize(std::chrono::milliseconds(5)),
                 GpuErrorKind::Timeout, "0.005 s");
  EXPECT_FALSE(cantFail(end.isDone()));
  requestStop(getControl(control));
  expectSuccess(end.synchronize());
  EXPECT_EQ(getControl(control).exit_count, 1u);
}

TEST_P(ComputeTest, StopsHartsAndSaysWhereTheyAre) {
  VMJIT_NEEDS(StopsKernels);
  VMJIT_ASSERT_VALUE(GpuKernel kernel, load(TestProgram::HartEndless));
  GpuBuffer control = allocate(sizeof(vmjit_control), MemoryKind::Pinned);
  setControl(control);
  VMJIT_ASSERT_VALUE(
      HartBatch batch,
      HartBatch::create(*device, kernel.getStateLayout(), 70, &control));
  expectGpuError(device->executeKernel(kernel, batch.getConfig(),
                                       batch.getArgument(),
                                       std::chrono::milliseconds(20)),
                 GpuErrorKind::Timeout);
  expectSuccess(batch.readBack(*device));
  for (uint64_t hart : {0, 69}) {
    VMJIT_ASSERT_VALUE(ExitRecord exit, batch.state.getExit(hart));
    EXPECT_EQ(exit.status, ExitStatus::Interrupted) << describeExit(exit);
    EXPECT_EQ(exit.nextPc, kHartEntry);
    EXPECT_GT(batch.state.x(10, hart), 0u);
  }
}

TEST_P(ComputeTest, KeepsReportsOfConcurrentLaunchesApart) {
  VMJIT_ASSERT_VALUE(GpuKernel kernel, load(TestProgram::Fault));
  constexpr unsigned kLaunches = 8;
  std::vector<GpuStream> streams;
  std::vector<GpuBuffer> controls;
  std::vector<GpuBuffer> buffers;
  for (unsigned i = 0; i < kLaunches; ++i) {
    streams.push_back(makeStream());
    buffers.push_back(allocate(4 * 64));
    controls.push_back(allocate(sizeof(vmjit_control), MemoryKind::Pinned));
    setControl(controls.back());
  }
  for (unsigned i = 0; i < kLaunches; ++i) {
    // Launches without a block must report to none.
    bool hasControl = i % 4 != 3;
    LaunchConfig config = {.grid = {i + 1}, .block = {8}};
    config.control = hasControl ? &controls[i] : nullptr;
    expectSuccess(
        device->launchKernel(streams[i], kernel, config,
                             {GpuArg::buffer(buffers[i]), GpuArg::u32(i)}));
  }
  expectSuccess(device->synchronize());
  VMJIT_NEEDS(RunsCode);
  for (unsigned i = 0; i < kLaunches; ++i) {
    EXPECT_EQ(getControl(controls[i]).exit_count, i % 4 != 3 ? 1u : 0u) << i;
    if (i % 4 != 3)
      EXPECT_EQ(getControl(controls[i]).exit_status, VMJIT_EXIT_Fault);
  }
}

TEST_P(ComputeTest, EndsKernelsWithTheirStepBudget) {
  VMJIT_NEEDS(StopsKernels);
  VMJIT_ASSERT_VALUE(GpuKernel kernel, load(TestProgram::Endless));
  GpuBuffer p = allocate(4);
  GpuBuffer control = allocate(sizeof(vmjit_control), MemoryKind::Pinned);
  setControl(control, 1000);
  expectSuccess(
      device->executeKernel(kernel, {.control = &control}, {GpuArg::buffer(p)})
          .takeError());
  EXPECT_EQ(getControl(control).exit_status, VMJIT_EXIT_OutOfFuel);
}
