//===- CompareTest.cpp - Tests of integer comparisons and Select *- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

using namespace vmjit;

TEST(Compare, EqualityOfAllBits) {
  EXPECT_EQ(evalX(ops::CmpEq{3, 1, 2}, 0x100000000, 0), 0u);
  EXPECT_EQ(evalX(ops::CmpEq{3, 1, 2}, 7, 7), 1u);
  EXPECT_EQ(evalX(ops::CmpNe{3, 1, 2}, 0x100000000, 0), 1u);
  EXPECT_EQ(evalX(ops::CmpNe{3, 1, 2}, 7, 7), 0u);
}

TEST(Compare, SignedAndUnsignedOrder) {
  EXPECT_EQ(evalX(ops::CmpLt{3, 1, 2}, kMinusOne, 1), 1u);
  EXPECT_EQ(evalX(ops::CmpLtU{3, 1, 2}, kMinusOne, 1), 0u);
  EXPECT_EQ(evalX(ops::CmpGe{3, 1, 2}, kMinusOne, 1), 0u);
  EXPECT_EQ(evalX(ops::CmpGeU{3, 1, 2}, kMinusOne, 1), 1u);
  EXPECT_EQ(evalX(ops::CmpLt{3, 1, 2}, kMinInt64, kMaxInt64), 1u);
  EXPECT_EQ(evalX(ops::CmpLtU{3, 1, 2}, kMaxInt64, kMinInt64), 1u);
}

TEST(Compare, EqualOperands) {
  EXPECT_EQ(evalX(ops::CmpLt{3, 1, 2}, 5, 5), 0u);
  EXPECT_EQ(evalX(ops::CmpLtU{3, 1, 2}, 5, 5), 0u);
  EXPECT_EQ(evalX(ops::CmpGe{3, 1, 2}, 5, 5), 1u);
  EXPECT_EQ(evalX(ops::CmpGeU{3, 1, 2}, 5, 5), 1u);
}

TEST(Compare, SelectLooksAtAllBitsOfTheCondition) {
  HartState state;
  state.x[1] = 0x8000000000000000;
  state.x[2] = 0;
  state.x[5] = 55;
  state.x[6] = 66;
  state = runOps({ops::Select{3, 1, 5, 6}, ops::Select{4, 2, 5, 6}}, state);
  EXPECT_EQ(state.x[3], 55u);
  EXPECT_EQ(state.x[4], 66u);
}
