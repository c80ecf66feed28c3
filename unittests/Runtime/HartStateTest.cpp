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

TEST(HartState, InterleavesHarts) {
  VMJIT_ASSERT_VALUE(HartStateArray state, HartStateArray::create(3, {}));
  EXPECT_EQ(state.getWordCount(), uint64_t(VMJIT_WORD_CSR));
  EXPECT_EQ(state.getWords().size(), size_t(VMJIT_HART_TILE) * VMJIT_WORD_CSR);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(state.getWords().data()) % 64, 0u);
  state.x(5, 2) = 7;
  state.f(31, 0) = 9;
  EXPECT_EQ(state.getWords()[5 * VMJIT_HART_TILE + 2], 7u);
  EXPECT_EQ(state.getWords()[(VMJIT_WORD_F + 31) * VMJIT_HART_TILE], 9u);
  EXPECT_EQ(state.x(5, 1), 0u);
}

TEST(HartState, SharesTheWordOfFcsr) {
  VMJIT_ASSERT_VALUE(HartStateArray state,
                     HartStateArray::create(1, {3, 0x300}));
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

TEST(HartState, DescribesItself) {
  VMJIT_ASSERT_VALUE(HartStateArray state, HartStateArray::create(17, {}));
  vmjit_hart_launch launch = {};
  state.describe(launch);
  EXPECT_EQ(launch.hart_count, 17u);
  EXPECT_EQ(launch.word_count, uint64_t(VMJIT_WORD_CSR));
  EXPECT_EQ(launch.state, reinterpret_cast<uintptr_t>(state.getWords().data()));
}

TEST(HartState, BoundsItsSize) {
  expectError(HartStateArray::create(0, {}), ErrorCode::InvalidArgument,
              "at least one hart");
  expectError(HartStateArray::create(1, {4, 4}), ErrorCode::InvalidArgument,
              "ascending");
  for (uint64_t harts : {UINT64_MAX, UINT64_MAX - 20, uint64_t(1) << 60})
    expectError(HartStateArray::create(harts, {}), ErrorCode::OutOfMemory,
                "takes more than");
  uint64_t tileBytes = uint64_t(VMJIT_HART_TILE) * VMJIT_WORD_CSR * 8;
  expectError(HartStateArray::create(16, {}, tileBytes - 1),
              ErrorCode::OutOfMemory, "takes more than");
  EXPECT_TRUE(bool(HartStateArray::create(16, {}, tileBytes)));
}

TEST(AlignedBuffer, ReportsWhatCannotBeAllocated) {
  for (uint64_t size : {UINT64_MAX, AlignedBuffer::kMaxBytes + 1})
    expectError(AlignedBuffer::create(size), ErrorCode::OutOfMemory,
                "cannot allocate");
}
