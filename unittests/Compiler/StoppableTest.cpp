//===- StoppableTest.cpp - Budgets and stop words, compiled -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Hart mode against the interpreter: wherever it stops and however often it
// goes on.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Compiler/Compiler.h"

#include "ErrorExpectations.h"
#include "vmjit/Interpreter/Interpreter.h"
#include "vmjit/Runtime/HartMemory.h"
#include "vmjit/Runtime/HartState.h"
#include "vmjit/Runtime/Host/HostDevice.h"
#include "vmjit/Runtime/Host/HostKernel.h"
#include "vmjit/Runtime/LaunchControl.h"
#include "vmjit/VMIR/Builder.h"

#include <atomic>
#include <thread>

using namespace llvm;
using namespace vmjit;
using vmjit::vmir::GuestAddr;
using vmjit::vmir::IRBuilder;
using vmjit::vmir::Program;

namespace {
constexpr GuestAddr kReturnPc = 0xdead0000;
constexpr GuestAddr kRunningFlag = 0x100000;

//===----------------------------------------------------------------------===//
// Programs, one for each kind of flow. X[5] counts what they do; they end when
// X[10] rounds are over, never if that is 0.
//===----------------------------------------------------------------------===//

Program makeSelfLoop() {
  IRBuilder b;
  b.createBlock(0x1000)
      .AddImm(5, 5, 1)
      .AddImm(10, 10, -1)
      .CondJmp(10, 0x1000, 0x1100);
  b.createBlock(0x1100).Jmp(kReturnPc);
  return cantFail(b.build());
}

/// The jump back is in the middle of a block.
Program makeSideExitLoop() {
  IRBuilder b;
  b.createBlock(0x1000).AddImm(5, 5, 1).Jmp(0x1100);
  b.createBlock(0x1100)
      .AddImm(10, 10, -1)
      .Bne(10, 0, 0x1000)
      .AddImm(5, 5, 1000)
      .Jmp(kReturnPc);
  return cantFail(b.build());
}

Program makeNestedLoops() {
  IRBuilder b;
  b.createBlock(0x1000).MovImm(6, 3).Jmp(0x1100);
  b.createBlock(0x1100).AddImm(5, 5, 1).AddImm(6, 6, -1).CondJmp(6, 0x1100,
                                                                 0x1200);
  b.createBlock(0x1200).AddImm(10, 10, -1).CondJmp(10, 0x1000, 0x1300);
  b.createBlock(0x1300).Jmp(kReturnPc);
  return cantFail(b.build());
}

/// The call goes up, the return comes back.
Program makeCallLoop() {
  IRBuilder b;
  b.createBlock(0x1000).AddImm(5, 5, 1).Call(0x2000, 0x1000);
  b.createBlock(0x1100).Jmp(kReturnPc);
  b.createBlock(0x2000).AddImm(10, 10, -1).CondJmp(10, 0x2100, 0x1100);
  b.createBlock(0x2100).AddImm(5, 5, 7).Ret();
  return cantFail(b.build());
}

/// Three handlers and a table in registers, as interpreters have it.
Program makeDispatchLoop() {
  IRBuilder b;
  b.createBlock(0x1000)
      .MovImm(6, 0x3000)
      .MovImm(7, 0x2000)
      .MovImm(8, kReturnPc)
      .Jmp(0x2000);
  b.createBlock(0x2000).AddImm(5, 5, 1).JmpReg(6, 0x100);
  b.createBlock(0x3000).AddImm(5, 5, 3).JmpReg(7, 0);
  b.createBlock(0x3100)
      .AddImm(10, 10, -1)
      .CmpNe(9, 10, 0)
      .Select(11, 9, 6, 8)
      .JmpReg(11, 0);
  return cantFail(b.build());
}

/// A loop with two ways in.
Program makeIrreducibleFlow() {
  IRBuilder b;
  b.createBlock(0x1000).CondJmp(10, 0x3000, 0x2000);
  b.createBlock(0x2000).AddImm(5, 5, 1).Jmp(0x3000);
  b.createBlock(0x3000)
      .AddImm(5, 5, 100)
      .AddImm(10, 10, -1)
      .CondJmp(10, 0x2000, 0x4000);
  b.createBlock(0x4000).Jmp(kReturnPc);
  return cantFail(b.build());
}

/// More ops than become values: the registers stay in the hart's state.
Program makeLargeLoop() {
  IRBuilder b;
  constexpr GuestAddr blockCount = 1000;
  for (GuestAddr block = 0; block < blockCount; ++block) {
    b.createBlock(0x1000 + 16 * block);
    for (int64_t op = 0; op < 5; ++op)
      b.AddImm(5, 5, op);
    if (block % 100 == 99 && block + 1 != blockCount)
      b.MovImm(6, 0x1000 + 16 * (block + 1)).JmpReg(6, 0);
    else if (block + 1 != blockCount)
      b.Jmp(0x1000 + 16 * (block + 1));
  }
  b.AddImm(10, 10, -1).CondJmp(10, 0x1000, kReturnPc);
  return cantFail(b.build());
}

struct Flow {
  const char *name;
  Program (*make)();
};

constexpr Flow kFlows[] = {{"SelfLoop", makeSelfLoop},
                           {"SideExitLoop", makeSideExitLoop},
                           {"NestedLoops", makeNestedLoops},
                           {"CallLoop", makeCallLoop},
                           {"DispatchLoop", makeDispatchLoop},
                           {"Irreducible", makeIrreducibleFlow},
                           {"Large", makeLargeLoop}};

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

/// A loaded hart-mode program and a hart of it.
class HostHart {
public:
  static Expected<HostHart> create(std::shared_ptr<HostDevice> device,
                                   const Program &program,
                                   const CompileOptions &options) {
    Compiler compiler;
    Expected<CodeObject> object = compiler.compile(program, options);
    if (!object)
      return object.takeError();
    Expected<HostKernel> kernel = HostKernel::load(std::move(device), *object);
    if (!kernel)
      return kernel.takeError();
    Expected<HartStateArray> state =
        HartStateArray::create(1, object->stateLayout);
    if (!state)
      return state.takeError();
    Expected<HartMemory> memory =
        HartMemory::create({{kRunningFlag, 16, /*isPrivate=*/false}}, 1);
    if (!memory)
      return memory.takeError();
    HostHart hart(std::move(*kernel), std::move(*state), std::move(*memory));
    hart.program = &program;
    return hart;
  }

  void start(uint64_t rounds) {
    state.initialize(0, program->entry);
    state.x(10, 0) = rounds;
  }

  /// Runs the hart from where it is.
  Error run(vmjit_control *control) {
    state.word(VMJIT_WORD_STATUS, 0) = VMJIT_EXIT_Running;
    vmjit_hart_launch launch = {};
    launch.abi_version = VMJIT_HART_ABI_VERSION;
    launch.return_pc = kReturnPc;
    launch.control = reinterpret_cast<uintptr_t>(control);
    state.describe(launch);
    memory.describe(launch);
    return kernel.launchHarts(launch);
  }

  HartState get() { return cantFail(state.getHart(0)); }
  const Entry &getEntry() const { return kernel.getEntry(); }
  uint32_t &getRunningFlag() {
    return *reinterpret_cast<uint32_t *>(memory.getBytes(0, 0).data());
  }

private:
  HostHart(HostKernel kernel, HartStateArray state, HartMemory memory)
      : kernel(std::move(kernel)), state(std::move(state)),
        memory(std::move(memory)) {}

  const Program *program = nullptr;
  HostKernel kernel;
  HartStateArray state;
  HartMemory memory;
};

CompileOptions makeOptions(OptLevel level, bool stoppable = true) {
  CompileOptions options;
  options.optLevel = level;
  options.mode = EntryMode::Hart;
  options.stoppable = stoppable;
  return options;
}

/// Runs \p state on the interpreter from where it is.
void interpret(const Interpreter &interpreter, HartState &state,
               std::optional<uint64_t> budget) {
  GuestMemory memory;
  state.startAt(state.exit.nextPc, state.exit.nextOp);
  cantFail(
      interpreter.runHart(state, memory, kReturnPc, {.stepLimit = budget}));
}

void expectSame(const HartState &actual, const HartState &expected) {
  EXPECT_EQ(actual.exit, expected.exit)
      << describeExit(actual.exit) << "; expected "
      << describeExit(expected.exit);
  EXPECT_EQ(actual.x, expected.x);
  EXPECT_EQ(actual.callStack, expected.callStack);
}

class StoppableFlow
    : public testing::TestWithParam<std::tuple<Flow, OptLevel>> {
protected:
  void SetUp() override {
    program = std::get<Flow>(GetParam()).make();
    VMJIT_ASSERT_VALUE(device, HostDevice::create({/*threadCount=*/1}));
    VMJIT_ASSERT_VALUE(
        HostHart loaded,
        HostHart::create(device, program,
                         makeOptions(std::get<OptLevel>(GetParam()))));
    hart = std::make_unique<HostHart>(std::move(loaded));
    VMJIT_ASSERT_VALUE(Interpreter created, Interpreter::create(program));
    interpreter = std::make_unique<Interpreter>(std::move(created));
  }

  Program program;
  std::shared_ptr<HostDevice> device;
  std::unique_ptr<HostHart> hart;
  std::unique_ptr<Interpreter> interpreter;
};

TEST_P(StoppableFlow, StopsWhereTheInterpreterDoes) {
  // Around multiples of the interval after which threads ask again, too.
  for (uint64_t budget : {0, 1, 2, 3, 10, 1023, 1024, 1025, 2048, 2500}) {
    SCOPED_TRACE(budget);
    hart->start(/*rounds=*/0);
    HartState expected;
    expected.x[10] = 0;
    expected.startAt(program.entry);
    vmjit_control control = makeControl(budget);
    expectSuccess(hart->run(&control));
    interpret(*interpreter, expected, budget);
    EXPECT_EQ(expected.exit.status, ExitStatus::OutOfFuel);
    EXPECT_LE(expected.exit.nextPc, expected.exit.pc);
    expectSame(hart->get(), expected);
    // Hart mode reports in the exit record, not in the control block.
    EXPECT_EQ(control.exit_count, 0u);
  }
}

TEST_P(StoppableFlow, GoesOnToTheSameEnd) {
  constexpr uint64_t rounds = 40;
  HartState whole;
  whole.x[10] = rounds;
  whole.startAt(program.entry);
  interpret(*interpreter, whole, std::nullopt);
  ASSERT_EQ(whole.exit.status, ExitStatus::Return);
  for (uint64_t budget : {1, 7}) {
    hart->start(rounds);
    vmjit_control control = makeControl(budget);
    unsigned stops = 0;
    do {
      expectSuccess(hart->run(&control));
      ++stops;
    } while (hart->get().exit.status == ExitStatus::OutOfFuel);
    expectSame(hart->get(), whole);
    EXPECT_GE(stops, rounds / 8);
  }
}

TEST_P(StoppableFlow, AnAmpleBudgetOrNoneDoesNotShow) {
  constexpr uint64_t rounds = 3000;
  HartState whole;
  whole.x[10] = rounds;
  whole.startAt(program.entry);
  interpret(*interpreter, whole, std::nullopt);
  ASSERT_EQ(whole.exit.status, ExitStatus::Return);
  vmjit_control ample = makeControl(1000000);
  vmjit_control unlimited = makeControl();
  for (vmjit_control *control :
       {&ample, &unlimited, static_cast<vmjit_control *>(nullptr)}) {
    hart->start(rounds);
    expectSuccess(hart->run(control));
    expectSame(hart->get(), whole);
  }
}

TEST_P(StoppableFlow, AStopWordThatIsSetBeforeStopsAtTheFirstStep) {
  hart->start(/*rounds=*/0);
  vmjit_control control = makeControl();
  requestStop(control);
  expectSuccess(hart->run(&control));
  GuestMemory memory;
  HartState expected;
  expected.startAt(program.entry);
  expectSuccess(interpreter->runHart(expected, memory, kReturnPc,
                                     {.stopWord = &control.stop}));
  EXPECT_EQ(expected.exit.status, ExitStatus::Interrupted);
  expectSame(hart->get(), expected);
}

INSTANTIATE_TEST_SUITE_P(
    All, StoppableFlow,
    testing::Combine(testing::ValuesIn(kFlows),
                     testing::Values(OptLevel::O0, OptLevel::O3)),
    [](const auto &info) {
      return std::string(std::get<Flow>(info.param).name) + "O" +
             std::to_string(unsigned(std::get<OptLevel>(info.param)));
    });

//===----------------------------------------------------------------------===//
// Stopping from outside
//===----------------------------------------------------------------------===//

/// Says that it runs, for ever.
Program makeRunaway() {
  IRBuilder b;
  b.createBlock(0x1000).MovImm(6, kRunningFlag).MovImm(7, 1).Jmp(0x1100);
  b.createBlock(0x1100).AddImm(5, 5, 1).Store(7, 6, 0, 4, {}).Jmp(0x1100);
  return cantFail(b.build());
}

class Stoppable : public testing::TestWithParam<OptLevel> {};

TEST_P(Stoppable, AnotherThreadStopsARunaway) {
  Program program = makeRunaway();
  VMJIT_ASSERT_VALUE(auto device, HostDevice::create({/*threadCount=*/1}));
  VMJIT_ASSERT_VALUE(HostHart hart, HostHart::create(device, program,
                                                     makeOptions(GetParam())));
  vmjit_control control = makeControl();
  hart.start(0);
  std::thread stopper([&] {
    // It runs when it is told to stop.
    while (std::atomic_ref(hart.getRunningFlag()).load() == 0)
      std::this_thread::yield();
    requestStop(control);
  });
  expectSuccess(hart.run(&control));
  stopper.join();
  HartState state = hart.get();
  ExitRecord expected{
      ExitStatus::Interrupted, 0x1100, 2, 0, 0, false, 0x1100, 0};
  EXPECT_EQ(state.exit, expected) << describeExit(state.exit);
  EXPECT_GT(state.x[5], 0u);

  // The device is as usable as before, and so is the hart.
  vmjit_control again = makeControl(10);
  uint64_t before = state.x[5];
  expectSuccess(hart.run(&again));
  EXPECT_EQ(hart.get().exit.status, ExitStatus::OutOfFuel);
  EXPECT_EQ(hart.get().x[5], before + 11);
}

TEST_P(Stoppable, OnlyStoppableCodeTakesAControlBlock) {
  Program program = makeSelfLoop();
  VMJIT_ASSERT_VALUE(auto device, HostDevice::create({/*threadCount=*/1}));
  VMJIT_ASSERT_VALUE(
      HostHart plain,
      HostHart::create(device, program, makeOptions(GetParam(), false)));
  EXPECT_FALSE(plain.getEntry().stoppable);
  vmjit_control control = makeControl();
  plain.start(1);
  expectError(plain.run(&control), ErrorCode::InvalidArgument,
              "not compiled to be stoppable");
  VMJIT_ASSERT_VALUE(HostHart hart, HostHart::create(device, program,
                                                     makeOptions(GetParam())));
  EXPECT_TRUE(hart.getEntry().stoppable);
  hart.start(1);
  control.abi_version = 77;
  expectError(hart.run(&control), ErrorCode::InvalidArgument, "version 77");
}

INSTANTIATE_TEST_SUITE_P(Levels, Stoppable,
                         testing::Values(OptLevel::O0, OptLevel::O3),
                         [](const auto &info) {
                           return "O" + std::to_string(unsigned(info.param));
                         });

TEST(StoppableNames, AProgramCannotBeCalledAsTheVariable) {
  Compiler compiler;
  IRBuilder b(VMJIT_CONTROL_ADDRESS_SYMBOL);
  b.createBlock(0x1000).Ret();
  Program program = cantFail(b.build());
  expectError(compiler.compile(program, makeOptions(OptLevel::O0)),
              ErrorCode::Unsupported, VMJIT_CONTROL_ADDRESS_SYMBOL);
  expectSuccess(
      compiler.compile(program, makeOptions(OptLevel::O0, false)).takeError());
}
} // namespace
