//===- ControlFlowTest.cpp - Tests of terminators ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

using namespace vmjit;

namespace {
ExitRecord makeExit(ExitStatus status, vmir::GuestAddr pc, uint32_t op,
                    uint64_t detail, vmir::GuestAddr nextPc, uint32_t nextOp) {
  return {status, pc, op, detail, 0, false, nextPc, nextOp};
}
} // namespace

TEST(ControlFlow, JumpsToTheReturnAddressReturn) {
  HartState state = runBlocks({{0x1000, {ops::Nop{}}, terms::Jmp{0x2000}},
                               {0x2000, {}, terms::Jmp{kReturnPc}}});
  EXPECT_EQ(state.exit,
            makeExit(ExitStatus::Return, 0x2000, 0, 0, kReturnPc, 0));
}

TEST(ControlFlow, ReturnsEvenIfThereIsABlockAtTheReturnAddress) {
  HartState state =
      runBlocks({{0x1000, {}, terms::Jmp{kReturnPc}},
                 {kReturnPc, {ops::MovImm{5, 1}}, terms::Fault{1}}});
  EXPECT_EQ(state.exit.status, ExitStatus::Return);
  EXPECT_EQ(state.x[5], 0u);
}

TEST(ControlFlow, LeavesTheProgramWhereThereIsNoBlock) {
  HartState state =
      runBlocks({{0x1000, {ops::Nop{}, ops::Nop{}}, terms::Jmp{0x1004}}});
  EXPECT_EQ(state.exit,
            makeExit(ExitStatus::LeftRegion, 0x1000, 2, 0, 0x1004, 0));
}

TEST(ControlFlow, JmpRegAddsItsOffsetWithoutMasking) {
  HartState state;
  state.x[1] = 0x9003;
  state = runBlocks({{0x1000, {ops::AddImm{1, 1, 1}}, terms::JmpReg{1, -4}}},
                    state);
  EXPECT_EQ(state.exit.status, ExitStatus::Return);
  state.x[1] = 0x9001;
  state = runBlocks({{0x1000, {}, terms::JmpReg{1, 0}}}, state);
  EXPECT_EQ(state.exit,
            makeExit(ExitStatus::LeftRegion, 0x1000, 0, 0, 0x9001, 0));
  state.x[1] = kMinusOne;
  state = runBlocks({{0x1000, {}, terms::JmpReg{1, 0x9001}}}, state);
  EXPECT_EQ(state.exit.status, ExitStatus::Return);
}

TEST(ControlFlow, AnyAddressCanBeABlock) {
  HartState state;
  state.x[1] = kMinusOne;
  state = runBlocks({{0x1000, {}, terms::JmpReg{1, 0}},
                     {kMinusOne, {}, terms::Jmp{kMinusOne - 1}},
                     {kMinusOne - 1, {}, terms::Jmp{0}},
                     {0, {ops::MovImm{5, 1}}, terms::Jmp{kReturnPc}}},
                    state);
  EXPECT_EQ(state.exit.status, ExitStatus::Return);
  EXPECT_EQ(state.x[5], 1u);
}

TEST(ControlFlow, CondJmpLooksAtAllBitsAfterAllOps) {
  std::vector<vmir::Block> blocks = {
      {0x1000, {ops::Mov{6, 5}}, terms::CondJmp{6, kReturnPc, 0x3000}}};
  HartState state;
  state.x[5] = uint64_t(1) << 63;
  EXPECT_EQ(runBlocks(blocks, state).exit.status, ExitStatus::Return);
  state.x[5] = 0;
  EXPECT_EQ(runBlocks(blocks, state).exit,
            makeExit(ExitStatus::LeftRegion, 0x1000, 1, 0, 0x3000, 0));
}

TEST(ControlFlow, FaultAndInterruptResumeAtTheTerminator) {
  EXPECT_EQ(runBlocks({{0x1000, {ops::Nop{}}, terms::Fault{kMinusOne}}}).exit,
            makeExit(ExitStatus::Fault, 0x1000, 1, kMinusOne, 0x1000, 1));
  EXPECT_EQ(runBlocks({{0x1000, {ops::Nop{}}, terms::Interrupt{9}}}).exit,
            makeExit(ExitStatus::Interrupt, 0x1000, 1, 9, 0x1000, 1));
}

TEST(ControlFlow, RetWithAnEmptyStackReturns) {
  EXPECT_EQ(runBlocks({{0x1000, {ops::Nop{}}, terms::Ret{}}}).exit,
            makeExit(ExitStatus::Return, 0x1000, 1, 0, 0x1000, 0));
}

TEST(ControlFlow, RetGoesWhereCallSaid) {
  HartState state = runBlocks({{0x1000, {}, terms::Call{0x2000, 0x3000}},
                               {0x2000, {ops::MovImm{5, 2}}, terms::Ret{}},
                               {0x3000, {ops::AddImm{5, 5, 1}}, terms::Ret{}}});
  EXPECT_EQ(state.exit, makeExit(ExitStatus::Return, 0x3000, 1, 0, 0x3000, 0));
  EXPECT_EQ(state.x[5], 3u);
  EXPECT_EQ(state.x[1], 0u) << "Call writes no register";
}

TEST(ControlFlow, RetToTheReturnAddressReturns) {
  HartState state = runBlocks({{0x1000, {}, terms::Call{0x2000, kReturnPc}},
                               {0x2000, {}, terms::Ret{}}});
  EXPECT_EQ(state.exit,
            makeExit(ExitStatus::Return, 0x2000, 0, 0, kReturnPc, 0));
  EXPECT_TRUE(state.callStack.empty());
}

TEST(ControlFlow, AFullCallStackIsAnExit) {
  HartState state = runBlocks(
      {{0x1000, {ops::AddImm{5, 5, 1}}, terms::Call{0x1000, 0x7000}}});
  EXPECT_EQ(state.exit,
            makeExit(ExitStatus::Call, 0x1000, 1, 0x7000, 0x1000, 0));
  EXPECT_EQ(state.x[5], vmir::kCallStackDepth + 1);
  EXPECT_EQ(state.callStack,
            std::vector<vmir::GuestAddr>(vmir::kCallStackDepth, 0x7000));
}

TEST(ControlFlow, TheCallStackIsPartOfTheState) {
  HartState state;
  state.callStack = {kReturnPc, 0x4000};
  state = runBlocks({{0x1000, {}, terms::Ret{}}}, state);
  EXPECT_EQ(state.exit,
            makeExit(ExitStatus::LeftRegion, 0x1000, 0, 0, 0x4000, 0));
  EXPECT_EQ(state.callStack, std::vector<vmir::GuestAddr>{kReturnPc});
}
