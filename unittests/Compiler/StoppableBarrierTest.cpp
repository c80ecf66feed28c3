//===- StoppableBarrierTest.cpp - Budgets where threads meet ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels with barriers on the host against the interpreter, whose threads stop
// together, one by one, or before others meet: memory is the same bits after
// any budget.
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
#include <numeric>
#include <thread>

using namespace llvm;
using namespace vmjit;
using vmjit::vmir::IRBuilder;
using vmjit::vmir::ParamType;
using vmjit::vmir::Program;

namespace {
constexpr uint32_t kThreads = 48;
constexpr uint32_t kBlocks = 2;

/// X[5] is the thread's number, X[6] and X[7] the addresses of its word in p
/// and in shared memory.
IRBuilder &start(IRBuilder &b) {
  b.setParams({ParamType::Buffer, ParamType::I64});
  return b.createBlock(0x1000)
      .GpuThreadId(5, 0)
      .GpuGlobalId(6, 0)
      .SllImm(6, 6, 3)
      .Add(6, 6, 10)
      .GpuSharedBase(7)
      .SllImm(8, 5, 3)
      .Add(7, 7, 8);
}

/// p[first of the block] = the sum of the block, by halving; all make the same
/// steps.
Program makeTree() {
  IRBuilder b("tree");
  start(b)
      .Load(9, 6, 0, 8, {})
      .Store(9, 7, 0, 8, {})
      .GpuBarrier()
      .MovImm(18, 32)
      .Jmp(0x1100);
  b.createBlock(0x1100).CmpLtU(19, 5, 18).CondJmp(19, 0x1200, 0x1400);
  b.createBlock(0x1200).Add(20, 5, 18).MovImm(22, kThreads);
  b.CmpLtU(21, 20, 22).CondJmp(21, 0x1300, 0x1400);
  b.createBlock(0x1300)
      .SllImm(21, 18, 3)
      .Add(21, 21, 7)
      .Load(21, 21, 0, 8, {})
      .Load(9, 7, 0, 8, {})
      .Add(9, 9, 21)
      .Store(9, 7, 0, 8, {})
      .Jmp(0x1400);
  b.createBlock(0x1400).GpuBarrier().SrlImm(18, 18, 1).CondJmp(18, 0x1100,
                                                               0x1500);
  b.createBlock(0x1500).CondJmp(5, 0x1700, 0x1600);
  b.createBlock(0x1600).Load(9, 7, 0, 8, {}).Store(9, 6, 0, 8, {}).Ret();
  b.createBlock(0x1700).Ret();
  return cantFail(b.build());
}

/// Thread i makes i rounds alone, writing each to p; then all make rounds in
/// which each adds what its neighbour has.
Program makeUnevenRounds() {
  IRBuilder b("uneven");
  start(b).Mov(9, 5).MovImm(18, 0).CondJmp(9, 0x1100, 0x1200);
  b.createBlock(0x1100)
      .AddImm(18, 18, 3)
      .Store(18, 6, 0, 8, {})
      .AddImm(9, 9, -1)
      .CondJmp(9, 0x1100, 0x1200);
  b.createBlock(0x1200).MovImm(19, 5).AddImm(20, 5, 1).MovImm(21, kThreads);
  b.Rem(20, 20, 21, true)
      .SllImm(20, 20, 3)
      .GpuSharedBase(21)
      .Add(20, 20, 21)
      .Jmp(0x1300);
  b.createBlock(0x1300)
      .Store(18, 7, 0, 8, {})
      .GpuBarrier()
      .Load(21, 20, 0, 8, {})
      .Add(18, 18, 21)
      .Store(18, 6, 0, 8, {})
      .GpuBarrier()
      .AddImm(19, 19, -1)
      .CondJmp(19, 0x1300, 0x1400);
  b.createBlock(0x1400).AddImm(18, 18, 1).Store(18, 6, 0, 8, {}).Ret();
  return cantFail(b.build());
}

/// Rounds for ever, or as many as the second argument says.
Program makeRounds() {
  IRBuilder b("rounds");
  start(b).MovImm(18, 0).Jmp(0x1100);
  b.createBlock(0x1100)
      .AddImm(18, 18, 1)
      .Store(18, 6, 0, 8, {})
      .GpuBarrier()
      .AddImm(11, 11, -1)
      .CondJmp(11, 0x1100, 0x1200);
  b.createBlock(0x1200).AddImm(18, 18, 100).Store(18, 6, 0, 8, {}).Ret();
  return cantFail(b.build());
}

/// As makeUnevenRounds at first; the rounds that follow never end.
Program makeEndlessAfterUneven() {
  IRBuilder b("endless");
  start(b).Mov(9, 5).CondJmp(9, 0x1100, 0x1200);
  b.createBlock(0x1100).AddImm(9, 9, -1).CondJmp(9, 0x1100, 0x1200);
  b.createBlock(0x1200)
      .AddImm(18, 18, 1)
      .Store(18, 6, 0, 8, {})
      .GpuBarrier()
      .AddImm(11, 11, -1)
      .CondJmp(11, 0x1200, 0x1300);
  b.createBlock(0x1300).Ret();
  return cantFail(b.build());
}

/// Every fifth thread makes a system call in the second round.
Program makeSyscallBetween() {
  IRBuilder b("between");
  start(b).MovImm(9, 5).Rem(9, 5, 9, true).MovImm(18, 4).Jmp(0x1100);
  b.createBlock(0x1100)
      .GpuBarrier()
      .Store(18, 6, 0, 8, {})
      .Or(19, 9, 18)
      .AddImm(19, 19, -3)
      .CondJmp(19, 0x1200, 0x1300);
  b.createBlock(0x1200).AddImm(18, 18, -1).CondJmp(18, 0x1100, 0x1400);
  b.createBlock(0x1300).SysCall().Ret();
  b.createBlock(0x1400).GpuBarrier().AddImm(18, 18, 77).Store(18, 6, 0, 8, {});
  b.Ret();
  return cantFail(b.build());
}

struct Kernel {
  const char *name;
  Program (*make)();
};

class StoppableBarriers
    : public testing::TestWithParam<std::tuple<Kernel, OptLevel>> {
protected:
  void SetUp() override {
    program = std::get<Kernel>(GetParam()).make();
    VMJIT_ASSERT_VALUE(device, HostDevice::create({/*threadCount=*/2}));
    CompileOptions options;
    options.optLevel = std::get<OptLevel>(GetParam());
    options.stoppable = true;
    VMJIT_ASSERT_VALUE(CodeObject object, compiler.compile(program, options));
    VMJIT_ASSERT_VALUE(HostKernel loaded, HostKernel::load(device, object));
    kernel = std::make_unique<HostKernel>(std::move(loaded));
    VMJIT_ASSERT_VALUE(Interpreter created, Interpreter::create(program));
    interpreter = std::make_unique<Interpreter>(std::move(created));
  }

  static std::vector<uint64_t> makeData() {
    std::vector<uint64_t> data(kThreads * kBlocks);
    std::iota(data.begin(), data.end(), 1000);
    return data;
  }

  Error launch(std::vector<uint64_t> &data, vmjit_control &control,
               uint64_t rounds) {
    uint64_t *p = data.data();
    void *args[] = {&p, &rounds};
    return kernel->launch({kBlocks}, {kThreads}, 8 * kThreads, args, &control);
  }

  Expected<KernelResult> interpret(std::vector<uint64_t> &data, uint64_t budget,
                                   uint64_t rounds) {
    KernelLaunch launch;
    launch.grid = {kBlocks};
    launch.block = {kThreads};
    launch.dynamicSharedBytes = 8 * kThreads;
    launch.arguments = {
        KernelArgument::inBuffer(
            {reinterpret_cast<uint8_t *>(data.data()), 8 * data.size()}),
        KernelArgument::i64(int64_t(rounds))};
    launch.stepLimit = budget;
    launch.maxReports = kThreads * kBlocks;
    return interpreter->runKernel(launch);
  }

  Program program;
  Compiler compiler;
  std::shared_ptr<HostDevice> device;
  std::unique_ptr<HostKernel> kernel;
  std::unique_ptr<Interpreter> interpreter;
};

/// Whether \p faults has \p fault: the same thread with the same exit.
bool contains(ArrayRef<ThreadFault> faults, const ThreadFault &fault) {
  return any_of(faults, [&](const ThreadFault &other) {
    return other.blockId == fault.blockId && other.threadId == fault.threadId &&
           other.exit == fault.exit;
  });
}

TEST_P(StoppableBarriers, StopWhereTheInterpreterDoes) {
  for (uint64_t budget : {0, 1, 2, 3, 4, 5, 6, 7, 20, 46, 47, 48, 51, 1500}) {
    SCOPED_TRACE(budget);
    // In the last case more than are made between two looks at the budget.
    uint64_t rounds = budget == 1500 ? 5000 : 6;
    std::vector<uint64_t> data = makeData(), expected = makeData();
    vmjit_control control = makeControl(budget);
    expectSuccess(launch(data, control, rounds));
    VMJIT_ASSERT_VALUE(KernelResult interpreted,
                       interpret(expected, budget, rounds));
    EXPECT_EQ(data, expected);
    VMJIT_ASSERT_VALUE(KernelResult result, readReport(control));
    EXPECT_EQ(result.faultCount, interpreted.faultCount);
    for (const ThreadFault &fault : result.faults)
      EXPECT_TRUE(contains(interpreted.faults, fault))
          << describeThreadFault(fault);
  }
}

TEST_P(StoppableBarriers, EndAsCodeThatIsNotStoppableDoes) {
  CompileOptions options;
  options.optLevel = std::get<OptLevel>(GetParam());
  VMJIT_ASSERT_VALUE(CodeObject object, compiler.compile(program, options));
  VMJIT_ASSERT_VALUE(HostKernel plain, HostKernel::load(device, object));
  std::vector<uint64_t> data = makeData(), expected = makeData();
  uint64_t *p = expected.data(), rounds = 3000;
  void *args[] = {&p, &rounds};
  expectSuccess(
      plain.launch({kBlocks}, {kThreads}, 8 * kThreads, args, nullptr));
  vmjit_control control = makeControl();
  expectSuccess(launch(data, control, rounds));
  EXPECT_EQ(data, expected);
}

INSTANTIATE_TEST_SUITE_P(
    Kernels, StoppableBarriers,
    testing::Combine(
        testing::Values(Kernel{"Tree", makeTree},
                        Kernel{"UnevenRounds", makeUnevenRounds},
                        Kernel{"Rounds", makeRounds},
                        Kernel{"EndlessAfterUneven", makeEndlessAfterUneven},
                        Kernel{"SyscallBetween", makeSyscallBetween}),
        testing::Values(OptLevel::O0, OptLevel::O2)),
    [](const auto &info) {
      return std::string(std::get<Kernel>(info.param).name) + "O" +
             std::to_string(unsigned(std::get<OptLevel>(info.param)));
    });

class EndlessBarriers : public StoppableBarriers {};

TEST_P(EndlessBarriers, EndWhenTheStopWordIsSet) {
  std::vector<uint64_t> data(kThreads * kBlocks);
  vmjit_control control = makeControl();
  std::thread stopper([&] {
    // All blocks but the last may have to wait for a worker.
    while (std::atomic_ref(data[0]).load() == 0)
      std::this_thread::yield();
    requestStop(control);
  });
  expectSuccess(launch(data, control, /*rounds=*/0));
  stopper.join();
  VMJIT_ASSERT_VALUE(KernelResult result, readReport(control));
  EXPECT_EQ(result.faultCount, kThreads * kBlocks);
  ASSERT_EQ(result.faults.size(), 1u);
  EXPECT_EQ(result.faults[0].exit.status, ExitStatus::Interrupted);
  // All have made the same rounds, give or take one.
  for (uint32_t block = 0; block < kBlocks; ++block) {
    ArrayRef<uint64_t> rounds =
        ArrayRef(data).slice(block * kThreads, kThreads);
    auto [least, most] = std::minmax_element(rounds.begin(), rounds.end());
    EXPECT_LE(*most - *least, 1024u);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kernels, EndlessBarriers,
    testing::Combine(testing::Values(Kernel{"Rounds", makeRounds},
                                     Kernel{"EndlessAfterUneven",
                                            makeEndlessAfterUneven}),
                     testing::Values(OptLevel::O0, OptLevel::O2)),
    [](const auto &info) {
      return std::string(std::get<Kernel>(info.param).name) + "O" +
             std::to_string(unsigned(std::get<OptLevel>(info.param)));
    });
} // namespace
