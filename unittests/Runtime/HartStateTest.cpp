//===- HartStateTest.cpp - Tests of state arrays ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/HartState.h"

#include "../CodeObject/ErrorExpectations.h"

using namespace llvm;
using namespace vmjit;

TEST(HartState, PutsHartsOneBehindTheOther) {
  VMJIT_ASSERT_VALUE(HartStateArray state, HartStateArray::create(3, {}));
  EXPECT_EQ(state.getWordCount(), uint64_t(VMJIT_WORD_CSR));
  EXPECT_EQ(state.getWords().size(), 3 * size_t(VMJIT_WORD_CSR));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(state.getWords().data()) % 64, 0u);
  state.x(5, 2) = 7;
  state.f(31, 0) = 9;
  EXPECT_EQ(state.getWords()[2 * VMJIT_WORD_CSR + 5], 7u);
  EXPECT_EQ(state.getWords()[VMJIT_WORD_F + 31], 9u);
  EXPECT_EQ(state.x(5, 1), 0u);
}

TEST(HartState, InterleavesHartsOfATile) {
  VMJIT_ASSERT_VALUE(HartStateArray state,
                     HartStateArray::create(9, {.tile = 8}));
  EXPECT_EQ(state.getWords().size(), 2 * 8 * size_t(VMJIT_WORD_CSR));
  state.x(5, 2) = 7;
  state.f(31, 0) = 9;
  state.x(3, 8) = 11;
  EXPECT_EQ(state.getWords()[5 * 8 + 2], 7u);
  EXPECT_EQ(state.getWords()[(VMJIT_WORD_F + 31) * 8], 9u);
  EXPECT_EQ(state.getWords()[8 * VMJIT_WORD_CSR + 3 * 8], 11u);
  EXPECT_EQ(state.x(5, 1), 0u);
}

TEST(HartState, CopiesHartsIntoOtherTiles) {
  VMJIT_ASSERT_VALUE(HartStateArray from, HartStateArray::create(9, {}));
  VMJIT_ASSERT_VALUE(HartStateArray to, HartStateArray::create(9, {.tile = 4}));
  for (uint64_t hart = 0; hart < 9; ++hart)
    for (uint64_t word = 0; word < from.getWordCount(); ++word)
      from.word(word, hart) = 1000 * hart + word;
  to.copyFrom(from);
  for (uint64_t hart = 0; hart < 9; ++hart)
    for (uint64_t word = 0; word < from.getWordCount(); ++word)
      EXPECT_EQ(to.word(word, hart), 1000 * hart + word);
}

TEST(HartState, SharesTheWordOfFcsr) {
  VMJIT_ASSERT_VALUE(HartStateArray state,
                     HartStateArray::create(1, {{3, 0x300}, {}}));
  EXPECT_EQ(state.getWordCount(), uint64_t(VMJIT_WORD_CSR) + 2);
  for (uint16_t csr : {1, 2, 3})
    EXPECT_EQ(state.getCsrWord(csr), uint64_t(VMJIT_WORD_CSR));
  EXPECT_EQ(state.getCsrWord(0x300), uint64_t(VMJIT_WORD_CSR) + 1);
  EXPECT_EQ(state.getCsrWord(0x301), std::nullopt);
  EXPECT_EQ(state.getCsrWord(0), std::nullopt);
}

TEST(HartState, InitializesAHart) {
  VMJIT_ASSERT_VALUE(HartStateArray state, HartStateArray::create(2, {}));
  for (uint64_t &word : state.getWords())
    word = 1;
  state.initialize(1, 0x1000);
  EXPECT_EQ(state.word(VMJIT_WORD_NEXT_PC, 1), 0x1000u);
  EXPECT_EQ(state.word(VMJIT_WORD_STATUS, 1), uint64_t(VMJIT_EXIT_Running));
  EXPECT_EQ(state.x(3, 1), 0u);
  EXPECT_EQ(state.x(3, 0), 1u);
}

TEST(HartState, DescribesOneHart) {
  VMJIT_ASSERT_VALUE(HartStateArray state,
                     HartStateArray::create(100, {.tile = 64}));
  for (uint64_t hart : {0, 63, 64, 99}) {
    vmjit_hart_launch launch = {};
    state.describeHart(launch, hart);
    EXPECT_EQ(launch.hart_count, 1u);
    EXPECT_EQ(launch.word_count, state.getWordCount());
    auto *words = reinterpret_cast<uint64_t *>(launch.state);
    EXPECT_EQ(words, &state.word(0, hart));
    EXPECT_EQ(words + VMJIT_WORD_STATUS * launch.tile,
              &state.word(VMJIT_WORD_STATUS, hart));
  }
}

TEST(HartState, ReadsExitRecords) {
  VMJIT_ASSERT_VALUE(HartStateArray state, HartStateArray::create(2, {}));
  state.word(VMJIT_WORD_STATUS, 1) = VMJIT_EXIT_MemoryFault;
  state.word(VMJIT_WORD_EXIT_PC, 1) = 0x1000;
  state.word(VMJIT_WORD_EXIT_OP, 1) = 3;
  state.word(VMJIT_WORD_DETAIL, 1) = 0xdead;
  state.word(VMJIT_WORD_ACCESS, 1) = 8 | 1 << 8;
  state.word(VMJIT_WORD_NEXT_PC, 1) = 0x1000;
  state.word(VMJIT_WORD_NEXT_OP, 1) = 3;
  VMJIT_ASSERT_VALUE(ExitRecord record, state.getExit(1));
  ExitRecord wanted = {
      ExitStatus::MemoryFault, 0x1000, 3, 0xdead, 8, true, 0x1000, 3};
  EXPECT_EQ(record, wanted);
  EXPECT_EQ(getExitStatusText(record.status), "memory fault");
  VMJIT_ASSERT_VALUE(ExitRecord other, state.getExit(0));
  EXPECT_EQ(other, ExitRecord());

  state.word(VMJIT_WORD_STATUS, 1) = 1000;
  expectError(state.getExit(1), ErrorCode::ExecutionFailed,
              "unknown status 1000");
}

namespace {
/// A hart of which no word is 0 that need not be.
HartState makeHart() {
  HartState state;
  for (unsigned reg = 0; reg < 32; ++reg) {
    state.x[reg] = 100 + reg;
    state.f[reg] = 200 + reg;
  }
  state.nzcv = 0xa0000000;
  state.csrs = {{3, 0xe5}, {0x300, 7}};
  state.callStack = {0x1000, 0x2000};
  state.reservation = {0x8000, 8, 0x1122334455667788};
  state.exit = {ExitStatus::MemoryFault, 0x1000, 3, 0xdead, 8, true, 0x1000, 3};
  return state;
}
} // namespace

TEST(HartState, TakesAHartAndGivesItBack) {
  VMJIT_ASSERT_VALUE(HartStateArray state,
                     HartStateArray::create(2, {{3, 0x300, 0x301}, {}}));
  for (uint64_t &word : state.getWords())
    word = 1;
  const HartState hart = makeHart();
  ASSERT_FALSE(bool(state.setHart(1, hart)));
  EXPECT_EQ(state.word(VMJIT_WORD_X + 31, 1), 131u);
  EXPECT_EQ(state.word(VMJIT_WORD_F + 1, 1), 201u);
  EXPECT_EQ(state.word(VMJIT_WORD_NZCV, 1), 0xa0000000u);
  EXPECT_EQ(state.word(VMJIT_WORD_CSR, 1), 0xe5u);
  EXPECT_EQ(state.word(VMJIT_WORD_CSR + 1, 1), 7u);
  EXPECT_EQ(state.word(VMJIT_WORD_CSR + 2, 1), 0u) << "it has no entry";
  EXPECT_EQ(state.word(VMJIT_WORD_CALL_DEPTH, 1), 2u);
  EXPECT_EQ(state.word(VMJIT_WORD_CALL_STACK + 1, 1), 0x2000u);
  EXPECT_EQ(state.word(VMJIT_WORD_RESERVATION, 1), 0x8000u);
  EXPECT_EQ(state.word(VMJIT_WORD_RESERVATION + 1, 1), 8u);
  EXPECT_EQ(state.word(VMJIT_WORD_RESERVATION + 2, 1), 0x1122334455667788u);
  EXPECT_EQ(state.word(VMJIT_WORD_STATUS, 1), uint64_t(VMJIT_EXIT_MemoryFault));
  EXPECT_EQ(state.x(5, 0), 1u) << "another hart";
  VMJIT_ASSERT_VALUE(HartState back, state.getHart(1));
  EXPECT_EQ(back, hart);
}

TEST(HartState, ANewHartHasNothing) {
  VMJIT_ASSERT_VALUE(HartStateArray state,
                     HartStateArray::create(1, {{3}, {}}));
  state.initialize(0, 0x1000);
  HartState expected;
  expected.startAt(0x1000);
  VMJIT_ASSERT_VALUE(HartState hart, state.getHart(0));
  EXPECT_EQ(hart, expected);
}

TEST(HartState, KeepsTemporariesInsideABlock) {
  VMJIT_ASSERT_VALUE(HartStateArray state,
                     HartStateArray::create(2, {{3}, {40, 32, 33}}));
  HartState hart;
  hart.startAt(0x1000, 2);
  // Those that are 0 have no entry.
  hart.temporaries = {{32, 7}, {40, 9}};
  expectSuccess(state.setHart(1, hart));
  EXPECT_EQ(state.word(VMJIT_WORD_CSR + 1, 1), 9u);
  EXPECT_EQ(state.word(VMJIT_WORD_CSR + 2, 1), 7u);
  VMJIT_ASSERT_VALUE(HartState back, state.getHart(1));
  EXPECT_EQ(back, hart);

  // At a block's start the words say nothing.
  state.word(VMJIT_WORD_NEXT_OP, 1) = 0;
  VMJIT_ASSERT_VALUE(HartState atStart, state.getHart(1));
  EXPECT_TRUE(atStart.temporaries.empty());
}

TEST(HartState, RejectsHartsThatDoNotFit) {
  VMJIT_ASSERT_VALUE(HartStateArray state,
                     HartStateArray::create(1, {{3}, {}}));
  state.initialize(0, 0x1000);
  const std::vector<uint64_t> before = state.getWords().vec();
  expectError(state.setHart(0, makeHart()), ErrorCode::InvalidArgument,
              "no word for CSR 0x300");
  HartState deep;
  deep.callStack.resize(33);
  expectError(state.setHart(0, deep), ErrorCode::InvalidArgument,
              "33 return addresses, more than 32");
  EXPECT_EQ(state.getWords().vec(), before);

  state.word(VMJIT_WORD_CALL_DEPTH, 0) = 33;
  expectError(state.getHart(0), ErrorCode::ExecutionFailed,
              "33 return addresses, more than 32");
  state.word(VMJIT_WORD_CALL_DEPTH, 0) = 32;
  state.word(VMJIT_WORD_CALL_STACK + 31, 0) = 0x7000;
  VMJIT_ASSERT_VALUE(HartState full, state.getHart(0));
  ASSERT_EQ(full.callStack.size(), 32u);
  EXPECT_EQ(full.callStack.back(), 0x7000u);
  state.word(VMJIT_WORD_STATUS, 0) = 1000;
  expectError(state.getHart(0), ErrorCode::ExecutionFailed,
              "unknown status 1000");
}

TEST(HartState, DescribesItself) {
  VMJIT_ASSERT_VALUE(HartStateArray state, HartStateArray::create(17, {}));
  vmjit_hart_launch launch = {};
  state.describe(launch);
  EXPECT_EQ(launch.hart_count, 17u);
  EXPECT_EQ(launch.word_count, uint64_t(VMJIT_WORD_CSR));
  EXPECT_EQ(launch.tile, 1u);
  EXPECT_EQ(launch.state, reinterpret_cast<uintptr_t>(state.getWords().data()));
}

TEST(HartState, BoundsItsSize) {
  expectError(HartStateArray::create(0, {}), ErrorCode::InvalidArgument,
              "at least one hart");
  expectError(HartStateArray::create(1, {{4, 4}, {}}),
              ErrorCode::InvalidArgument, "ascending");
  for (uint32_t tile : {0, 3})
    expectError(HartStateArray::create(1, {.tile = tile}),
                ErrorCode::InvalidArgument, "power of two");
  for (uint64_t harts : {UINT64_MAX, UINT64_MAX - 20, uint64_t(1) << 60})
    expectError(HartStateArray::create(harts, {}), ErrorCode::OutOfMemory,
                "takes more than");
  uint64_t tileBytes = 8 * VMJIT_WORD_CSR * 8;
  expectError(HartStateArray::create(5, {.tile = 8}, tileBytes - 1),
              ErrorCode::OutOfMemory, "takes more than");
  EXPECT_TRUE(bool(HartStateArray::create(5, {.tile = 8}, tileBytes)));
}

TEST(AlignedBuffer, ReportsWhatCannotBeAllocated) {
  for (uint64_t size : {UINT64_MAX, AlignedBuffer::kMaxBytes + 1})
    expectError(AlignedBuffer::create(size), ErrorCode::OutOfMemory,
                "cannot allocate");
}
