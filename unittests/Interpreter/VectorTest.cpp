//===- VectorTest.cpp - Tests of lanes --------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

using namespace vmjit;

TEST(Vector, AddStaysInItsLanes) {
  const uint64_t x = 0x00ff7f8001020304, y = 0x00018080ffffffff;
  EXPECT_EQ(evalX(ops::VecAdd{3, 1, 2, 1}, x, y), 0x0000ff0000010203u);
  EXPECT_EQ(evalX(ops::VecAdd{3, 1, 2, 2}, x, y), 0x0100000001010303u);
  EXPECT_EQ(evalX(ops::VecAdd{3, 1, 2, 4}, x, y), 0x0101000001020303u);
  EXPECT_EQ(evalX(ops::VecAdd{3, 1, 2, 8}, x, y), 0x0101000101020303u);
}

TEST(Vector, SubtractStaysInItsLanes) {
  const uint64_t x = 0x8000000000000100, y = 0x0100000000000001;
  EXPECT_EQ(evalX(ops::VecSub{3, 1, 2, 1}, x, y), 0x7f000000000001ffu);
  EXPECT_EQ(evalX(ops::VecSub{3, 1, 2, 2}, x, y), 0x7f000000000000ffu);
  EXPECT_EQ(evalX(ops::VecSub{3, 1, 2, 4}, uint64_t(1) << 32, 1),
            0x00000001ffffffffu);
  EXPECT_EQ(evalX(ops::VecSub{3, 1, 2, 8}, uint64_t(1) << 32, 1),
            0x00000000ffffffffu);
}

TEST(Vector, MultiplyKeepsTheLowPart) {
  EXPECT_EQ(evalX(ops::VecMul{3, 1, 2, 1}, 0x10ff, 0x10ff), 0x0001u);
  EXPECT_EQ(evalX(ops::VecMul{3, 1, 2, 2}, 0x10ff, 0x10ff), 0xde01u);
  EXPECT_EQ(evalX(ops::VecMul{3, 1, 2, 4}, 0x10ff, 0x10ff), 0x0120de01u);
  const uint64_t ones = 0x100000001;
  EXPECT_EQ(evalX(ops::VecMul{3, 1, 2, 4}, ones, ones), 0x0000000100000001u);
  EXPECT_EQ(evalX(ops::VecMul{3, 1, 2, 8}, ones, ones), 0x0000000200000001u);
}

namespace {
template <class OpT>
void expectSaturated(uint8_t size, uint64_t x, uint64_t y, uint64_t asSigned,
                     uint64_t asUnsigned) {
  SCOPED_TRACE(unsigned(size));
  EXPECT_EQ(evalX(OpT{3, 1, 2, size, true}, x, y), asSigned);
  EXPECT_EQ(evalX(OpT{3, 1, 2, size, false}, x, y), asUnsigned);
}
} // namespace

TEST(Vector, AddSaturates) {
  using Op = ops::VecAddSat;
  expectSaturated<Op>(1, 0x7f8001, 0x01ffff, 0x7f8000, 0x80ffff);
  expectSaturated<Op>(2, 0x7fff8000, 0x0001ffff, 0x7fff8000, 0x8000ffff);
  expectSaturated<Op>(4, 0x7fffffff80000000, 0x00000001ffffffff,
                      0x7fffffff80000000, 0x80000000ffffffff);
  expectSaturated<Op>(8, kMaxInt64, 1, kMaxInt64, kMinInt64);
  expectSaturated<Op>(8, kMinInt64, kMinusOne, kMinInt64, kMinusOne);
}

TEST(Vector, SubtractSaturates) {
  using Op = ops::VecSubSat;
  expectSaturated<Op>(1, 0x807f00, 0x01ff80, 0x807f7f, 0x7f0000);
  expectSaturated<Op>(2, 0x80007fff, 0x0001ffff, 0x80007fff, 0x7fff0000);
  expectSaturated<Op>(4, 0x800000007fffffff, 0x00000001ffffffff,
                      0x800000007fffffff, 0x7fffffff00000000);
  expectSaturated<Op>(8, kMinInt64, 1, kMinInt64, kMaxInt64);
  expectSaturated<Op>(8, kMaxInt64, kMinusOne, kMaxInt64, 0);
}

TEST(Vector, MultiplySaturates) {
  using Op = ops::VecMulSat;
  expectSaturated<Op>(1, 0x8040c005, 0xff0203fe, 0x7f7f80f6, 0xff80ffff);
  expectSaturated<Op>(2, 0x80000100, 0xffff0100, 0x7fff7fff, 0xffffffff);
  expectSaturated<Op>(4, 0x8000000000010000, 0xffffffff00010000,
                      0x7fffffff7fffffff, 0xffffffffffffffff);
  expectSaturated<Op>(8, kMinInt64, kMinusOne, kMaxInt64, kMinusOne);
  expectSaturated<Op>(8, uint64_t(1) << 32, uint64_t(1) << 32, kMaxInt64,
                      kMinusOne);
  expectSaturated<Op>(8, kMinInt64, 2, kMinInt64, kMinusOne);
  expectSaturated<Op>(8, 3, 5, 15, 15);
}

TEST(Vector, BitwiseOpsLookAtNoLanes) {
  const uint64_t x = 0xff00ff00ff00ff00, y = 0x0ff00ff00ff00ff0;
  for (uint8_t size : {0, 1, 3, 8, 255}) {
    EXPECT_EQ(evalX(ops::VecAnd{3, 1, 2, size}, x, y), 0x0f000f000f000f00u);
    EXPECT_EQ(evalX(ops::VecOr{3, 1, 2, size}, x, y), 0xfff0fff0fff0fff0u);
    EXPECT_EQ(evalX(ops::VecXor{3, 1, 2, size}, x, y), 0xf0f0f0f0f0f0f0f0u);
    EXPECT_EQ(evalX(ops::VecNot{3, 1, size}, x), 0x00ff00ff00ff00ffu);
  }
}

TEST(Vector, ShiftsTakeTheAmountModuloTheLane) {
  struct {
    uint8_t size;
    uint64_t value;
    uint8_t amount;
    uint64_t left, right, rightSigned;
  } const cases[] = {
      {1, 0x8181818181818181, 9, 0x0202020202020202, 0x4040404040404040,
       0xc0c0c0c0c0c0c0c0},
      {2, 0x8001800180018001, 17, 0x0002000200020002, 0x4000400040004000,
       0xc000c000c000c000},
      {4, 0x8000000180000001, 33, 0x0000000200000002, 0x4000000040000000,
       0xc0000000c0000000},
      {8, 0x8000000000000001, 65, 2, 0x4000000000000000, 0xc000000000000000},
      {1, 0x8142, 8, 0x8142, 0x8142, 0x8142},
      {8, kMinInt64, 63, 0, 1, kMinusOne},
  };
  for (const auto &[size, x, n, left, right, rightSigned] : cases) {
    SCOPED_TRACE(unsigned(size));
    // Bits of the register above do not count either.
    const uint64_t amount = 0xabcdef00 | n;
    EXPECT_EQ(evalX(ops::VecShl{3, 1, 2, size}, x, amount), left);
    EXPECT_EQ(evalX(ops::VecSrl{3, 1, 2, size}, x, amount), right);
    EXPECT_EQ(evalX(ops::VecSra{3, 1, 2, size}, x, amount), rightSigned);
    EXPECT_EQ(evalX(ops::VecShlImm{3, 1, n, size}, x), left);
    EXPECT_EQ(evalX(ops::VecSrlImm{3, 1, n, size}, x), right);
    EXPECT_EQ(evalX(ops::VecSraImm{3, 1, n, size}, x), rightSigned);
  }
}

TEST(Vector, BroadcastRepeatsTheLowBytes) {
  const uint64_t x = 0x1122334455667788;
  EXPECT_EQ(evalX(ops::Broadcast{3, 1, 1}, x), 0x8888888888888888u);
  EXPECT_EQ(evalX(ops::Broadcast{3, 1, 2}, x), 0x7788778877887788u);
  EXPECT_EQ(evalX(ops::Broadcast{3, 1, 4}, x), 0x5566778855667788u);
  EXPECT_EQ(evalX(ops::Broadcast{3, 1, 8}, x), x);
}

TEST(Vector, Add128GoesOverTwoWords) {
  HartState state;
  state.x[1] = 0x7f00;
  state.x[2] = 0x80ff;
  state.x[3] = 0x0101;
  state.x[4] = 0xff01;
  HartState after = runOps({ops::Vec128Add{5, 6, 1, 2, 3, 4, 1, true},
                            ops::Vec128Add{7, 8, 1, 2, 3, 4, 1, false}},
                           state);
  EXPECT_EQ(after.x[5], 0x7f01u);
  EXPECT_EQ(after.x[6], 0x8000u);
  EXPECT_EQ(after.x[7], 0x8001u);
  EXPECT_EQ(after.x[8], 0xffffu);
  // No carry goes from the low to the high word.
  state.x[1] = kMinusOne;
  after = runOps({ops::Vec128Add{5, 6, 1, 2, 3, 4, 8, false}}, state);
  EXPECT_EQ(after.x[5], kMinusOne);
  EXPECT_EQ(after.x[6], 0x80ffu + 0xff01u);
}

TEST(Vector, WordsAreReadBeforeAnyIsWrittenAndWrittenInOrder) {
  HartState state;
  for (unsigned reg = 1; reg <= 8; ++reg)
    state.x[reg] = uint64_t(1) << (8 * (reg - 1));
  HartState after = runOps({ops::Vec128Add{2, 1, 1, 2, 3, 4, 8, false}}, state);
  EXPECT_EQ(after.x[2], 0x00010001u);
  EXPECT_EQ(after.x[1], 0x01000100u);
  after = runOps({ops::Vec128Add{9, 9, 1, 2, 3, 4, 8, false}}, state);
  EXPECT_EQ(after.x[9], 0x01000100u);

  after = runOps({ops::Vec256Add{4, 3, 2, 1, 1, 2, 3, 4, 5, 6, 7, 8, 8, false}},
                 state);
  EXPECT_EQ(after.x[4], 0x0000000100000001u);
  EXPECT_EQ(after.x[3], 0x0000010000000100u);
  EXPECT_EQ(after.x[2], 0x0001000000010000u);
  EXPECT_EQ(after.x[1], 0x0100000001000000u);
  after = runOps({ops::Vec256Add{9, 9, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8, 8, false}},
                 state);
  EXPECT_EQ(after.x[9], 0x0100000001000000u);
}

TEST(Vector, Ops256SaturateEachWord) {
  HartState state;
  // Word 0 saturates upwards, 1 downwards, 2 and 3 do not.
  const uint64_t lhs[] = {0x7fff, 0x8000, 3, 0xffff};
  const uint64_t rhs[] = {0x7fff, 0x7fff, 2, 1};
  for (unsigned i = 0; i < 4; ++i) {
    state.x[1 + i] = lhs[i];
    state.x[5 + i] = rhs[i];
  }
  auto expectWords = [&](vmir::Op op, std::array<uint64_t, 4> expected) {
    HartState after = runOps({op}, state);
    EXPECT_EQ(after.exit.status, ExitStatus::Return);
    for (unsigned i = 0; i < 4; ++i)
      EXPECT_EQ(after.x[10 + i], expected[i])
          << vmir::getOpInfo(op).name.str() << " word " << i;
  };
  expectWords(ops::Vec256Add{10, 11, 12, 13, 1, 2, 3, 4, 5, 6, 7, 8, 2, true},
              {0x7fff, 0xffff, 5, 0});
  expectWords(ops::Vec256Add{10, 11, 12, 13, 1, 2, 3, 4, 5, 6, 7, 8, 2, false},
              {0xfffe, 0xffff, 5, 0xffff});
  expectWords(ops::Vec256Sub{10, 11, 12, 13, 1, 2, 3, 4, 5, 6, 7, 8, 2, true},
              {0, 0x8000, 1, 0xfffe});
  expectWords(ops::Vec256Sub{10, 11, 12, 13, 1, 2, 3, 4, 5, 6, 7, 8, 2, false},
              {0, 1, 1, 0xfffe});
  expectWords(ops::Vec256Mul{10, 11, 12, 13, 1, 2, 3, 4, 5, 6, 7, 8, 2, true},
              {0x7fff, 0x8000, 6, 0xffff});
  expectWords(ops::Vec256Mul{10, 11, 12, 13, 1, 2, 3, 4, 5, 6, 7, 8, 2, false},
              {0xffff, 0xffff, 6, 0xffff});
}

TEST(Vector, LaneSizesWithoutMeaningAreBadOps) {
  for (uint8_t size : {0, 3, 5, 16, 255})
    for (const vmir::Op &op : std::initializer_list<vmir::Op>{
             ops::VecAdd{3, 1, 2, size}, ops::VecSub{3, 1, 2, size},
             ops::VecMul{3, 1, 2, size}, ops::VecAddSat{3, 1, 2, size},
             ops::VecSubSat{3, 1, 2, size}, ops::VecMulSat{3, 1, 2, size},
             ops::VecShl{3, 1, 2, size}, ops::VecSrl{3, 1, 2, size},
             ops::VecSra{3, 1, 2, size}, ops::VecShlImm{3, 1, 2, size},
             ops::VecSrlImm{3, 1, 2, size}, ops::VecSraImm{3, 1, 2, size},
             ops::Vec128Add{3, 4, 1, 2, 1, 2, size},
             ops::Vec256Add{3, 3, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, size},
             ops::Vec256Sub{3, 3, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, size},
             ops::Vec256Mul{3, 3, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, size},
             ops::Broadcast{3, 1, size}}) {
      HartState state = runOps({ops::MovImm{3, 7}, op});
      EXPECT_EQ(state.exit, exitAtOp(ExitStatus::BadOp, 1))
          << vmir::getOpInfo(op).name.str();
      EXPECT_EQ(state.x[3], 7u);
    }
}
