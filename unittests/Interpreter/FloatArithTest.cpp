//===- FloatArithTest.cpp - Tests of floating-point arithmetic --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

#include <cfenv>

using namespace vmjit;

TEST(FloatArith, RoundsToNearestEven64) {
  // 0.1 + 0.2
  EXPECT_EQ(evalF(ops::Fadd{4, 1, 2}, 0x3fb999999999999a, 0x3fc999999999999a),
            0x3fd3333333333334u);
  // 2^53 + 1 is a tie, to the even 2^53; 2^53 + 3 is one to 2^53 + 4.
  EXPECT_EQ(evalF(ops::Fadd{4, 1, 2}, 0x4340000000000000, f64::kOne),
            0x4340000000000000u);
  EXPECT_EQ(evalF(ops::Fadd{4, 1, 2}, 0x4340000000000000, f64::kThree),
            0x4340000000000002u);
  EXPECT_EQ(evalF(ops::Fsub{4, 1, 2}, f64::kOne, f64::kThree),
            0xc000000000000000u);
  EXPECT_EQ(evalF(ops::Fmul{4, 1, 2}, f64::kThree, f64::kTwo),
            0x4018000000000000u);
  EXPECT_EQ(evalF(ops::Fdiv{4, 1, 2}, f64::kOne, f64::kThree),
            0x3fd5555555555555u);
  EXPECT_EQ(evalF(ops::Fsqrt{4, 1}, f64::kTwo), 0x3ff6a09e667f3bcdu);
}

TEST(FloatArith, RoundsToNearestEven32) {
  // 2^24 + 1 and 2^24 + 3 are ties.
  EXPECT_EQ(evalF(ops::FaddS{4, 1, 2}, box(0x4b800000), f32::kOne),
            box(0x4b800000));
  EXPECT_EQ(evalF(ops::FaddS{4, 1, 2}, box(0x4b800000), f32::kThree),
            box(0x4b800002));
  EXPECT_EQ(evalF(ops::FsubS{4, 1, 2}, f32::kOne, f32::kThree),
            box(0xc0000000));
  EXPECT_EQ(evalF(ops::FmulS{4, 1, 2}, f32::kThree, f32::kTwo),
            box(0x40c00000));
  EXPECT_EQ(evalF(ops::FdivS{4, 1, 2}, f32::kOne, f32::kThree),
            box(0x3eaaaaab));
  EXPECT_EQ(evalF(ops::FsqrtS{4, 1}, f32::kTwo), box(0x3fb504f3));
}

TEST(FloatArith, NaNResultsAreCanonical) {
  EXPECT_EQ(evalF(ops::Fadd{4, 1, 2}, f64::kPayloadNaN, f64::kOne), f64::kNaN);
  EXPECT_EQ(evalF(ops::Fsub{4, 1, 2}, f64::kInf, f64::kInf), f64::kNaN);
  EXPECT_EQ(evalF(ops::Fmul{4, 1, 2}, f64::kMinusInf, f64::kZero), f64::kNaN);
  EXPECT_EQ(evalF(ops::Fdiv{4, 1, 2}, f64::kZero, f64::kMinusZero), f64::kNaN);
  EXPECT_EQ(evalF(ops::Fsqrt{4, 1}, f64::kMinusOne), f64::kNaN);
  EXPECT_EQ(
      evalF(ops::Fmadd{4, 1, 2, 3}, f64::kOne, f64::kOne, f64::kSignalingNaN),
      f64::kNaN);
  EXPECT_EQ(evalF(ops::FaddS{4, 1, 2}, f32::kPayloadNaN, f32::kOne), f32::kNaN);
  EXPECT_EQ(evalF(ops::FsubS{4, 1, 2}, f32::kInf, f32::kInf), f32::kNaN);
  EXPECT_EQ(evalF(ops::FmulS{4, 1, 2}, f32::kInf, f32::kMinusZero), f32::kNaN);
  EXPECT_EQ(evalF(ops::FdivS{4, 1, 2}, f32::kZero, f32::kZero), f32::kNaN);
  EXPECT_EQ(evalF(ops::FsqrtS{4, 1}, f32::kMinusInf), f32::kNaN);
  EXPECT_EQ(evalF(ops::FmaddS{4, 1, 2, 3}, f32::kInf, f32::kZero, f32::kOne),
            f32::kNaN);
}

TEST(FloatArith, UnboxedOperandsAreNaN) {
  EXPECT_EQ(evalF(ops::FaddS{4, 1, 2}, f32::kUnboxedOne, f32::kOne), f32::kNaN);
  EXPECT_EQ(evalF(ops::FmulS{4, 1, 2}, f32::kOne, f64::kOne), f32::kNaN);
  EXPECT_EQ(evalF(ops::FsqrtS{4, 1}, 0x3f800000), f32::kNaN);
  EXPECT_EQ(
      evalF(ops::FmaddS{4, 1, 2, 3}, f32::kOne, f32::kOne, f32::kUnboxedOne),
      f32::kNaN);
  EXPECT_EQ(evalF(ops::FminS{4, 1, 2}, f32::kUnboxedOne, f32::kTwo), f32::kTwo);
}

TEST(FloatArith, KeepsSubnormals) {
  EXPECT_EQ(evalF(ops::Fadd{4, 1, 2}, f64::kMinSubnormal, f64::kMinSubnormal),
            2u);
  EXPECT_EQ(evalF(ops::Fmul{4, 1, 2}, f64::kMinNormal, f64::kHalf),
            0x0008000000000000u);
  EXPECT_EQ(evalF(ops::FaddS{4, 1, 2}, f32::kMinSubnormal, f32::kMinSubnormal),
            box(2));
  EXPECT_EQ(evalF(ops::FmulS{4, 1, 2}, f32::kMinNormal, f32::kHalf),
            box(0x00400000));
  EXPECT_EQ(evalF(ops::FdivS{4, 1, 2}, f32::kMinSubnormal, f32::kMinSubnormal),
            f32::kOne);
}

TEST(FloatArith, SignsOfZeroAndOverflow) {
  EXPECT_EQ(evalF(ops::Fadd{4, 1, 2}, f64::kMinusZero, f64::kZero), f64::kZero);
  EXPECT_EQ(evalF(ops::Fadd{4, 1, 2}, f64::kMinusZero, f64::kMinusZero),
            f64::kMinusZero);
  EXPECT_EQ(evalF(ops::Fsqrt{4, 1}, f64::kMinusZero), f64::kMinusZero);
  EXPECT_EQ(evalF(ops::FsqrtS{4, 1}, f32::kMinusZero), f32::kMinusZero);
  EXPECT_EQ(evalF(ops::Fdiv{4, 1, 2}, f64::kMinusOne, f64::kZero),
            f64::kMinusInf);
  EXPECT_EQ(evalF(ops::FmulS{4, 1, 2}, box(0x7f7fffff), f32::kTwo), f32::kInf);
}

TEST(FloatArith, FusedOpsRoundOnce64) {
  // a * a = 1 + 2^-51 + 2^-104 for a = 1 + 2^-52; c = 1 + 2^-51.
  constexpr uint64_t a = 0x3ff0000000000001, c = 0x3ff0000000000002;
  constexpr uint64_t minusC = c | f64::kMinusZero;
  constexpr uint64_t tiny = 0x3970000000000000, minusTiny = 0xb970000000000000;
  EXPECT_EQ(evalF(ops::Fmadd{4, 1, 2, 3}, a, a, minusC), tiny);
  EXPECT_EQ(evalF(ops::Fmsub{4, 1, 2, 3}, a, a, c), tiny);
  EXPECT_EQ(evalF(ops::Fnmadd{4, 1, 2, 3}, a, a, minusC), minusTiny);
  EXPECT_EQ(evalF(ops::Fnmsub{4, 1, 2, 3}, a, a, c), minusTiny);
}

TEST(FloatArith, FusedOpsRoundOnce32) {
  // a * a = 1 + 2^-22 + 2^-46 for a = 1 + 2^-23; c = 1 + 2^-22.
  constexpr uint64_t a = box(0x3f800001), c = box(0x3f800002);
  constexpr uint64_t minusC = box(0xbf800002);
  constexpr uint64_t tiny = box(0x28800000), minusTiny = box(0xa8800000);
  EXPECT_EQ(evalF(ops::FmaddS{4, 1, 2, 3}, a, a, minusC), tiny);
  EXPECT_EQ(evalF(ops::FmsubS{4, 1, 2, 3}, a, a, c), tiny);
  EXPECT_EQ(evalF(ops::FnmaddS{4, 1, 2, 3}, a, a, minusC), minusTiny);
  EXPECT_EQ(evalF(ops::FnmsubS{4, 1, 2, 3}, a, a, c), minusTiny);
}

TEST(FloatArith, NegatedFusedOpsNegateTheProductNotTheResult) {
  // -(1 * 1) + 1 is +0, not -(1 * 1 - 1).
  EXPECT_EQ(
      evalF(ops::Fnmadd{4, 1, 2, 3}, f64::kOne, f64::kOne, f64::kMinusOne),
      f64::kZero);
  EXPECT_EQ(evalF(ops::Fnmsub{4, 1, 2, 3}, f64::kOne, f64::kOne, f64::kOne),
            f64::kZero);
  EXPECT_EQ(
      evalF(ops::FnmaddS{4, 1, 2, 3}, f32::kOne, f32::kOne, f32::kMinusOne),
      f32::kZero);
  EXPECT_EQ(evalF(ops::FnmsubS{4, 1, 2, 3}, f32::kOne, f32::kOne, f32::kOne),
            f32::kZero);
}

TEST(FloatArith, MinimumAndMaximumOfNumbers) {
  EXPECT_EQ(evalF(ops::Fmin{4, 1, 2}, f64::kOne, f64::kMinusInf),
            f64::kMinusInf);
  EXPECT_EQ(evalF(ops::Fmax{4, 1, 2}, f64::kOne, f64::kMinusInf), f64::kOne);
  EXPECT_EQ(evalF(ops::FminS{4, 1, 2}, f32::kTwo, f32::kThree), f32::kTwo);
  EXPECT_EQ(evalF(ops::FmaxS{4, 1, 2}, f32::kTwo, f32::kThree), f32::kThree);
}

TEST(FloatArith, MinimumAndMaximumPreferNumbersToNaN) {
  for (uint64_t nan : {f64::kPayloadNaN, f64::kSignalingNaN}) {
    EXPECT_EQ(evalF(ops::Fmin{4, 1, 2}, nan, f64::kOne), f64::kOne);
    EXPECT_EQ(evalF(ops::Fmin{4, 1, 2}, f64::kOne, nan), f64::kOne);
    EXPECT_EQ(evalF(ops::Fmax{4, 1, 2}, nan, f64::kMinusInf), f64::kMinusInf);
    EXPECT_EQ(evalF(ops::Fmax{4, 1, 2}, f64::kMinusInf, nan), f64::kMinusInf);
    EXPECT_EQ(evalF(ops::Fmin{4, 1, 2}, nan, nan), f64::kNaN);
    EXPECT_EQ(evalF(ops::Fmax{4, 1, 2}, nan, nan), f64::kNaN);
  }
  for (uint64_t nan : {f32::kPayloadNaN, f32::kSignalingNaN}) {
    EXPECT_EQ(evalF(ops::FminS{4, 1, 2}, nan, f32::kOne), f32::kOne);
    EXPECT_EQ(evalF(ops::FmaxS{4, 1, 2}, f32::kOne, nan), f32::kOne);
    EXPECT_EQ(evalF(ops::FminS{4, 1, 2}, nan, nan), f32::kNaN);
    EXPECT_EQ(evalF(ops::FmaxS{4, 1, 2}, nan, nan), f32::kNaN);
  }
}

TEST(FloatArith, MinusZeroIsLessThanZero) {
  EXPECT_EQ(evalF(ops::Fmin{4, 1, 2}, f64::kZero, f64::kMinusZero),
            f64::kMinusZero);
  EXPECT_EQ(evalF(ops::Fmin{4, 1, 2}, f64::kMinusZero, f64::kZero),
            f64::kMinusZero);
  EXPECT_EQ(evalF(ops::Fmax{4, 1, 2}, f64::kZero, f64::kMinusZero), f64::kZero);
  EXPECT_EQ(evalF(ops::Fmax{4, 1, 2}, f64::kMinusZero, f64::kZero), f64::kZero);
  EXPECT_EQ(evalF(ops::FminS{4, 1, 2}, f32::kZero, f32::kMinusZero),
            f32::kMinusZero);
  EXPECT_EQ(evalF(ops::FmaxS{4, 1, 2}, f32::kMinusZero, f32::kZero),
            f32::kZero);
}

TEST(FloatArith, DoesNotDependOnTheCallersRoundingMode) {
  ASSERT_EQ(std::fesetround(FE_UPWARD), 0);
  uint64_t sum = evalF(ops::Fadd{4, 1, 2}, f64::kOne, f64::kMinSubnormal);
  int mode = std::fegetround();
  std::fesetround(FE_TONEAREST);
  EXPECT_EQ(sum, f64::kOne);
  EXPECT_EQ(mode, FE_UPWARD);
}
