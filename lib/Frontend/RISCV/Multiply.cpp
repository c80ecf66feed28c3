//===- Multiply.cpp - Multiplication and division ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Semantics.h"

using namespace vmjit;
using namespace vmjit::riscv;

void semantics::MUL(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::Mul{in.rd, in.rs1, in.rs2});
}

void semantics::MULW(const DecodedInstruction &in, BlockWriter &out) {
  RegId product = out.makeTemporary();
  out.append(ops::Mul{product, in.rs1, in.rs2});
  out.signExtend(in.rd, product, 32);
}

//===----------------------------------------------------------------------===//
// The high half of a product
//===----------------------------------------------------------------------===//

namespace {
/// The halves of a factor.
struct Halves {
  RegId low;
  RegId high;
};
} // namespace

static RegId makeShiftedRight(BlockWriter &out, RegId src, bool isSigned) {
  RegId result = out.makeTemporary();
  if (isSigned)
    out.append(ops::SraImm{result, src, 32});
  else
    out.append(ops::SrlImm{result, src, 32});
  return result;
}

static Halves makeHalves(BlockWriter &out, RegId factor, bool isSigned) {
  RegId low = out.makeZeroExtended(factor, 32);
  return {low, makeShiftedRight(out, factor, isSigned)};
}

static RegId makeSum(BlockWriter &out, RegId left, RegId right) {
  RegId sum = out.makeTemporary();
  out.append(ops::Add{sum, left, right});
  return sum;
}

static RegId makeProduct(BlockWriter &out, RegId left, RegId right) {
  RegId product = out.makeTemporary();
  out.append(ops::Mul{product, left, right});
  return product;
}

/// The school method with 32-bit digits, in an order in which no sum overflows:
/// with t = a1 b0 + (a0 b0 >> 32) and w = a0 b1 + (t mod 2^32) the high half is
/// a1 b1 + (t >> 32) + (w >> 32). The compiler knows it and makes one
/// instruction of it.
static void multiplyHigh(const DecodedInstruction &in, BlockWriter &out,
                         bool isLeftSigned, bool isRightSigned) {
  Halves a = makeHalves(out, in.rs1, isLeftSigned);
  Halves b = makeHalves(out, in.rs2, isRightSigned);
  RegId low = makeProduct(out, a.low, b.low);
  RegId carry = makeShiftedRight(out, low, /*isSigned=*/false);
  RegId t = makeSum(out, makeProduct(out, a.high, b.low), carry);
  RegId digit = out.makeZeroExtended(t, 32);
  RegId w = makeSum(out, makeProduct(out, a.low, b.high), digit);
  RegId upperT = makeShiftedRight(out, t, isLeftSigned);
  RegId upperW = makeShiftedRight(out, w, isRightSigned);
  RegId sum = makeSum(out, makeProduct(out, a.high, b.high), upperT);
  out.append(ops::Add{in.rd, sum, upperW});
}

void semantics::MULH(const DecodedInstruction &in, BlockWriter &out) {
  multiplyHigh(in, out, /*isLeftSigned=*/true, /*isRightSigned=*/true);
}

void semantics::MULHSU(const DecodedInstruction &in, BlockWriter &out) {
  multiplyHigh(in, out, /*isLeftSigned=*/true, /*isRightSigned=*/false);
}

void semantics::MULHU(const DecodedInstruction &in, BlockWriter &out) {
  multiplyHigh(in, out, /*isLeftSigned=*/false, /*isRightSigned=*/false);
}

//===----------------------------------------------------------------------===//
// Division, which has RISC-V's results for zero and overflow in VM IR, too
//===----------------------------------------------------------------------===//

void semantics::DIV(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::Div{in.rd, in.rs1, in.rs2, /*isSigned=*/true});
}

void semantics::DIVU(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::Div{in.rd, in.rs1, in.rs2, /*isSigned=*/false});
}

void semantics::REM(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::Rem{in.rd, in.rs1, in.rs2, /*isSigned=*/true});
}

void semantics::REMU(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::Rem{in.rd, in.rs1, in.rs2, /*isSigned=*/false});
}

/// With operands of 32 bits, the low 32 bits of the 64-bit results are those of
/// the 32-bit division, by zero and of the smallest number by -1 as well.
template <class OpT>
static void divideWords(const DecodedInstruction &in, BlockWriter &out,
                        bool isSigned) {
  auto extend = [&](RegId src) {
    return isSigned ? out.makeSignExtended(src, 32)
                    : out.makeZeroExtended(src, 32);
  };
  RegId left = extend(in.rs1);
  RegId right = extend(in.rs2);
  RegId result = out.makeTemporary();
  out.append(OpT{result, left, right, isSigned});
  out.signExtend(in.rd, result, 32);
}

void semantics::DIVW(const DecodedInstruction &in, BlockWriter &out) {
  divideWords<ops::Div>(in, out, /*isSigned=*/true);
}

void semantics::DIVUW(const DecodedInstruction &in, BlockWriter &out) {
  divideWords<ops::Div>(in, out, /*isSigned=*/false);
}

void semantics::REMW(const DecodedInstruction &in, BlockWriter &out) {
  divideWords<ops::Rem>(in, out, /*isSigned=*/true);
}

void semantics::REMUW(const DecodedInstruction &in, BlockWriter &out) {
  divideWords<ops::Rem>(in, out, /*isSigned=*/false);
}
