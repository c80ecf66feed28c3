//===- SystemTest.cpp - Tests of system ops ---------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

using namespace vmjit;

TEST(System, CallsAreExitsThatResumeAfterTheOp) {
  const std::pair<vmir::Op, ExitStatus> cases[] = {
      {ops::SysCall{}, ExitStatus::Syscall},
      {ops::DebugBreak{}, ExitStatus::Breakpoint},
      {ops::SysMret{}, ExitStatus::Mret},
      {ops::SysSret{}, ExitStatus::Sret}};
  for (const auto &[op, status] : cases) {
    vmir::Program program =
        makeProgram({{kBlockPc,
                      {ops::MovImm{32, 7}, op, ops::Add{5, 10, 32}},
                      terms::Jmp{kReturnPc}}});
    HartState state;
    GuestMemory memory;
    state.startAt(kBlockPc);
    runProgram(program, state, memory);
    EXPECT_EQ(state.exit, exitTo(status, 1, kBlockPc, 2));
    EXPECT_EQ(state.x[5], 0u);
    state.x[10] = 100;
    runProgram(program, state, memory);
    EXPECT_EQ(state.exit, exitTo(ExitStatus::Return, 3, kReturnPc));
    EXPECT_EQ(state.x[5], 107u);
  }
}

TEST(System, ACallAtTheEndResumesAtTheTerminator) {
  vmir::Program program = makeProgram(
      {{kBlockPc, {ops::SysCall{}}, terms::CondJmp{10, kReturnPc, kBlockPc}}});
  HartState state;
  GuestMemory memory;
  state.startAt(kBlockPc);
  for (unsigned i = 0; i < 3; ++i) {
    runProgram(program, state, memory);
    EXPECT_EQ(state.exit, exitTo(ExitStatus::Syscall, 0, kBlockPc, 1));
  }
  state.x[10] = 1;
  runProgram(program, state, memory);
  EXPECT_EQ(state.exit.status, ExitStatus::Return);
}

TEST(System, EveryCpuidLeafIsZero) {
  HartState state;
  state.x.fill(77);
  HartState after = runOps({ops::Cpuid{1, 2, 3, 4, 1, 0}}, state);
  for (unsigned reg : {3, 4, 1})
    EXPECT_EQ(after.x[reg], 0u);
  EXPECT_EQ(after.x[2], 77u);
  EXPECT_EQ(after.x[0], 77u) << "the zero register drops the write";
}

TEST(System, HintsAndFencesDoNothing) {
  HartState state;
  state.x.fill(77);
  HartState after = runOps(
      {ops::SysWfi{}, ops::TlbFlush{std::nullopt}, ops::TlbFlush{0xdead0000}},
      state);
  EXPECT_EQ(after.exit, exitTo(ExitStatus::Return, 3, kReturnPc));
  EXPECT_EQ(after.x, state.x);
}
