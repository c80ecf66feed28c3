//===- HartInterpreterTest.cpp - Tests of interpreted state arrays -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/HartInterpreter.h"

#include "../CodeObject/ErrorExpectations.h"
#include "vmjit/Runtime/HartMemory.h"
#include "vmjit/Runtime/HartState.h"
#include "vmjit/VMIR/Builder.h"
#include "llvm/Support/Endian.h"

using namespace llvm;
using namespace vmjit;
using vmjit::vmir::IRBuilder;

static constexpr uint64_t kReturnPc = 0x8000;

TEST(HartInterpreter, RunsOnlyHartsThatAreRunning) {
  IRBuilder builder;
  builder.createBlock(0x1000).AddImm(5, 5, 1).SysCall().Jmp(0x1000);
  HartInterpreter interpreter =
      cantFail(HartInterpreter::create(cantFail(builder.build())));
  VMJIT_ASSERT_VALUE(HartStateArray state, HartStateArray::create(3, {}));
  VMJIT_ASSERT_VALUE(HartMemory memory, HartMemory::create({}, 3));
  for (uint64_t hart = 0; hart < 3; ++hart)
    state.initialize(hart, 0x1000);
  expectSuccess(interpreter.run(state, memory, kReturnPc, {}));
  // One resumes behind its system call, one stays as it is, one starts anew.
  state.word(VMJIT_WORD_STATUS, 0) = VMJIT_EXIT_Running;
  state.initialize(2, 0x1000);
  expectSuccess(interpreter.run(state, memory, kReturnPc, {}));
  EXPECT_EQ(state.x(5, 0), 2u);
  EXPECT_EQ(state.x(5, 1), 1u);
  EXPECT_EQ(state.x(5, 2), 1u);
  EXPECT_EQ(cantFail(state.getExit(1)).status, ExitStatus::Syscall);
}

TEST(HartInterpreter, StopsAtItsLimit) {
  IRBuilder builder;
  builder.createBlock(0x1000).AddImm(5, 5, 1).Jmp(0x1000);
  HartInterpreter interpreter =
      cantFail(HartInterpreter::create(cantFail(builder.build())));
  VMJIT_ASSERT_VALUE(HartStateArray state, HartStateArray::create(1, {}));
  VMJIT_ASSERT_VALUE(HartMemory memory, HartMemory::create({}, 1));
  state.initialize(0, 0x1000);
  expectSuccess(interpreter.run(state, memory, kReturnPc, {.stepLimit = 10}));
  EXPECT_EQ(cantFail(state.getExit(0)).status, ExitStatus::OutOfFuel);
  EXPECT_EQ(state.x(5, 0), 11u);
}

TEST(HartInterpreter, CountsTheBlocksOfAllHarts) {
  IRBuilder builder;
  builder.createBlock(0x1000).AddImm(5, 5, 1).CondJmp(5, 0x1000, 0x1100);
  builder.createBlock(0x1100).Jmp(kReturnPc);
  HartInterpreter interpreter =
      cantFail(HartInterpreter::create(cantFail(builder.build())));
  VMJIT_ASSERT_VALUE(HartStateArray state, HartStateArray::create(3, {}));
  VMJIT_ASSERT_VALUE(HartMemory memory, HartMemory::create({}, 3));
  for (uint64_t hart = 0; hart < 3; ++hart) {
    state.initialize(hart, 0x1000);
    state.x(5, hart) = -int64_t(hart * 10);
  }
  state.word(VMJIT_WORD_STATUS, 0) = VMJIT_EXIT_Syscall;
  uint64_t counts[] = {100, 0};
  expectSuccess(
      interpreter.run(state, memory, kReturnPc, {.blockCounts = counts}));
  EXPECT_EQ(counts[0], 130u);
  EXPECT_EQ(counts[1], 2u);
  state.initialize(0, 0x1000);
  expectError(
      interpreter.run(state, memory, kReturnPc,
                      {.blockCounts = MutableArrayRef(counts).take_front()}),
      ErrorCode::InvalidArgument, "1 counts for 2 blocks");
}

TEST(HartInterpreter, GrowsAndLeavesWhereItIsTold) {
  IRBuilder builder, more;
  builder.createBlock(0x1000).AddImm(5, 5, 1).Jmp(0x1100);
  more.createBlock(0x1100).CsrRead(6, 0x340).Jmp(0x1200);
  more.createBlock(0x1200).AddImm(5, 5, 1).Jmp(kReturnPc);
  HartInterpreter interpreter =
      cantFail(HartInterpreter::create(cantFail(builder.build())));
  VMJIT_ASSERT_VALUE(HartMemory memory, HartMemory::create({}, 1));
  auto run = [&](uint64_t expectedPc, uint64_t expectedX5) {
    HartStateArray state =
        cantFail(HartStateArray::create(1, interpreter.getStateLayout()));
    state.initialize(0, 0x1000);
    expectSuccess(interpreter.run(state, memory, kReturnPc, {}));
    EXPECT_EQ(cantFail(state.getExit(0)).nextPc, expectedPc);
    EXPECT_EQ(state.x(5, 0), expectedX5);
  };
  run(0x1100, 1);
  std::vector<vmir::Block> blocks = cantFail(more.build()).blocks;
  expectSuccess(interpreter.addBlocks(blocks));
  EXPECT_EQ(interpreter.getStateLayout().csrs, std::vector<uint16_t>{0x340});
  run(kReturnPc, 2);
  // Neither of them is added a second time.
  std::vector<vmir::Block> mixed = {blocks.front(), blocks.front()};
  mixed.front().startPc = 0x1300;
  expectError(interpreter.addBlocks(mixed), ErrorCode::InvalidProgram,
              "two blocks start at");
  mixed.pop_back();
  expectSuccess(interpreter.addBlocks(mixed));
  interpreter.leaveAt(0x1200);
  run(0x1200, 1);
  interpreter.leaveAt(0x1000);
  run(0x1000, 0);
}

TEST(HartInterpreter, GoesOnInsideOfBlocksThatItLeavesAt) {
  IRBuilder builder;
  builder.createBlock(0x1000).AddImm(5, 5, 1).AddImm(5, 5, 2).Jmp(0x1000);
  HartInterpreter interpreter =
      cantFail(HartInterpreter::create(cantFail(builder.build())));
  interpreter.leaveAt(0x1000);
  VMJIT_ASSERT_VALUE(HartStateArray state, HartStateArray::create(1, {}));
  VMJIT_ASSERT_VALUE(HartMemory memory, HartMemory::create({}, 1));
  state.initialize(0, 0x1000);
  state.word(VMJIT_WORD_NEXT_OP, 0) = 1;
  expectSuccess(interpreter.run(state, memory, kReturnPc, {}));
  EXPECT_EQ(cantFail(state.getExit(0)).status, ExitStatus::LeftRegion);
  EXPECT_EQ(cantFail(state.getExit(0)).nextPc, 0x1000u);
  EXPECT_EQ(state.x(5, 0), 2u);
}

TEST(HartInterpreter, CountsStepsOfAllHarts) {
  // Hart number n goes round n + 1 times, and is the only one of its kind.
  IRBuilder builder;
  builder.createBlock(0x1000).AddImm(5, 5, -1).CondJmp(5, 0x1000, 0x1010);
  builder.createBlock(0x1010).Jmp(kReturnPc);
  HartInterpreter interpreter =
      cantFail(HartInterpreter::create(cantFail(builder.build())));
  VMJIT_ASSERT_VALUE(HartStateArray state, HartStateArray::create(4, {}));
  VMJIT_ASSERT_VALUE(HartMemory memory, HartMemory::create({}, 4));
  uint64_t steps = 0;
  for (uint64_t hart = 0; hart < 4; ++hart) {
    state.initialize(hart, 0x1000);
    state.x(5, hart) = hart + 1;
  }
  expectSuccess(
      interpreter.run(state, memory, kReturnPc, {.stepCount = &steps}));
  EXPECT_EQ(steps, 0u + 1 + 2 + 3);
  state.initialize(2, 0x1000);
  state.x(5, 2) = 10;
  VMJIT_ASSERT_VALUE(GuestMemory view, memory.makeGuestMemory(2));
  expectSuccess(interpreter.runHart(state, view, kReturnPc, 2,
                                    {.stepLimit = 4, .stepCount = &steps}));
  EXPECT_EQ(state.word(VMJIT_WORD_STATUS, 2), VMJIT_EXIT_OutOfFuel);
  EXPECT_EQ(steps, 10u);
}

TEST(HartInterpreter, RefusesMemoryForFewerHarts) {
  IRBuilder builder;
  builder.createBlock(0x1000).Jmp(kReturnPc);
  HartInterpreter interpreter =
      cantFail(HartInterpreter::create(cantFail(builder.build())));
  VMJIT_ASSERT_VALUE(HartStateArray state, HartStateArray::create(2, {}));
  VMJIT_ASSERT_VALUE(HartMemory memory, HartMemory::create({}, 1));
  for (uint64_t hart = 0; hart < 2; ++hart)
    state.initialize(hart, 0x1000);
  expectError(interpreter.run(state, memory, kReturnPc, {}),
              ErrorCode::InvalidArgument, "there is no hart 1");
}

TEST(HartInterpreter, HasWordsForTheCsrsOfTheProgram) {
  IRBuilder builder;
  builder.createBlock(0x1000)
      .CsrRead(5, 0xc00)
      .CsrWrite(2, 6)
      .CsrRead(7, 0xcc0)
      .JmpReg(1, 0);
  HartInterpreter interpreter =
      cantFail(HartInterpreter::create(cantFail(builder.build())));
  // frm is part of fcsr; the position is none of the state.
  EXPECT_EQ(interpreter.getStateLayout(), (HartStateLayout{{3, 0xc00}, {}}));
}

TEST(HartInterpreter, HartsThatShareMemoryRunOneAfterTheOther) {
  IRBuilder builder;
  builder.createBlock(0x1000)
      .MovImm(5, 0x2000)
      .Load(6, 5, 0, 8, {})
      .AddImm(6, 6, 1)
      .Store(6, 5, 0, 8, {})
      .AddImm(7, 7, 1)
      .MovImm(8, 1000)
      .CmpLt(9, 7, 8)
      .CondJmp(9, 0x1000, kReturnPc);
  HartInterpreter interpreter =
      cantFail(HartInterpreter::create(cantFail(builder.build())));
  VMJIT_ASSERT_VALUE(HartStateArray state, HartStateArray::create(8, {}));
  VMJIT_ASSERT_VALUE(HartMemory memory,
                     HartMemory::create({{0x2000, 8, false}}, 8));
  for (uint64_t hart = 0; hart < 8; ++hart)
    state.initialize(hart, 0x1000);
  expectSuccess(interpreter.run(state, memory, kReturnPc, {}));
  uint8_t bytes[8];
  expectSuccess(memory.read(0, 0x2000, bytes));
  EXPECT_EQ(support::endian::read64le(bytes), 8000u);
}
