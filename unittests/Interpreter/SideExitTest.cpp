//===- SideExitTest.cpp - Tests of branches in blocks -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

using namespace vmjit;

namespace {
/// Whether \p op, which goes to kReturnPc, does so with these X[1] and X[2].
bool isTaken(vmir::Op op, uint64_t x1, uint64_t x2) {
  HartState state;
  state.x[1] = x1;
  state.x[2] = x2;
  state = runBlocks({{kBlockPc, {op}, terms::Jmp{0x3000}}}, state);
  bool taken = state.exit.status == ExitStatus::Return;
  // From the op or from the terminator.
  EXPECT_EQ(state.exit, taken ? exitTo(ExitStatus::Return, 0, kReturnPc)
                              : exitTo(ExitStatus::LeftRegion, 1, 0x3000));
  return taken;
}
} // namespace

TEST(SideExit, ConditionsLookAtAllBits) {
  const uint64_t values[] = {0, 1, kMinusOne, kMinInt64, kMaxInt64};
  for (uint64_t a : values)
    for (uint64_t b : values) {
      EXPECT_EQ(isTaken(ops::Beq{1, 2, kReturnPc}, a, b), a == b);
      EXPECT_EQ(isTaken(ops::Bne{1, 2, kReturnPc}, a, b), a != b);
    }
  EXPECT_FALSE(isTaken(ops::Beq{1, 2, kReturnPc}, uint64_t(1) << 32, 0));
}

TEST(SideExit, OrderIsSignedOrUnsigned) {
  EXPECT_TRUE(isTaken(ops::Blt{1, 2, kReturnPc}, kMinusOne, 0));
  EXPECT_FALSE(isTaken(ops::Blt{1, 2, kReturnPc}, 0, kMinusOne));
  EXPECT_FALSE(isTaken(ops::Blt{1, 2, kReturnPc}, 5, 5));
  EXPECT_TRUE(isTaken(ops::Bge{1, 2, kReturnPc}, kMaxInt64, kMinInt64));
  EXPECT_TRUE(isTaken(ops::Bge{1, 2, kReturnPc}, 5, 5));
  EXPECT_FALSE(isTaken(ops::Bge{1, 2, kReturnPc}, kMinInt64, kMaxInt64));
  EXPECT_FALSE(isTaken(ops::Bltu{1, 2, kReturnPc}, kMinusOne, 0));
  EXPECT_TRUE(isTaken(ops::Bltu{1, 2, kReturnPc}, 0, kMinusOne));
  EXPECT_FALSE(isTaken(ops::Bltu{1, 2, kReturnPc}, 5, 5));
  EXPECT_FALSE(isTaken(ops::Bgeu{1, 2, kReturnPc}, kMaxInt64, kMinInt64));
  EXPECT_TRUE(isTaken(ops::Bgeu{1, 2, kReturnPc}, 5, 5));
  EXPECT_TRUE(isTaken(ops::Bgeu{1, 2, kReturnPc}, kMinInt64, kMaxInt64));
}

TEST(SideExit, SkipsTheRestOfTheBlock) {
  HartState state = runBlocks(
      {{kBlockPc,
        {ops::MovImm{5, 1}, ops::Beq{0, 0, 0x2000}, ops::MovImm{6, 1}},
        terms::Fault{1}},
       {0x2000, {ops::MovImm{7, 1}}, terms::Jmp{kReturnPc}}});
  EXPECT_EQ(state.exit.status, ExitStatus::Return);
  EXPECT_EQ(state.exit.pc, 0x2000u);
  EXPECT_EQ(state.x[5], 1u);
  EXPECT_EQ(state.x[6], 0u);
  EXPECT_EQ(state.x[7], 1u);
}

TEST(SideExit, LeavesTheProgramAtTheBranch) {
  EXPECT_EQ(runBlocks({{kBlockPc,
                        {ops::Nop{}, ops::Nop{}, ops::Bne{0, 0, 0x4000},
                         ops::Bge{0, 0, 0x3000}, ops::Nop{}},
                        terms::Ret{}}})
                .exit,
            exitTo(ExitStatus::LeftRegion, 3, 0x3000));
}

TEST(SideExit, ALoopHasFreshTemporariesEachTime) {
  // X[5] counts to 10; a temporary that lived on would end the loop at once.
  HartState state = runBlocks(
      {{kBlockPc,
        {ops::Bne{32, 0, 0x3000}, ops::MovImm{32, 1}, ops::AddImm{5, 5, 1},
         ops::MovImm{6, 10}, ops::Bltu{5, 6, kBlockPc}},
        terms::Jmp{kReturnPc}}});
  EXPECT_EQ(state.exit, exitTo(ExitStatus::Return, 5, kReturnPc));
  EXPECT_EQ(state.x[5], 10u);
  EXPECT_TRUE(state.temporaries.empty());
}

TEST(SideExit, ABranchToItsOwnBlockIsOneStep) {
  vmir::Program program = makeProgram(
      {{kBlockPc, {ops::AddImm{5, 5, 1}, ops::Beq{0, 0, kBlockPc}}, {}}});
  HartState state;
  GuestMemory memory;
  state.startAt(kBlockPc);
  runProgram(program, state, memory, 20);
  EXPECT_EQ(state.exit, exitTo(ExitStatus::OutOfFuel, 1, kBlockPc));
  EXPECT_EQ(state.x[5], 21u);
}
