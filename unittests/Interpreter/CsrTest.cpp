//===- CsrTest.cpp - Tests of CSR ops ---------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

using namespace vmjit;

namespace {
constexpr uint16_t kFflags = 1;
constexpr uint16_t kFrm = 2;
constexpr uint16_t kFcsr = 3;
constexpr uint16_t kScratch = 0x340;
/// Positions, and the barrier, which is only written by CsrWrite.
constexpr uint16_t kGpuCsrs[] = {0xcc0, 0xcc1, 0xcc2, 0xcc4, 0xcc5, 0xcc6,
                                 0xcc8, 0xcc9, 0xcca, 0xccc, 0xccd, 0xcce,
                                 0xcd0, 0xcd2, 0xf14, 0x800};

using Csrs = std::map<uint16_t, uint64_t>;
} // namespace

TEST(Csr, HoldsAllBits) {
  HartState state;
  state.x[1] = 0x123456789abcdef0;
  state = runOps({ops::CsrRead{3, kScratch}, ops::CsrWrite{kScratch, 1},
                  ops::CsrRead{4, kScratch}},
                 state);
  EXPECT_EQ(state.x[3], 0u);
  EXPECT_EQ(state.x[4], 0x123456789abcdef0u);
  EXPECT_EQ(state.csrs, (Csrs{{kScratch, 0x123456789abcdef0}}));
}

TEST(Csr, IsWhatTheEnginePutThere) {
  HartState state;
  state.csrs = {{0xc00, 77}, {0xcc3, 5}};
  state.x[3] = state.x[4] = 1;
  state = runOps(
      {ops::CsrRead{3, 0xc00}, ops::CsrRead{4, 0xcc3}, ops::CsrRead{5, 0x800}},
      state);
  EXPECT_EQ(state.x[3], 77u);
  EXPECT_EQ(state.x[4], 5u) << "0xcc3 is no position";
  EXPECT_EQ(state.x[5], 0u);
}

TEST(Csr, SetAndClearBits) {
  HartState state;
  state.csrs[kScratch] = 0xff00;
  state.x[1] = 0x0ff0;
  state = runOps({ops::CsrSet{kScratch, 1}, ops::CsrRead{3, kScratch},
                  ops::MovImm{1, 0xf0f0}, ops::CsrClear{kScratch, 1}},
                 state);
  EXPECT_EQ(state.x[3], 0xfff0u);
  EXPECT_EQ(state.csrs[kScratch], 0x0f00u);
}

TEST(Csr, ImmediatesAreZeroExtendedAndTheOldValueIsGiven) {
  HartState state;
  state.csrs[kScratch] = 0xffffffff00000001;
  state = runOps({ops::CsrSetImm{kScratch, 0xfffffff0, 3},
                  ops::CsrClearImm{kScratch, 0xffffffff, 4},
                  ops::CsrWriteImm{kScratch, 0x80000000, 5}},
                 state);
  EXPECT_EQ(state.x[3], 0xffffffff00000001u);
  EXPECT_EQ(state.x[4], 0xfffffffffffffff1u);
  EXPECT_EQ(state.x[5], 0xffffffff00000000u);
  EXPECT_EQ(state.csrs[kScratch], 0x80000000u);
}

TEST(Csr, DestinationZeroDropsTheOldValueInAnyProgram) {
  for (bool zeroReg : {true, false}) {
    vmir::Program program = makeProgram(
        {{kBlockPc,
          {ops::CsrWriteImm{kScratch, 1, 0}, ops::CsrSetImm{kScratch, 2, 0},
           ops::CsrClearImm{kScratch, 1, 0}},
          terms::Jmp{kReturnPc}}});
    program.zeroReg = zeroReg;
    HartState state;
    state.x[0] = 77;
    state.csrs[kScratch] = 5;
    GuestMemory memory;
    state.startAt(kBlockPc);
    runProgram(program, state, memory);
    EXPECT_EQ(state.exit.status, ExitStatus::Return);
    EXPECT_EQ(state.x[0], 77u);
    EXPECT_EQ(state.csrs[kScratch], 2u);
  }
}

TEST(Csr, FflagsAndFrmAreViewsOfFcsr) {
  HartState state;
  state.csrs[kFcsr] = 0xb5; // frm 5, fflags 0x15
  state = runOps(
      {ops::CsrRead{3, kFflags}, ops::CsrRead{4, kFrm}, ops::CsrRead{5, kFcsr}},
      state);
  EXPECT_EQ(state.x[3], 0x15u);
  EXPECT_EQ(state.x[4], 5u);
  EXPECT_EQ(state.x[5], 0xb5u);

  state.x[1] = kMinusOne;
  state = runOps({ops::CsrWrite{kFflags, 1}}, state);
  EXPECT_EQ(state.csrs, (Csrs{{kFcsr, 0xbf}}));
  state = runOps({ops::CsrWriteImm{kFrm, 0xa, 3}}, state);
  EXPECT_EQ(state.csrs, (Csrs{{kFcsr, 0x5f}}));
  EXPECT_EQ(state.x[3], 5u);
  state = runOps({ops::CsrClearImm{kFflags, 0xe1, 3}}, state);
  EXPECT_EQ(state.csrs, (Csrs{{kFcsr, 0x5e}}));
  EXPECT_EQ(state.x[3], 0x1fu);
  state = runOps({ops::CsrSetImm{kFrm, 4, 3}}, state);
  EXPECT_EQ(state.csrs, (Csrs{{kFcsr, 0xde}}));
  EXPECT_EQ(state.x[3], 2u);
  state = runOps({ops::CsrClear{kFrm, 1}}, state);
  EXPECT_EQ(state.csrs, (Csrs{{kFcsr, 0x1e}}));
  state = runOps({ops::CsrWrite{kFcsr, 1}}, state);
  EXPECT_EQ(state.csrs, (Csrs{{kFcsr, 0xff}}));
}

TEST(Csr, FcsrHasEightBits) {
  HartState state;
  state.csrs[kFcsr] = 0xabcdef;
  state = runOps({ops::CsrRead{3, kFcsr}, ops::CsrRead{4, kFrm},
                  ops::CsrSetImm{kFflags, 0x10, 5}},
                 state);
  EXPECT_EQ(state.x[3], 0xefu);
  EXPECT_EQ(state.x[4], 7u);
  EXPECT_EQ(state.x[5], 0xfu);
  EXPECT_EQ(state.csrs[kFcsr], 0xffu);
}

TEST(Csr, PositionsAreNotChanged) {
  for (uint16_t csr : kGpuCsrs)
    for (const vmir::Op &op : std::initializer_list<vmir::Op>{
             ops::CsrWrite{csr, 1}, ops::CsrSet{csr, 1}, ops::CsrClear{csr, 1},
             ops::CsrWriteImm{csr, 1, 3}, ops::CsrSetImm{csr, 1, 3},
             ops::CsrClearImm{csr, 1, 3}}) {
      if (csr == 0x800 && std::holds_alternative<ops::CsrWrite>(op))
        continue;
      HartState state = runOps({ops::MovImm{3, 7}, op});
      EXPECT_EQ(state.exit, exitAtOp(ExitStatus::BadOp, 1)) << csr;
      EXPECT_EQ(state.x[3], 7u);
      EXPECT_TRUE(state.csrs.empty());
    }
}
