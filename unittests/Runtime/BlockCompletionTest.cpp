//===- BlockCompletionTest.cpp - Harts that stopped in a block --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// What completeBlocks leaves is compared with what the interpreter does with
// the whole program.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/BlockCompletion.h"

#include "../CodeObject/ErrorExpectations.h"
#include "vmjit/Runtime/HartMemory.h"
#include "vmjit/Runtime/HartState.h"
#include "vmjit/VMIR/Builder.h"
#include "gtest/gtest.h"

using namespace llvm;
using namespace vmjit;
using vmjit::vmir::IRBuilder;

namespace {

constexpr uint64_t kReturnPc = 0x8000;

/// Two harts of a program that stopped inside blocks, with a page of memory.
struct Harts {
  explicit Harts(const IRBuilder &builder, HartStateLayout layout = {})
      : program(cantFail(builder.build())),
        state(cantFail(HartStateArray::create(2, layout))),
        memory(cantFail(HartMemory::create({{0x10000, 4096}}, 2))) {
    for (uint64_t hart = 0; hart < 2; ++hart)
      state.initialize(hart, program.entry);
  }
  void stopAt(uint64_t hart, uint64_t pc, uint64_t op) {
    state.word(VMJIT_WORD_NEXT_PC, hart) = pc;
    state.word(VMJIT_WORD_NEXT_OP, hart) = op;
  }
  Error complete() { return completeBlocks(program, state, memory, kReturnPc); }
  ExitRecord getExit(uint64_t hart) { return cantFail(state.getExit(hart)); }

  vmir::Program program;
  HartStateArray state;
  HartMemory memory;
};

/// Expects hart \p hart to start at the block at \p pc.
void expectStartsAt(Harts &harts, uint64_t hart, uint64_t pc) {
  ExitRecord exit = harts.getExit(hart);
  EXPECT_EQ(exit.status, ExitStatus::Running);
  EXPECT_EQ(exit.nextPc, pc);
  EXPECT_EQ(exit.nextOp, 0u);
}

} // namespace

TEST(BlockCompletion, GoesToTheNextBlock) {
  IRBuilder builder;
  builder.createBlock(0x1000).AddImm(5, 5, 1).SysCall().AddImm(6, 6, 2).Jmp(
      0x1100);
  builder.createBlock(0x1100).AddImm(7, 7, 4).Ret();
  Harts harts(builder);
  harts.stopAt(1, 0x1000, 2);
  ASSERT_FALSE(errorToBool(harts.complete()));
  expectStartsAt(harts, 1, 0x1100);
  EXPECT_EQ(harts.state.x(5, 1), 0u);
  EXPECT_EQ(harts.state.x(6, 1), 2u);
  EXPECT_EQ(harts.state.x(7, 1), 0u);
  // The other hart was at a block's start.
  expectStartsAt(harts, 0, 0x1000);
  EXPECT_EQ(harts.state.x(6, 0), 0u);
}

TEST(BlockCompletion, StopsWhereABlockJumpsToItself) {
  IRBuilder builder;
  builder.createBlock(0x1000).AddImm(5, 5, 1).AddImm(6, 6, 1).Jmp(0x1000);
  Harts harts(builder);
  harts.stopAt(0, 0x1000, 1);
  ASSERT_FALSE(errorToBool(harts.complete()));
  expectStartsAt(harts, 0, 0x1000);
  EXPECT_EQ(harts.state.x(5, 0), 0u);
  EXPECT_EQ(harts.state.x(6, 0), 1u);
}

TEST(BlockCompletion, ResumesAtTheTerminator) {
  IRBuilder builder;
  builder.createBlock(0x1000).SysCall().Call(0x1100, 0x1004);
  builder.createBlock(0x1004).Ret();
  builder.createBlock(0x1100).Ret();
  Harts harts(builder);
  harts.stopAt(0, 0x1000, 1);
  ASSERT_FALSE(errorToBool(harts.complete()));
  expectStartsAt(harts, 0, 0x1100);
  EXPECT_EQ(harts.state.word(VMJIT_WORD_CALL_DEPTH, 0), 1u);
  EXPECT_EQ(harts.state.word(VMJIT_WORD_CALL_STACK, 0), 0x1004u);
}

TEST(BlockCompletion, KeepsWhatEndsTheHart) {
  IRBuilder builder;
  builder.createBlock(0x1000).SysCall().Load(5, 6, 0, 8, {}).Jmp(0x2000);
  Harts harts(builder);
  harts.stopAt(0, 0x1000, 1);
  harts.stopAt(1, 0x1000, 1);
  harts.state.x(6, 0) = 0x10ff8;
  harts.state.x(6, 1) = 0x10ff9;
  cantFail(harts.memory.write(0, 0x10ff8, {1, 2, 3, 4, 5, 6, 7, 8}));
  ASSERT_FALSE(errorToBool(harts.complete()));
  EXPECT_EQ(harts.state.x(5, 0), 0x0807060504030201u);
  EXPECT_EQ(harts.getExit(0).status, ExitStatus::LeftRegion);
  EXPECT_EQ(harts.getExit(0).nextPc, 0x2000u);
  EXPECT_EQ(harts.getExit(1).status, ExitStatus::MemoryFault);
  EXPECT_EQ(harts.getExit(1).detail, 0x10ff9u);
  EXPECT_EQ(harts.getExit(1).opIndex, 1u);
}

TEST(BlockCompletion, ReturnsWhereItShould) {
  IRBuilder builder;
  builder.createBlock(0x1000).SysCall().JmpReg(1, 0);
  Harts harts(builder);
  harts.stopAt(0, 0x1000, 1);
  harts.state.x(1, 0) = kReturnPc;
  ASSERT_FALSE(errorToBool(harts.complete()));
  EXPECT_EQ(harts.getExit(0).status, ExitStatus::Return);
}

TEST(BlockCompletion, RemembersTemporaries) {
  IRBuilder builder;
  builder.createBlock(0x1000).AddImm(40, 5, 1).SysCall().Add(6, 40, 40).Ret();
  Harts harts(builder, {{}, {40}});
  harts.stopAt(0, 0x1000, 2);
  harts.state.word(VMJIT_WORD_CSR, 0) = 21;
  ASSERT_FALSE(errorToBool(harts.complete()));
  EXPECT_EQ(harts.state.x(6, 0), 42u);
}

TEST(BlockCompletion, LeavesHartsThatHaveEnded) {
  IRBuilder builder;
  builder.createBlock(0x1000).SysCall().AddImm(6, 6, 2).Ret();
  Harts harts(builder);
  harts.stopAt(0, 0x1000, 1);
  harts.state.word(VMJIT_WORD_STATUS, 0) = VMJIT_EXIT_Syscall;
  ASSERT_FALSE(errorToBool(harts.complete()));
  EXPECT_EQ(harts.state.x(6, 0), 0u);
  EXPECT_EQ(harts.getExit(0).status, ExitStatus::Syscall);
}

TEST(BlockCompletion, RefusesPlacesThatAreNone) {
  IRBuilder builder;
  builder.createBlock(0x1000).SysCall().Ret();
  Harts harts(builder);
  harts.stopAt(1, 0x2000, 1);
  Error error = harts.complete();
  EXPECT_EQ(getErrorCode(error), ErrorCode::InvalidArgument);
  EXPECT_EQ(toString(std::move(error)),
            "hart 1: there is no block 0x2000 to resume in");
  for (uint64_t op : {uint64_t(3), uint64_t(1) << 32}) {
    harts.stopAt(1, 0x1000, op);
    Error error = harts.complete();
    EXPECT_EQ(getErrorCode(error), ErrorCode::InvalidArgument);
    consumeError(std::move(error));
  }
}
