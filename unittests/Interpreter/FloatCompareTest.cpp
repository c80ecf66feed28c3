//===- FloatCompareTest.cpp - Tests of floating-point comparisons *- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

using namespace vmjit;

TEST(FloatCompare, Numbers64) {
  EXPECT_EQ(evalFToX(ops::Feq{3, 1, 2}, f64::kOne, f64::kOne), 1u);
  EXPECT_EQ(evalFToX(ops::Feq{3, 1, 2}, f64::kZero, f64::kMinusZero), 1u);
  EXPECT_EQ(evalFToX(ops::Feq{3, 1, 2}, f64::kOne, f64::kTwo), 0u);
  EXPECT_EQ(evalFToX(ops::Flt{3, 1, 2}, f64::kMinusInf, f64::kOne), 1u);
  EXPECT_EQ(evalFToX(ops::Flt{3, 1, 2}, f64::kMinusZero, f64::kZero), 0u);
  EXPECT_EQ(evalFToX(ops::Flt{3, 1, 2}, f64::kZero, f64::kMinSubnormal), 1u);
  EXPECT_EQ(evalFToX(ops::Fle{3, 1, 2}, f64::kOne, f64::kOne), 1u);
  EXPECT_EQ(evalFToX(ops::Fle{3, 1, 2}, f64::kTwo, f64::kOne), 0u);
}

TEST(FloatCompare, Numbers32) {
  EXPECT_EQ(evalFToX(ops::FeqS{3, 1, 2}, f32::kZero, f32::kMinusZero), 1u);
  EXPECT_EQ(evalFToX(ops::FeqS{3, 1, 2}, f32::kOne, f32::kTwo), 0u);
  EXPECT_EQ(evalFToX(ops::FltS{3, 1, 2}, f32::kMinusOne, f32::kOne), 1u);
  EXPECT_EQ(evalFToX(ops::FltS{3, 1, 2}, f32::kZero, f32::kMinSubnormal), 1u);
  EXPECT_EQ(evalFToX(ops::FleS{3, 1, 2}, f32::kInf, f32::kInf), 1u);
  EXPECT_EQ(evalFToX(ops::FleS{3, 1, 2}, f32::kTwo, f32::kOne), 0u);
}

TEST(FloatCompare, NothingIsTrueOfANaN) {
  for (uint64_t nan : {f64::kNaN, f64::kSignalingNaN}) {
    EXPECT_EQ(evalFToX(ops::Feq{3, 1, 2}, nan, nan), 0u);
    EXPECT_EQ(evalFToX(ops::Flt{3, 1, 2}, nan, f64::kOne), 0u);
    EXPECT_EQ(evalFToX(ops::Fle{3, 1, 2}, f64::kOne, nan), 0u);
  }
  for (uint64_t nan : {f32::kNaN, f32::kSignalingNaN, f32::kUnboxedOne}) {
    EXPECT_EQ(evalFToX(ops::FeqS{3, 1, 2}, nan, nan), 0u);
    EXPECT_EQ(evalFToX(ops::FltS{3, 1, 2}, nan, f32::kTwo), 0u);
    EXPECT_EQ(evalFToX(ops::FleS{3, 1, 2}, f32::kMinusOne, nan), 0u);
  }
}
