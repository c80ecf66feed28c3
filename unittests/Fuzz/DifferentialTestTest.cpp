//===- DifferentialTestTest.cpp - Engines against each other ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Fuzz/DifferentialTest.h"
#include "ErrorExpectations.h"
#include "vmjit/Fuzz/ProgramGenerator.h"
#include "vmjit/VMIR/Builder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace vmjit;
using namespace vmjit::fuzz;
using namespace vmjit::vmir;
using testing::HasSubstr;

namespace {
//===----------------------------------------------------------------------===//
// Comparing harts
//===----------------------------------------------------------------------===//

/// What is found when \p change is made to one of two equal harts.
template <class Change> std::string findAfter(Change change) {
  HartState expected;
  expected.reservation = {0x1000, 8, 5};
  HartState actual = expected;
  EXPECT_FALSE(fuzz::findDifference(expected, actual));
  change(actual);
  return fuzz::findDifference(expected, actual).value_or("");
}

TEST(FindDifference, NamesWhatIsNotTheSame) {
  EXPECT_EQ(findAfter([](HartState &hart) { hart.x[7] = 3; }),
            "x[7] is 0x3, expected 0x0");
  EXPECT_EQ(findAfter([](HartState &hart) { hart.f[31] = 3; }),
            "f[31] is 0x3, expected 0x0");
  EXPECT_EQ(findAfter([](HartState &hart) { hart.nzcv = 1u << 31; }),
            "nzcv is 0x80000000, expected 0x0");
  EXPECT_EQ(findAfter([](HartState &hart) { hart.csrs[768] = 3; }),
            "CSR 768 is 0x3, expected 0x0");
  EXPECT_EQ(findAfter([](HartState &hart) { hart.callStack = {1}; }),
            "the call stack has 1 entries, expected 0");
  EXPECT_EQ(findAfter([](HartState &hart) { hart.reservation.value = 6; }),
            "the reservation is 8 bytes at 0x1000 of value 0x6, expected 8 "
            "bytes at 0x1000 of value 0x5");
  EXPECT_THAT(findAfter([](HartState &hart) { hart.reservation.size = 0; }),
              HasSubstr("the reservation is 0 bytes"));
  EXPECT_THAT(findAfter([](HartState &hart) { hart.exit.opIndex = 9; }),
              HasSubstr("op 9"));
}

TEST(FindDifference, ComparesCallStackEntries) {
  HartState expected, actual;
  expected.callStack = {1, 2};
  actual.callStack = {1, 3};
  EXPECT_EQ(fuzz::findDifference(expected, actual),
            "call stack entry 1 is 0x3, expected 0x2");
}

TEST(FindDifference, PassesOverWhatDoesNotOutliveARun) {
  EXPECT_EQ(findAfter([](HartState &hart) { hart.temporaries = {{40, 1}}; }),
            "");
  EXPECT_EQ(findAfter([](HartState &hart) { hart.csrs[768] = 0; }), "");
  HartState expected, actual;
  expected.reservation = {0x1000, 0, 5};
  EXPECT_FALSE(fuzz::findDifference(expected, actual));
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

Program makeProgram(std::vector<Op> ops, Terminator term = terms::Ret{}) {
  Program program;
  program.entry = 0x1000;
  program.blocks.push_back({0x1000, std::move(ops), term});
  return program;
}

HartInputs makeInputs(uint64_t hartCount) {
  HartInputs inputs;
  inputs.returnPc = kReturnPc;
  inputs.harts.resize(hartCount);
  for (HartState &hart : inputs.harts)
    hart.startAt(0x1000);
  return inputs;
}

class DifferentialTestTest : public testing::Test {
protected:
  void SetUp() override {
    VMJIT_ASSERT_VALUE(DifferentialTest created, DifferentialTest::create());
    test.emplace(std::move(created));
  }

  /// The difference in words; empty for none.
  std::string run(const Program &program, const HartInputs &inputs) {
    llvm::Expected<std::optional<Difference>> found =
        test->run(program, inputs);
    if (!found)
      return "error: " + toString(found.takeError());
    return *found ? fuzz::describe(**found) : "";
  }
  void expectInvalid(const Program &program, const HartInputs &inputs,
                     const std::string &part) {
    expectError(test->run(program, inputs), ErrorCode::InvalidArgument, part);
  }

  std::optional<DifferentialTest> test;
};

TEST_F(DifferentialTestTest, FindsNothingInRandomPrograms) {
  for (uint64_t seed = 100000; seed < 100030; ++seed) {
    Program program = generateProgram(seed);
    EXPECT_EQ(run(program, generateInputs(seed, program, 16)), "")
        << "seed " << seed;
  }
}

// The position in the grid is another by definition.
TEST_F(DifferentialTestTest, FindsARegisterThatDiffers) {
  EXPECT_EQ(run(makeProgram({ops::GpuGlobalId{5, 0}}), makeInputs(2)),
            "host at -O0: hart 1: x[5] is 0x1, expected 0x0");
}

TEST_F(DifferentialTestTest, FindsMemoryThatDiffers) {
  HartInputs inputs = makeInputs(2);
  inputs.regions = {{.base = 0x2000, .size = 16}};
  inputs.contents = {std::vector<uint8_t>(32)};
  std::vector<Op> ops = {ops::GpuGlobalId{5, 0}, ops::MovImm{6, 0x2000},
                         ops::Store{5, 6, 3, 1, MemFlags()}, ops::MovImm{5, 0}};
  EXPECT_EQ(run(makeProgram(ops), inputs),
            "host at -O0: hart 1: byte 0x2003 is 0x1, expected 0x0");
}

TEST_F(DifferentialTestTest, FindsAnExitThatDiffers) {
  std::vector<Op> ops = {ops::GpuGlobalId{5, 0}};
  EXPECT_THAT(run(makeProgram(ops, terms::JmpReg{5, 0}), makeInputs(2)),
              HasSubstr("hart 1: exit is"));
}

TEST_F(DifferentialTestTest, LeavesOutHartsThatDoNotEnd) {
  // The first hart goes on for ever, the second returns.
  Program program = makeProgram(
      {ops::StoreExt{immediateOperand(1), imm64Operand(0x2000), 8, MemFlags()}},
      terms::CondJmp{5, 0x1000, kReturnPc});
  HartInputs inputs = makeInputs(2);
  inputs.harts[0].x[5] = 1;
  inputs.regions = {{.base = 0x2000, .size = 16}};
  inputs.contents = {std::vector<uint8_t>(32)};
  EXPECT_EQ(test->getUnfinishedHartCount(), 0u);
  EXPECT_EQ(run(program, inputs), "");
  EXPECT_EQ(test->getUnfinishedHartCount(), 1u);
}

TEST_F(DifferentialTestTest, ComparesEndlessHartsThatHaveABudget) {
  HartInputs inputs = makeInputs(2);
  inputs.stepBudget = 5;
  EXPECT_EQ(
      run(makeProgram({ops::AddImm{5, 5, 1}}, terms::Jmp{0x1000}), inputs), "");
  EXPECT_EQ(test->getUnfinishedHartCount(), 0u);
}

TEST_F(DifferentialTestTest, FindsAHartThatAloneUsesItsBudgetUp) {
  HartInputs inputs = makeInputs(2);
  inputs.stepBudget = 5;
  EXPECT_THAT(run(makeProgram({ops::GpuGlobalId{5, 0}},
                              terms::CondJmp{5, 0x1000, kReturnPc}),
                  inputs),
              HasSubstr("hart 1: exit is step budget used up"));
}

TEST_F(DifferentialTestTest, FindsWhatDiffersAfterANewBudget) {
  // The position is read in the third round, which is in the second run.
  HartInputs inputs = makeInputs(2);
  inputs.stepBudget = 1;
  Program program = makeProgram(
      {ops::AddImm{7, 7, 1}, ops::AddImm{8, 7, -3}, ops::Beq{8, 0, 0x2000}},
      terms::Jmp{0x1000});
  program.blocks.push_back(
      {0x2000, {ops::GpuGlobalId{5, 0}}, terms::Jmp{0x2000}});
  EXPECT_EQ(run(program, inputs),
            "host at -O0: run 2: hart 1: x[5] is 0x1, expected 0x0");
}

TEST_F(DifferentialTestTest, ComparesOnlyCsrsThatTheProgramNames) {
  HartInputs inputs = makeInputs(1);
  inputs.harts[0].csrs = {{768, 5}, {3, 255}};
  EXPECT_EQ(run(makeProgram({ops::CsrRead{5, 768}}), inputs), "");
  EXPECT_EQ(run(makeProgram({}), inputs), "");
}

TEST_F(DifferentialTestTest, KnowsTheSpellingThatImportMakesCanonical) {
  std::vector<Op> ops = {ops::Add{5 << 16, 6 << 16, 40 << 16},
                         ops::VecAnd{5, 6, 7, 3},
                         ops::VecOr{5, 6, 7, 8},
                         ops::VecXor{5, 6, 7, 1},
                         ops::VecNot{5, 6, 2},
                         ops::Atomic{5, 6, 7, AtomicOp::Add, 8},
                         ops::CsrWriteImm{768, 0xffffffff, 5}};
  EXPECT_EQ(run(makeProgram(ops), makeInputs(1)), "");
}

TEST_F(DifferentialTestTest, RejectsProgramsThatItCannotRun) {
  expectError(test->run(makeProgram({ops::SllImm{5, 6, 64}}), makeInputs(1)),
              ErrorCode::InvalidProgram, "shift amount");
  Program kernel = makeProgram({});
  kernel.params.emplace();
  expectInvalid(kernel, makeInputs(1), "not in hart mode");
}

TEST_F(DifferentialTestTest, RejectsInputsThatMakeNoSense) {
  Program program = makeProgram({});
  expectInvalid(program, makeInputs(0), "there are no harts");
  HartInputs inputs = makeInputs(2);
  inputs.harts[1].startAt(0x1000, 1);
  expectInvalid(program, inputs, "hart 1 starts inside a block");

  inputs = makeInputs(2);
  inputs.regions = {{.base = 0x2000, .size = 16}};
  expectInvalid(program, inputs, "1 regions have the contents of 0");
  inputs.contents = {std::vector<uint8_t>(16)};
  expectInvalid(program, inputs, "does not have 2 copies of its 16 bytes");
  inputs.contents = {std::vector<uint8_t>(33)};
  expectInvalid(program, inputs, "does not have 2 copies of its 16 bytes");
  inputs.contents = {std::vector<uint8_t>(32)};
  EXPECT_EQ(run(program, inputs), "");
  inputs.regions[0].isPrivate = false;
  inputs.contents = {std::vector<uint8_t>(16)};
  expectInvalid(program, inputs, "harts would race for the region at 0x2000");
  inputs.regions[0].flags = VMJIT_REGION_READ;
  EXPECT_EQ(run(program, inputs), "");

  inputs.regions.push_back(inputs.regions[0]);
  inputs.contents.push_back(inputs.contents[0]);
  expectInvalid(program, inputs, "");

  inputs = makeInputs(1);
  inputs.harts[0].callStack.resize(kCallStackDepth + 1);
  expectInvalid(program, inputs, "");
}
} // namespace
