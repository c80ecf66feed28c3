//===- FloatConvertTest.cpp - Tests of floating-point conversions *- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

using namespace vmjit;

namespace {
constexpr uint64_t kMinInt32 = 0xffffffff80000000;
constexpr uint64_t kMaxInt32 = 0x7fffffff;
} // namespace

TEST(FloatConvert, F32ToInt32) {
  ops::Fcvtws op{3, 1};
  EXPECT_EQ(evalFToX(op, box(0x3ff33333)), 1u);           // 1.9
  EXPECT_EQ(evalFToX(op, box(0xbff33333)), uint64_t(-1)); // -1.9
  EXPECT_EQ(evalFToX(op, box(0x4f32d05e)), kMaxInt32);    // 3e9
  EXPECT_EQ(evalFToX(op, box(0xcf32d05e)), kMinInt32);
  EXPECT_EQ(evalFToX(op, box(0xcf000000)), kMinInt32); // -2^31
  EXPECT_EQ(evalFToX(op, f32::kInf), kMaxInt32);
  EXPECT_EQ(evalFToX(op, f32::kPayloadNaN), kMaxInt32);
  EXPECT_EQ(evalFToX(op, f32::kUnboxedOne), kMaxInt32);
}

TEST(FloatConvert, F32ToUInt32IsSignExtended) {
  ops::Fcvtwus op{3, 1};
  EXPECT_EQ(evalFToX(op, box(0x4f32d05e)), 0xffffffffb2d05e00u); // 3e9
  EXPECT_EQ(evalFToX(op, box(0x4f800000)), kMinusOne);           // 2^32
  EXPECT_EQ(evalFToX(op, box(0xbf666666)), 0u);                  // -0.9
  EXPECT_EQ(evalFToX(op, f32::kMinusOne), 0u);
  EXPECT_EQ(evalFToX(op, f32::kMinusInf), 0u);
  EXPECT_EQ(evalFToX(op, f32::kNaN), kMinusOne);
}

TEST(FloatConvert, F32ToInt64) {
  ops::Fcvtls op{3, 1};
  EXPECT_EQ(evalFToX(op, box(0xc0200000)), uint64_t(-2)); // -2.5
  EXPECT_EQ(evalFToX(op, box(0x5f000000)), kMaxInt64);    // 2^63
  EXPECT_EQ(evalFToX(op, box(0x5effffff)), 0x7fffff8000000000u);
  EXPECT_EQ(evalFToX(op, box(0xdf000000)), kMinInt64);
  EXPECT_EQ(evalFToX(op, f32::kMinusInf), kMinInt64);
  EXPECT_EQ(evalFToX(op, f32::kNaN), kMaxInt64);
}

TEST(FloatConvert, F32ToUInt64) {
  ops::Fcvtlus op{3, 1};
  EXPECT_EQ(evalFToX(op, box(0x5f000000)), kMinInt64); // 2^63
  EXPECT_EQ(evalFToX(op, box(0x5f7fffff)), 0xffffff0000000000u);
  EXPECT_EQ(evalFToX(op, box(0x5f800000)), kMinusOne); // 2^64
  EXPECT_EQ(evalFToX(op, box(0xbf000000)), 0u);        // -0.5
  EXPECT_EQ(evalFToX(op, f32::kMinusInf), 0u);
  EXPECT_EQ(evalFToX(op, f32::kNaN), kMinusOne);
}

TEST(FloatConvert, F64ToInt32) {
  ops::Fcvtwd op{3, 1};
  EXPECT_EQ(evalFToX(op, 0x41dfffffffe00000), kMaxInt32); // 2^31 - 0.5
  EXPECT_EQ(evalFToX(op, 0x41e0000000000000), kMaxInt32); // 2^31
  EXPECT_EQ(evalFToX(op, 0xc1e00000001ccccd), kMinInt32); // -2^31 - 0.9
  EXPECT_EQ(evalFToX(op, 0xc1e0000000200000), kMinInt32); // -2^31 - 1
  EXPECT_EQ(evalFToX(op, 0xc1dfffffffc00000), 0xffffffff80000001u);
  EXPECT_EQ(evalFToX(op, f64::kMinusInf), kMinInt32);
  EXPECT_EQ(evalFToX(op, f64::kSignalingNaN), kMaxInt32);
}

TEST(FloatConvert, F64ToUInt32IsSignExtended) {
  ops::Fcvtwud op{3, 1};
  EXPECT_EQ(evalFToX(op, 0x41e0000000000000), kMinInt32); // 2^31
  EXPECT_EQ(evalFToX(op, 0x41efffffffffffff), kMinusOne); // below 2^32
  EXPECT_EQ(evalFToX(op, 0x41dfffffffc00000), kMaxInt32); // 2^31 - 1
  EXPECT_EQ(evalFToX(op, f64::kInf), kMinusOne);
  EXPECT_EQ(evalFToX(op, f64::kMinusOne), 0u);
  EXPECT_EQ(evalFToX(op, f64::kNaN), kMinusOne);
}

TEST(FloatConvert, F64ToInt64) {
  ops::Fcvtld op{3, 1};
  EXPECT_EQ(evalFToX(op, 0x43dfffffffffffff), 0x7ffffffffffffc00u);
  EXPECT_EQ(evalFToX(op, 0x43e0000000000000), kMaxInt64); // 2^63
  EXPECT_EQ(evalFToX(op, 0xc3e0000000000000), kMinInt64); // -2^63
  EXPECT_EQ(evalFToX(op, 0xc3e0000000000001), kMinInt64);
  EXPECT_EQ(evalFToX(op, 0xbfefffffffffffff), 0u); // above -1
  EXPECT_EQ(evalFToX(op, f64::kPayloadNaN), kMaxInt64);
}

TEST(FloatConvert, F64ToUInt64) {
  ops::Fcvtlud op{3, 1};
  EXPECT_EQ(evalFToX(op, 0x43efffffffffffff), 0xfffffffffffff800u);
  EXPECT_EQ(evalFToX(op, 0x43f0000000000000), kMinusOne); // 2^64
  EXPECT_EQ(evalFToX(op, f64::kMinusOne), 0u);
  EXPECT_EQ(evalFToX(op, f64::kNaN), kMinusOne);
}

TEST(FloatConvert, Int32ReadsTheLowHalf) {
  constexpr uint64_t dirty = 0x1234567800000000;
  EXPECT_EQ(evalXToF(ops::Fcvtsw{4, 1}, dirty | 1), f32::kOne);
  EXPECT_EQ(evalXToF(ops::Fcvtsw{4, 1}, dirty | 0xffffffff), f32::kMinusOne);
  EXPECT_EQ(evalXToF(ops::Fcvtsw{4, 1}, 16777217), box(0x4b800000));
  EXPECT_EQ(evalXToF(ops::Fcvtswu{4, 1}, dirty | 0xffffffff), box(0x4f800000));
  EXPECT_EQ(evalXToF(ops::Fcvtdw{4, 1}, dirty | 0xffffffff), f64::kMinusOne);
  EXPECT_EQ(evalXToF(ops::Fcvtdwu{4, 1}, dirty | 0xffffffff),
            0x41efffffffe00000u);
}

TEST(FloatConvert, Int64RoundsOnce) {
  EXPECT_EQ(evalXToF(ops::Fcvtsl{4, 1}, kMaxInt64), box(0x5f000000));
  EXPECT_EQ(evalXToF(ops::Fcvtsl{4, 1}, kMinusOne), f32::kMinusOne);
  EXPECT_EQ(evalXToF(ops::Fcvtslu{4, 1}, kMinusOne), box(0x5f800000));
  // A bit above a tie: through a double it would be one, and round down.
  EXPECT_EQ(evalXToF(ops::Fcvtslu{4, 1}, 0x8000008000000001), box(0x5f000001));
  EXPECT_EQ(evalXToF(ops::Fcvtsl{4, 1}, 0x4000004000000001), box(0x5e800001));
  EXPECT_EQ(evalXToF(ops::Fcvtdl{4, 1}, 0x20000000000001), 0x4340000000000000u);
  EXPECT_EQ(evalXToF(ops::Fcvtdl{4, 1}, kMinInt64), 0xc3e0000000000000u);
  EXPECT_EQ(evalXToF(ops::Fcvtdlu{4, 1}, kMinusOne), 0x43f0000000000000u);
  EXPECT_EQ(evalXToF(ops::Fcvtdlu{4, 1}, 0x8000000000000401),
            0x43e0000000000001u);
}

TEST(FloatConvert, NarrowsWithOneRounding) {
  ops::Fcvtsd op{4, 1};
  EXPECT_EQ(evalF(op, 0x3ff0000010000000), f32::kOne); // a tie
  EXPECT_EQ(evalF(op, 0x3ff0000010000001), box(0x3f800001));
  EXPECT_EQ(evalF(op, 0x7e37e43c8800759c), f32::kInf); // 1e300
  EXPECT_EQ(evalF(op, 0x36a0000000000000), f32::kMinSubnormal);
  EXPECT_EQ(evalF(op, f64::kPayloadNaN), f32::kNaN);
}

TEST(FloatConvert, WidensExactly) {
  ops::Fcvtds op{4, 1};
  EXPECT_EQ(evalF(op, f32::kMinSubnormal), 0x36a0000000000000u);
  EXPECT_EQ(evalF(op, f32::kMinusInf), f64::kMinusInf);
  EXPECT_EQ(evalF(op, f32::kPayloadNaN), f64::kNaN);
  EXPECT_EQ(evalF(op, f32::kUnboxedOne), f64::kNaN);
}
