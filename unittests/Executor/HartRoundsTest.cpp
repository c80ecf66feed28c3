//===- HartRoundsTest.cpp - Tests of harts with interpreted ops -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Harts go back and forth between compiled code and the interpreter; nobody
// should be able to tell.
//
//===----------------------------------------------------------------------===//

#include "TestExecutor.h"

#include "vmjit/Runtime/BlockCompletion.h"

using namespace llvm;
using namespace vmjit;
using namespace std::chrono_literals;
namespace ops = vmir::ops;
namespace terms = vmir::terms;

static constexpr uint64_t kReturnPc = SumRun::kReturnPc;

/// Divides 1 by F[1] upwards X[10] times, and counts in X[11] and X[12] how
/// often, before and after the division; then takes a square root, first thing
/// of a block.
static vmir::Program makeDivisions() {
  vmir::Program program;
  program.entry = 0x1000;
  program.blocks = {
      {0x1000,
       {ops::AddImm{11, 11, 1}, ops::MovImm{40, 7},
        ops::FenvArith{2, 3, 1, 0, "div", 64, "rup"}, ops::Add{12, 12, 40},
        ops::AddImm{10, 10, -1}},
       terms::CondJmp{10, 0x1000, 0x1040}},
      {0x1040,
       {ops::FenvArith{4, 1, 0, 0, "sqrt", 64, "dyn"}, ops::CsrRead{13, 1}},
       terms::Jmp{kReturnPc}}};
  return program;
}

TEST(HartRounds, InterpretsOpsOfTheFloatEnvironment) {
  TestExecutor test = makeHostExecutor();
  VMJIT_ASSERT_VALUE(PreparedProgram prepared,
                     test->prepare(makeDivisions(), EntryMode::Hart));
  for (std::optional<uint64_t> budget : {std::optional<uint64_t>(), {3}}) {
    VMJIT_ASSERT_VALUE(HartStateArray state,
                       HartStateArray::create(3, prepared.getStateLayout()));
    VMJIT_ASSERT_VALUE(HartMemory memory, HartMemory::create({}, 3));
    for (uint64_t hart = 0; hart < 3; ++hart) {
      state.initialize(hart, 0x1000);
      state.x(10, hart) = 3 + hart;
      state.f(1, hart) = 0x4008000000000000; // 3
      state.f(3, hart) = 0x3ff0000000000000; // 1
    }
    VMJIT_ASSERT_VALUE(ExecutionResult result,
                       test->executeHarts(prepared, state, memory, kReturnPc,
                                          {.stepBudget = budget}));
    EXPECT_EQ(result.device, getTestHost());
    for (uint64_t hart = 0; hart < 3; ++hart) {
      // With 3 steps the last one does not get to the end.
      bool isDone = !budget || hart < 2;
      EXPECT_EQ(state.word(VMJIT_WORD_STATUS, hart),
                isDone ? VMJIT_EXIT_Return : VMJIT_EXIT_OutOfFuel);
      EXPECT_EQ(state.x(11, hart), isDone ? 3 + hart : 4);
      EXPECT_EQ(state.x(12, hart), 7 * state.x(11, hart));
      EXPECT_EQ(state.f(2, hart), 0x3fd5555555555556u);
      EXPECT_EQ(state.f(4, hart), isDone ? 0x3ffbb67ae8584caau : 0);
      EXPECT_EQ(state.x(13, hart), isDone ? 1u : 0u);
    }
  }
}

TEST(HartRounds, EndsWhereFrmHasNoMode) {
  TestExecutor test = makeHostExecutor();
  VMJIT_ASSERT_VALUE(PreparedProgram prepared,
                     test->prepare(makeDivisions(), EntryMode::Hart));
  VMJIT_ASSERT_VALUE(HartStateArray state,
                     HartStateArray::create(1, prepared.getStateLayout()));
  VMJIT_ASSERT_VALUE(HartMemory memory, HartMemory::create({}, 1));
  state.initialize(0, 0x1040);
  state.word(*state.getCsrWord(3), 0) = 5 << 5;
  cantFail(test->executeHarts(prepared, state, memory, kReturnPc));
  EXPECT_EQ(state.word(VMJIT_WORD_STATUS, 0), VMJIT_EXIT_Unsupported);
  EXPECT_EQ(state.word(VMJIT_WORD_EXIT_PC, 0), 0x1040u);
  EXPECT_EQ(state.word(VMJIT_WORD_EXIT_OP, 0), 0u);
}

namespace {
/// Harts of a program with a page of memory each.
struct Harts {
  Harts(TestExecutor &test, const vmir::Program &program, uint64_t count)
      : test(test), prepared(cantFail(test->prepare(program, EntryMode::Hart))),
        state(
            cantFail(HartStateArray::create(count, prepared.getStateLayout()))),
        memory(cantFail(HartMemory::create({{0x10000, 4096}}, count))) {
    for (uint64_t hart = 0; hart < count; ++hart)
      state.initialize(hart, program.entry);
  }
  Expected<ExecutionResult> run(const ExecutionRequest &request = {}) {
    return test->executeHarts(prepared, state, memory, kReturnPc, request);
  }
  /// As one does who has served what a hart ended with.
  void resume(uint64_t hart) {
    state.word(VMJIT_WORD_STATUS, hart) = VMJIT_EXIT_Running;
    cantFail(completeBlocks(prepared.getProgram(), state, memory, kReturnPc));
  }
  ExitStatus getStatus(uint64_t hart) {
    return cantFail(state.getExit(hart)).status;
  }

  TestExecutor &test;
  PreparedProgram prepared;
  HartStateArray state;
  HartMemory memory;
};
} // namespace

TEST(HartRounds, KeepsTemporariesOfExitsBehindInterpretedOps) {
  vmir::Program program;
  program.entry = 0x1000;
  program.blocks = {{0x1000,
                     {ops::MovImm{41, 5}, ops::MovImm{43, 9},
                      ops::FenvArith{2, 3, 3, 0, "add", 64, "rup"},
                      ops::MovImm{40, 7}, ops::Add{42, 43, 40}, ops::SysCall{},
                      ops::Add{10, 40, 41}, ops::Load{11, 42, 0, 8, {}}},
                     terms::Jmp{kReturnPc}}};
  TestExecutor test = makeHostExecutor();
  Harts harts(test, program, 2);
  cantFail(harts.run());
  for (uint64_t hart = 0; hart < 2; ++hart) {
    EXPECT_EQ(harts.getStatus(hart), ExitStatus::Syscall);
    harts.resume(hart);
    EXPECT_EQ(harts.state.x(10, hart), 12u);
    EXPECT_EQ(cantFail(harts.state.getExit(hart)).detail, 16u);
  }
}

TEST(HartRounds, LeavesHartsThatHaveEnded) {
  TestExecutor test = makeHostExecutor();
  Harts harts(test, makeDivisions(), 2);
  // The second one ended where frm had no mode; now it has one.
  harts.state.initialize(1, 0x1040);
  harts.state.word(VMJIT_WORD_STATUS, 1) = VMJIT_EXIT_Unsupported;
  harts.state.word(VMJIT_WORD_EXIT_PC, 1) = 0x1040;
  harts.state.x(10, 0) = 1;
  cantFail(harts.run());
  EXPECT_EQ(harts.getStatus(0), ExitStatus::Return);
  EXPECT_EQ(harts.getStatus(1), ExitStatus::Unsupported);
  EXPECT_EQ(harts.state.x(13, 1), 0u);
  harts.resume(1);
  cantFail(harts.run());
  EXPECT_EQ(harts.getStatus(1), ExitStatus::Return);
}

TEST(HartRounds, StopsHartsAtInterpretedOpsWithTheOthers) {
  vmir::Program program = makeDivisions();
  program.blocks.push_back(
      {0x2000, {ops::AddImm{10, 10, 1}}, terms::Jmp{0x2000}});
  TestExecutor test = makeHostExecutor();
  Harts harts(test, program, 2);
  harts.state.x(10, 0) = 3;
  harts.state.initialize(1, 0x2000);
  expectError(harts.run({.timeout = 50ms}), ErrorCode::Timeout, "");
  ExitRecord exit = cantFail(harts.state.getExit(0));
  EXPECT_EQ(exit.status, ExitStatus::Interrupted);
  EXPECT_EQ(exit.pc, 0x1000u);
  EXPECT_EQ(exit.opIndex, 5u);
  EXPECT_EQ(exit.nextPc, 0x1000u);
  EXPECT_EQ(exit.nextOp, 0u);
  EXPECT_EQ(harts.state.x(12, 0), 7u);
  EXPECT_EQ(harts.getStatus(1), ExitStatus::Interrupted);
  // It goes on like any that was stopped.
  harts.resume(0);
  cantFail(harts.run());
  EXPECT_EQ(harts.getStatus(0), ExitStatus::Return);
  EXPECT_EQ(harts.state.x(12, 0), 21u);
}

TEST(HartRounds, SaysThatTheHostTookOverInAnyRound) {
  TestExecutor test = makeMockExecutor();
  Harts harts(test, makeDivisions(), 1);
  harts.state.x(10, 0) = 3;
  // The host does the first round; the mock runs no code in the second one.
  test.mock->failCall(MockCall::Launch, 1, GpuErrorKind::KernelExecutionFailed);
  VMJIT_ASSERT_VALUE(ExecutionResult result, harts.run());
  EXPECT_EQ(harts.state.x(12, 0), 7u);
  EXPECT_EQ(harts.getStatus(0), ExitStatus::Running);
  EXPECT_EQ(result.fallback, FallbackReason::Launch);
  EXPECT_FALSE(result.fallbackMessage.empty());
  EXPECT_EQ(test.getFallbacks(FallbackReason::Launch), 1u);
}

TEST(HartRounds, StopsWhatIsInterpretedForItsBudget) {
  vmir::Program program = makeDivisions();
  program.blocks.push_back(
      {0x2000, {ops::AddImm{10, 10, 1}}, terms::Jmp{0x2000}});
  TestExecutor test = makeHostExecutor();
  Harts harts(test, program, 2);
  harts.state.x(10, 0) = 3;
  harts.state.initialize(1, 0x2000);
  expectError(
      harts.run({.timeout = 50ms, .stepBudget = VMJIT_UNLIMITED_STEPS - 1}),
      ErrorCode::Timeout, "1 of 2 harts did not end in time");
  EXPECT_EQ(harts.getStatus(0), ExitStatus::Return);
  EXPECT_EQ(harts.getStatus(1), ExitStatus::Interrupted);
  EXPECT_EQ(harts.state.word(VMJIT_WORD_NEXT_PC, 1), 0x2000u);
  harts.resume(1);
  cantFail(harts.run(
      {.timeout = std::chrono::nanoseconds::max(), .stepBudget = 10}));
  EXPECT_EQ(harts.getStatus(1), ExitStatus::OutOfFuel);
}
