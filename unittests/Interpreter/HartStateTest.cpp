//===- HartStateTest.cpp - Tests of HartState -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Interpreter/HartState.h"

#include "vmjit/ABI/Hart.h"
#include "gtest/gtest.h"

using namespace vmjit;

static std::string describe(ExitStatus status, uint64_t detail = 0,
                            uint8_t size = 0, bool isStore = false) {
  return describeExit({status, 0x1000, 3, detail, size, isStore, 0x2000, 0});
}

TEST(HartState, StatusesAreThoseOfTheABI) {
  EXPECT_EQ(unsigned(ExitStatus::Running), unsigned(VMJIT_EXIT_Running));
  EXPECT_EQ(unsigned(ExitStatus::MemoryFault),
            unsigned(VMJIT_EXIT_MemoryFault));
  EXPECT_EQ(getExitStatusText(ExitStatus::Syscall), "system call");
}

TEST(HartState, DescribesExitsInWords) {
  EXPECT_EQ(describe(ExitStatus::MemoryFault, 0x10, 8, true),
            "memory fault: 8-byte store at 0x10, block 0x1000, op 3");
  EXPECT_EQ(describe(ExitStatus::MemoryFault, 0x10, 1),
            "memory fault: 1-byte load at 0x10, block 0x1000, op 3");
  EXPECT_EQ(describe(ExitStatus::AlignFault, 0x11),
            "misaligned access at 0x11, block 0x1000, op 3");
  EXPECT_EQ(describe(ExitStatus::Return),
            "returned to 0x2000, block 0x1000, op 3");
  EXPECT_EQ(describe(ExitStatus::LeftRegion),
            "left the program to 0x2000, block 0x1000, op 3");
  EXPECT_EQ(describe(ExitStatus::Call, 0x1010),
            "call with a full call stack to 0x2000, returning to 0x1010, block "
            "0x1000, op 3");
  EXPECT_EQ(describe(ExitStatus::Fault, 5),
            "fault with cause 5, block 0x1000, op 3");
  EXPECT_EQ(describe(ExitStatus::Interrupt, 7),
            "interrupt 7, block 0x1000, op 3");
  EXPECT_EQ(describe(ExitStatus::OutOfFuel),
            "step budget used up, block 0x1000, op 3");
}

TEST(HartState, StartAtForgetsTheLastExit) {
  HartState state;
  state.exit.status = ExitStatus::Fault;
  state.exit.detail = 5;
  state.startAt(0x3000, 2);
  ExitRecord expected;
  expected.nextPc = 0x3000;
  expected.nextOp = 2;
  EXPECT_EQ(state.exit, expected);
}
