//===- IntegerTest.cpp - Tests of integer arithmetic ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

using namespace vmjit;

TEST(Integer, AddSubMulWrap) {
  EXPECT_EQ(evalX(ops::Add{3, 1, 2}, kMinusOne, 2), 1u);
  EXPECT_EQ(evalX(ops::Sub{3, 1, 2}, 1, 2), kMinusOne);
  EXPECT_EQ(evalX(ops::Mul{3, 1, 2}, 0x100000001, 0x100000001),
            0x0000000200000001u);
  EXPECT_EQ(evalX(ops::AddImm{3, 1, -3}, 1), kMinusOne - 1);
  EXPECT_EQ(evalX(ops::MulImm{3, 1, -1}, kMinInt64), kMinInt64);
  EXPECT_EQ(evalX(ops::MulImm{3, 1, -7}, 3), uint64_t(-21));
}

TEST(Integer, BitwiseOps) {
  EXPECT_EQ(evalX(ops::And{3, 1, 2}, 0xff00ff00, 0x0ff00ff0), 0x0f000f00u);
  EXPECT_EQ(evalX(ops::Or{3, 1, 2}, 0xff00ff00, 0x0ff00ff0), 0xfff0fff0u);
  EXPECT_EQ(evalX(ops::Xor{3, 1, 2}, 0xff00ff00, 0x0ff00ff0), 0xf0f0f0f0u);
  EXPECT_EQ(evalX(ops::Not{3, 1}, 0xff), 0xffffffffffffff00u);
}

TEST(Integer, MovesKeepAllBits) {
  EXPECT_EQ(evalX(ops::Mov{3, 1}, 0x123456789abcdef0), 0x123456789abcdef0u);
  EXPECT_EQ(evalX(ops::MovImm{3, kMinusOne}, 0), kMinusOne);
  EXPECT_EQ(evalX(ops::Nop{}, 5), 0u);
}

TEST(Integer, SignedDivisionTruncates) {
  EXPECT_EQ(evalX(ops::Div{3, 1, 2, true}, -7, 2), uint64_t(-3));
  EXPECT_EQ(evalX(ops::Rem{3, 1, 2, true}, -7, 2), uint64_t(-1));
  EXPECT_EQ(evalX(ops::Div{3, 1, 2, true}, 7, -2), uint64_t(-3));
  EXPECT_EQ(evalX(ops::Rem{3, 1, 2, true}, 7, -2), 1u);
}

TEST(Integer, UnsignedDivision) {
  EXPECT_EQ(evalX(ops::Div{3, 1, 2, false}, -7, 2), 0x7ffffffffffffffcu);
  EXPECT_EQ(evalX(ops::Rem{3, 1, 2, false}, -7, 2), 1u);
  EXPECT_EQ(evalX(ops::Div{3, 1, 2, false}, kMinInt64, kMinusOne), 0u);
  EXPECT_EQ(evalX(ops::Rem{3, 1, 2, false}, kMinInt64, kMinusOne), kMinInt64);
}

TEST(Integer, DivisionNeverTraps) {
  for (bool isSigned : {false, true}) {
    EXPECT_EQ(evalX(ops::Div{3, 1, 2, isSigned}, 42, 0), kMinusOne);
    EXPECT_EQ(evalX(ops::Rem{3, 1, 2, isSigned}, 42, 0), 42u);
  }
  EXPECT_EQ(evalX(ops::Div{3, 1, 2, true}, kMinInt64, kMinusOne), kMinInt64);
  EXPECT_EQ(evalX(ops::Rem{3, 1, 2, true}, kMinInt64, kMinusOne), 0u);
}

TEST(Integer, SourcesAreReadBeforeTheDestinationIsWritten) {
  HartState state;
  state.x[5] = 6;
  state = runOps({ops::Mul{5, 5, 5}, ops::Sub{5, 5, 5}, ops::Not{5, 5}}, state);
  EXPECT_EQ(state.x[5], kMinusOne);
}

TEST(Integer, MulHigh) {
  constexpr ops::MulHigh bothSigned{3, 1, 2, true, true};
  constexpr ops::MulHigh mixed{3, 1, 2, true, false};
  constexpr ops::MulHigh unsignedOnly{3, 1, 2, false, false};
  EXPECT_EQ(evalX(bothSigned, kMinusOne, kMinusOne), 0u);
  EXPECT_EQ(evalX(mixed, kMinusOne, kMinusOne), kMinusOne);
  EXPECT_EQ(evalX(unsignedOnly, kMinusOne, kMinusOne), kMinusOne - 1);
  EXPECT_EQ(evalX(bothSigned, kMinInt64, kMinInt64), uint64_t(1) << 62);
  EXPECT_EQ(evalX(mixed, kMinInt64, kMinInt64), uint64_t(3) << 62);
}

TEST(Integer, SignExtend) {
  EXPECT_EQ(evalX(ops::SignExtend{3, 1, 8}, 0x12380), uint64_t(-128));
  EXPECT_EQ(evalX(ops::SignExtend{3, 1, 16}, 0x17fff), 0x7fffu);
  EXPECT_EQ(evalX(ops::SignExtend{3, 1, 32}, 0x80000000), 0xffffffff80000000u);
}
