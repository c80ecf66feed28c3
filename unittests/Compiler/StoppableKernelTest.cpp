//===- StoppableKernelTest.cpp - Budgets and reports of kernels -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernel mode on the host: who stops, who does not, and what is reported.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Compiler/Compiler.h"

#include "ErrorExpectations.h"
#include "vmjit/Interpreter/Interpreter.h"
#include "vmjit/Runtime/Host/HostDevice.h"
#include "vmjit/Runtime/Host/HostKernel.h"
#include "vmjit/Runtime/LaunchControl.h"
#include "vmjit/VMIR/Builder.h"

#include <atomic>
#include <thread>

using namespace llvm;
using namespace vmjit;
using vmjit::vmir::IRBuilder;
using vmjit::vmir::ParamType;
using vmjit::vmir::Program;

namespace {
/// p[global id] = 1000 + global id for even ids; the others never end.
Program makeHalfEndless() {
  IRBuilder b("half");
  b.setParams({ParamType::Buffer});
  b.createBlock(0x1000)
      .GpuGlobalId(5, 0)
      .SllImm(6, 5, 2)
      .Add(6, 6, 10)
      .MovImm(7, 1)
      .And(8, 5, 7)
      .AddImm(9, 5, 1000)
      .CondJmp(8, 0x1100, 0x1200);
  b.createBlock(0x1100).AddImm(11, 11, 1).Jmp(0x1100);
  b.createBlock(0x1200).Store(9, 6, 0, 4, {}).Ret();
  return cantFail(b.build());
}

/// Thread 0 of each block never comes to the barrier. The others meet there and
/// write 7 to p[global id].
Program makeEndlessBeforeBarrier() {
  IRBuilder b("barrier");
  b.setParams({ParamType::Buffer});
  b.createBlock(0x1000)
      .GpuThreadId(5, 0)
      .GpuGlobalId(6, 0)
      .SllImm(6, 6, 2)
      .Add(6, 6, 10)
      .MovImm(7, 7)
      .CondJmp(5, 0x1200, 0x1100);
  b.createBlock(0x1100).AddImm(11, 11, 1).Jmp(0x1100);
  b.createBlock(0x1200).GpuBarrier().Store(7, 6, 0, 4, {}).Ret();
  return cantFail(b.build());
}

/// Threads say in p[global id] that they run, for ever.
Program makeRunaway() {
  IRBuilder b("runaway");
  b.setParams({ParamType::Buffer});
  b.createBlock(0x1000)
      .GpuGlobalId(5, 0)
      .SllImm(6, 5, 2)
      .Add(6, 6, 10)
      .MovImm(7, 1)
      .Jmp(0x1100);
  b.createBlock(0x1100).Store(7, 6, 0, 4, {}).Jmp(0x1100);
  return cantFail(b.build());
}

/// Thread 5 makes a system call, all others return.
Program makeOneSyscall() {
  IRBuilder b("syscall");
  b.setParams({});
  b.createBlock(0x1000).GpuGlobalId(5, 0).AddImm(5, 5, -5).CondJmp(5, 0x1100,
                                                                   0x1200);
  b.createBlock(0x1100).Ret();
  b.createBlock(0x1200).Nop().SysCall().Ret();
  return cantFail(b.build());
}

class StoppableKernel : public testing::TestWithParam<OptLevel> {
protected:
  void SetUp() override {
    VMJIT_ASSERT_VALUE(device, HostDevice::create({/*threadCount=*/2}));
  }

  Expected<HostKernel> load(const Program &program) {
    CompileOptions options;
    options.optLevel = GetParam();
    options.stoppable = true;
    Expected<CodeObject> object = compiler.compile(program, options);
    if (!object)
      return object.takeError();
    return HostKernel::load(device, *object);
  }

  Compiler compiler;
  std::shared_ptr<HostDevice> device;
};

/// The report of \p control, which must make sense.
KernelResult getReport(const vmjit_control &control) {
  Expected<KernelResult> result = readReport(control);
  if (result)
    return std::move(*result);
  ADD_FAILURE() << toString(result.takeError());
  return {};
}

TEST_P(StoppableKernel, OneThreadThatStopsDisturbsNoOther) {
  Program program = makeHalfEndless();
  VMJIT_ASSERT_VALUE(HostKernel kernel, load(program));
  EXPECT_TRUE(kernel.getEntry().stoppable);
  std::vector<int32_t> data(96);
  int32_t *p = data.data();
  void *args[] = {&p};
  vmjit_control control = makeControl(5000);
  expectSuccess(kernel.launch({3}, {32}, 0, args, &control));
  for (int32_t i = 0; i < 96; ++i)
    EXPECT_EQ(data[i], i % 2 ? 0 : 1000 + i);

  KernelResult result = getReport(control);
  EXPECT_EQ(result.faultCount, 48u);
  ASSERT_EQ(result.faults.size(), 1u);
  const ThreadFault &fault = result.faults[0];
  ExitRecord expected{ExitStatus::OutOfFuel, 0x1100, 1, 0, 0, false, 0x1100, 0};
  EXPECT_EQ(fault.exit, expected) << describeExit(fault.exit);
  EXPECT_LT(fault.blockId.x, 3u);
  EXPECT_EQ(fault.threadId.x % 2, 1u);
  EXPECT_LT(fault.threadId.x, 32u);
  expectError(checkKernelResult(result), ErrorCode::ExecutionFailed,
              "48 threads did not return; the first of them used up its "
              "budget of 5000 steps at block 0x1100, op 1: thread (");

  // The interpreter says the same of its first.
  VMJIT_ASSERT_VALUE(Interpreter interpreter, Interpreter::create(program));
  KernelLaunch launch;
  launch.grid = {3};
  launch.block = {32};
  launch.arguments = {KernelArgument::inBuffer(
      {reinterpret_cast<uint8_t *>(data.data()), 4 * data.size()})};
  launch.stepLimit = 5000;
  VMJIT_ASSERT_VALUE(KernelResult interpreted, interpreter.runKernel(launch));
  EXPECT_EQ(interpreted.faultCount, 48u);
  EXPECT_EQ(interpreted.faults.front().exit, expected);
}

TEST_P(StoppableKernel, AThreadThatStopsIsNotMissedAtABarrier) {
  VMJIT_ASSERT_VALUE(HostKernel kernel, load(makeEndlessBeforeBarrier()));
  EXPECT_TRUE(kernel.getEntry().usesBarrier);
  std::vector<int32_t> data(24);
  int32_t *p = data.data();
  void *args[] = {&p};
  vmjit_control control = makeControl(3000);
  expectSuccess(kernel.launch({3}, {8}, 0, args, &control));
  for (int32_t i = 0; i < 24; ++i)
    EXPECT_EQ(data[i], i % 8 ? 7 : 0);
  KernelResult result = getReport(control);
  EXPECT_EQ(result.faultCount, 3u);
  ASSERT_EQ(result.faults.size(), 1u);
  EXPECT_EQ(result.faults[0].exit.status, ExitStatus::OutOfFuel);
  EXPECT_EQ(result.faults[0].threadId, (Dim3{0, 0, 0}));
}

TEST_P(StoppableKernel, AnotherThreadStopsARunaway) {
  VMJIT_ASSERT_VALUE(HostKernel kernel, load(makeRunaway()));
  std::vector<int32_t> data(8);
  int32_t *p = data.data();
  void *args[] = {&p};
  vmjit_control control = makeControl();
  std::thread stopper([&] {
    while (std::atomic_ref(data[0]).load() == 0)
      std::this_thread::yield();
    requestStop(control);
  });
  expectSuccess(kernel.launch({2}, {4}, 0, args, &control));
  stopper.join();
  KernelResult result = getReport(control);
  EXPECT_EQ(result.faultCount, 8u);
  ASSERT_EQ(result.faults.size(), 1u);
  ExitRecord expected{
      ExitStatus::Interrupted, 0x1100, 1, 0, 0, false, 0x1100, 0};
  EXPECT_EQ(result.faults[0].exit, expected);
}

TEST_P(StoppableKernel, ReportsEveryExitButReturns) {
  VMJIT_ASSERT_VALUE(HostKernel kernel, load(makeOneSyscall()));
  vmjit_control control = makeControl();
  expectSuccess(kernel.launch({2, 1, 1}, {2, 2, 1}, 0, {}, &control));
  // Global ids along x alone: 0 to 3.
  EXPECT_EQ(getReport(control).faultCount, 0u);
  expectSuccess(kernel.launch({3, 1, 1}, {2, 2, 2}, 0, {}, &control));
  KernelResult result = getReport(control);
  EXPECT_EQ(result.faultCount, 4u);
  ASSERT_EQ(result.faults.size(), 1u);
  ExitRecord expected{ExitStatus::Syscall, 0x1200, 1, 0, 0, false, 0x1200, 2};
  EXPECT_EQ(result.faults[0].exit, expected);
  EXPECT_EQ(result.faults[0].blockId, (Dim3{2, 0, 0}));
  EXPECT_EQ(result.faults[0].threadId.x, 1u);
  // Several launches with one block: the counts add up, the first stays.
  expectSuccess(kernel.launch({4, 1, 1}, {2, 1, 1}, 0, {}, &control));
  EXPECT_EQ(getReport(control).faultCount, 5u);
  // Nobody to report to.
  expectSuccess(kernel.launch({4, 1, 1}, {2, 1, 1}, 0, {}));
}

INSTANTIATE_TEST_SUITE_P(Levels, StoppableKernel,
                         testing::Values(OptLevel::O0, OptLevel::O3),
                         [](const auto &info) {
                           return "O" + std::to_string(unsigned(info.param));
                         });
} // namespace
