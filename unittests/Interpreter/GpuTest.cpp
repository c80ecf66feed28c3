//===- GpuTest.cpp - Tests of GPU ops in hart mode --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

using namespace vmjit;

namespace {
/// A hart whose coordinates all differ, with X[5] .. X[7] as given.
HartState makeState() {
  HartState state;
  state.position = {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}, {10, 11, 12}, 0xabc0};
  return state;
}

uint64_t eval(vmir::Op op) {
  HartState state = runOps({std::move(op)}, makeState());
  EXPECT_EQ(state.exit.status, ExitStatus::Return);
  return state.x[3];
}
} // namespace

TEST(Gpu, PositionsAndExtents) {
  for (uint8_t dim = 0; dim < 3; ++dim) {
    EXPECT_EQ(eval(ops::GpuThreadId{3, dim}), 1u + dim);
    EXPECT_EQ(eval(ops::GpuBlockId{3, dim}), 4u + dim);
    EXPECT_EQ(eval(ops::GpuBlockDim{3, dim}), 7u + dim);
    EXPECT_EQ(eval(ops::GpuGridDim{3, dim}), 10u + dim);
  }
  EXPECT_EQ(eval(ops::GpuGlobalId{3, 0}), 4u * 7 + 1);
  EXPECT_EQ(eval(ops::GpuGlobalId{3, 1}), 5u * 8 + 2);
  EXPECT_EQ(eval(ops::GpuGlobalId{3, 2}), 6u * 9 + 3);
  EXPECT_EQ(eval(ops::GpuLaneId{3}), 0u);
  EXPECT_EQ(eval(ops::GpuSharedBase{3}), 0xabc0u);
}

TEST(Gpu, GlobalIdsHave64Bits) {
  HartState state;
  state.position.blockId = {0xfffffffe, 0, 0};
  state.position.blockDim = {1024, 1, 1};
  state.position.threadId = {3, 0, 0};
  state = runOps({ops::GpuGlobalId{3, 0}}, state);
  EXPECT_EQ(state.x[3], 0xfffffffeull * 1024 + 3);
}

TEST(Gpu, ADimensionBeyondZIsABadOp) {
  for (vmir::Op op :
       {vmir::Op(ops::GpuThreadId{3, 3}), vmir::Op(ops::GpuBlockId{3, 3}),
        vmir::Op(ops::GpuBlockDim{3, 4}), vmir::Op(ops::GpuGridDim{3, 255}),
        vmir::Op(ops::GpuGlobalId{3, 3})}) {
    ExitRecord exit = runOps({ops::Nop{}, op}, makeState()).exit;
    EXPECT_EQ(exit.status, ExitStatus::BadOp);
    EXPECT_EQ(exit.opIndex, 1u);
  }
}

TEST(Gpu, CsrAliases) {
  const std::pair<uint16_t, uint64_t> aliases[] = {
      {0xcc0, 1},  {0xcc1, 2},  {0xcc2, 3}, {0xcc4, 4},     {0xcc5, 5},
      {0xcc6, 6},  {0xcc8, 7},  {0xcc9, 8}, {0xcca, 9},     {0xccc, 10},
      {0xccd, 11}, {0xcce, 12}, {0xcd0, 0}, {0xcd2, 0xabc0}};
  for (auto [csr, value] : aliases)
    EXPECT_EQ(eval(ops::CsrRead{3, csr}), value) << csr;
  // Block 4 + 10 * (5 + 11 * 6) of 7 * 8 * 9 threads, thread 1 + 7 * (2 + 8 *
  // 3) of it.
  EXPECT_EQ(eval(ops::CsrRead{3, 0xf14}), 714u * 504 + 183);
}

TEST(Gpu, FencesDoNothing) {
  HartState state = makeState();
  HartState after =
      runOps({ops::Fence{vmir::MemOrder::SeqCst, "device"}}, state);
  EXPECT_EQ(after.x, state.x);
  EXPECT_EQ(after.exit.status, ExitStatus::Return);
}

TEST(Gpu, ABarrierOfOneThreadIsPassed) {
  EXPECT_EQ(runOps({ops::GpuBarrier{}, ops::CsrWrite{0x800, 0}}).exit.status,
            ExitStatus::Return);
}

TEST(Gpu, ABarrierOfMoreThreadsIsAnExitInHartMode) {
  ExitRecord expected{
      ExitStatus::Unsupported, kBlockPc, 1, 0, 0, false, kBlockPc, 1};
  EXPECT_EQ(runOps({ops::Nop{}, ops::GpuBarrier{}}, makeState()).exit,
            expected);
}
