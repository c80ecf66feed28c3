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

/// The high half of the product.
static void multiplyHigh(const DecodedInstruction &in, BlockWriter &out,
                         bool isLeftSigned, bool isRightSigned) {
  out.append(ops::MulHigh{in.rd, in.rs1, in.rs2, isLeftSigned, isRightSigned});
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
