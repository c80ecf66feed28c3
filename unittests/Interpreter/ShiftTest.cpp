//===- ShiftTest.cpp - Tests of shifts --------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

using namespace vmjit;

TEST(Shift, ByARegister) {
  EXPECT_EQ(evalX(ops::Sll{3, 1, 2}, 3, 63), kMinInt64);
  EXPECT_EQ(evalX(ops::Srl{3, 1, 2}, kMinInt64, 63), 1u);
  EXPECT_EQ(evalX(ops::Sra{3, 1, 2}, kMinInt64, 63), kMinusOne);
  EXPECT_EQ(evalX(ops::Sra{3, 1, 2}, kMaxInt64, 62), 1u);
}

TEST(Shift, OnlySixBitsOfTheAmountCount) {
  EXPECT_EQ(evalX(ops::Sll{3, 1, 2}, 5, 64), 5u);
  EXPECT_EQ(evalX(ops::Srl{3, 1, 2}, kMinusOne, 0x1000000000000001), kMaxInt64);
  EXPECT_EQ(evalX(ops::Sra{3, 1, 2}, kMinInt64, kMinusOne), kMinusOne);
  EXPECT_EQ(evalX(ops::SllImm{3, 1, 65}, 5), 10u);
}

TEST(Shift, ByAConstant) {
  EXPECT_EQ(evalX(ops::SllImm{3, 1, 4}, 0xf00000000000000f), 0xf0u);
  EXPECT_EQ(evalX(ops::SrlImm{3, 1, 4}, 0xf00000000000000f),
            0x0f00000000000000u);
  EXPECT_EQ(evalX(ops::SraImm{3, 1, 4}, 0xf00000000000000f),
            0xff00000000000000u);
  EXPECT_EQ(evalX(ops::SraImm{3, 1, 0}, kMinInt64), kMinInt64);
}
