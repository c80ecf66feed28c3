//===- FloatBitsTest.cpp - Tests of floating-point numbers as bits *- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

using namespace vmjit;

TEST(FloatBits, SignInjection64) {
  EXPECT_EQ(evalF(ops::Fsgnj{4, 1, 2}, f64::kOne, f64::kMinusZero),
            f64::kMinusOne);
  EXPECT_EQ(evalF(ops::Fsgnjn{4, 1, 2}, f64::kOne, f64::kZero), f64::kMinusOne);
  EXPECT_EQ(evalF(ops::Fsgnjx{4, 1, 2}, f64::kMinusOne, f64::kMinusZero),
            f64::kOne);
  EXPECT_EQ(evalF(ops::Fsgnj{4, 1, 2}, f64::kPayloadNaN, f64::kZero),
            0x7ff8000000001234u);
  EXPECT_EQ(evalF(ops::Fsgnjn{4, 1, 2}, f64::kSignalingNaN, f64::kOne),
            0xfff0000000000001u);
}

TEST(FloatBits, SignInjection32) {
  EXPECT_EQ(evalF(ops::FsgnjS{4, 1, 2}, f32::kOne, f32::kMinusZero),
            f32::kMinusOne);
  EXPECT_EQ(evalF(ops::FsgnjnS{4, 1, 2}, f32::kOne, f32::kZero),
            f32::kMinusOne);
  EXPECT_EQ(evalF(ops::FsgnjxS{4, 1, 2}, f32::kMinusOne, f32::kMinusZero),
            f32::kOne);
  EXPECT_EQ(evalF(ops::FsgnjS{4, 1, 2}, f32::kPayloadNaN, f32::kZero),
            box(0x7fc01234));
  EXPECT_EQ(evalF(ops::FsgnjS{4, 1, 2}, f32::kUnboxedOne, f32::kMinusOne),
            box(0xffc00000));
  EXPECT_EQ(evalF(ops::FsgnjS{4, 1, 2}, f32::kMinusOne, f32::kUnboxedOne),
            f32::kOne);
}

TEST(FloatBits, AbsoluteValueAndNegationKeepPayloads) {
  EXPECT_EQ(evalF(ops::Fabs{4, 1}, f64::kPayloadNaN), 0x7ff8000000001234u);
  EXPECT_EQ(evalF(ops::Fneg{4, 1}, f64::kSignalingNaN), 0xfff0000000000001u);
  EXPECT_EQ(evalF(ops::Fneg{4, 1}, f64::kZero), f64::kMinusZero);
  EXPECT_EQ(evalF(ops::FabsS{4, 1}, f32::kPayloadNaN), box(0x7fc01234));
  EXPECT_EQ(evalF(ops::FabsS{4, 1}, f32::kMinusZero), f32::kZero);
  EXPECT_EQ(evalF(ops::FnegS{4, 1}, f32::kOne), f32::kMinusOne);
  EXPECT_EQ(evalF(ops::FnegS{4, 1}, f32::kUnboxedOne), box(0xffc00000));
}

TEST(FloatBits, Classify64) {
  const uint64_t values[] = {f64::kMinusInf,     f64::kMinusOne,
                             0x800fffffffffffff, f64::kMinusZero,
                             f64::kZero,         1,
                             f64::kMinNormal,    f64::kInf,
                             f64::kSignalingNaN, f64::kPayloadNaN};
  for (unsigned i = 0; i < std::size(values); ++i)
    EXPECT_EQ(evalFToX(ops::Fclass{3, 1}, values[i]), 1u << i) << i;
}

TEST(FloatBits, Classify32) {
  const uint64_t values[] = {
      f32::kMinusInf,     f32::kMinusOne,  box(0x807fffff), f32::kMinusZero,
      f32::kZero,         box(1),          f32::kMinNormal, f32::kInf,
      f32::kSignalingNaN, f32::kPayloadNaN};
  for (unsigned i = 0; i < std::size(values); ++i)
    EXPECT_EQ(evalFToX(ops::FclassS{3, 1}, values[i]), 1u << i) << i;
  EXPECT_EQ(evalFToX(ops::FclassS{3, 1}, f32::kUnboxedOne), 1u << 9);
}

TEST(FloatBits, MovesBetweenTheRegisterFiles) {
  EXPECT_EQ(evalFToX(ops::FmvXW{3, 1}, f32::kMinusOne), 0xffffffffbf800000u);
  EXPECT_EQ(evalFToX(ops::FmvXW{3, 1}, f32::kUnboxedOne), 0x3f800000u);
  EXPECT_EQ(evalFToX(ops::FmvXD{3, 1}, f64::kSignalingNaN), f64::kSignalingNaN);
  EXPECT_EQ(evalXToF(ops::FmvWX{4, 1}, 0x123456787f800001), f32::kSignalingNaN);
  EXPECT_EQ(evalXToF(ops::FmvDX{4, 1}, f64::kPayloadNaN), f64::kPayloadNaN);
}
