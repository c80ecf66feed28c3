//===- FloatBits.cpp - Floating-point numbers as bits -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::interpreter;
using namespace vmjit::vmir;

// None of these is arithmetic: a NaN keeps its payload.

namespace {
constexpr uint64_t kSign64 = uint64_t(1) << 63;
constexpr uint32_t kSign32 = uint32_t(1) << 31;

/// \p bits with the bit \p sign of \p signSource.
template <class Bits> Bits withSign(Bits bits, Bits signSource, Bits sign) {
  return (bits & ~sign) | (signSource & sign);
}

/// The bit of RISC-V's FCLASS result that \p value has.
unsigned getClassBit(const APFloat &value) {
  if (value.isNaN())
    return value.isSignaling() ? 8 : 9;
  bool negative = value.isNegative();
  if (value.isInfinity())
    return negative ? 0 : 7;
  if (value.isZero())
    return negative ? 3 : 4;
  if (value.isDenormal())
    return negative ? 2 : 5;
  return negative ? 1 : 6;
}

uint64_t classify(const APFloat &value) {
  return uint64_t(1) << getClassBit(value);
}
} // namespace

void interpreter::execute(const ops::Fsgnj &op, Machine &machine) {
  machine.setFBits(op.dst, withSign(machine.getFBits(op.src1),
                                    machine.getFBits(op.src2), kSign64));
}

void interpreter::execute(const ops::Fsgnjn &op, Machine &machine) {
  machine.setFBits(op.dst, withSign(machine.getFBits(op.src1),
                                    ~machine.getFBits(op.src2), kSign64));
}

void interpreter::execute(const ops::Fsgnjx &op, Machine &machine) {
  machine.setFBits(op.dst, machine.getFBits(op.src1) ^
                               (machine.getFBits(op.src2) & kSign64));
}

void interpreter::execute(const ops::Fabs &op, Machine &machine) {
  machine.setFBits(op.dst, machine.getFBits(op.src) & ~kSign64);
}

void interpreter::execute(const ops::Fneg &op, Machine &machine) {
  machine.setFBits(op.dst, machine.getFBits(op.src) ^ kSign64);
}

void interpreter::execute(const ops::FsgnjS &op, Machine &machine) {
  machine.setF32Bits(op.dst, withSign(machine.getF32Bits(op.src1),
                                      machine.getF32Bits(op.src2), kSign32));
}

void interpreter::execute(const ops::FsgnjnS &op, Machine &machine) {
  machine.setF32Bits(op.dst, withSign(machine.getF32Bits(op.src1),
                                      ~machine.getF32Bits(op.src2), kSign32));
}

void interpreter::execute(const ops::FsgnjxS &op, Machine &machine) {
  machine.setF32Bits(op.dst, machine.getF32Bits(op.src1) ^
                                 (machine.getF32Bits(op.src2) & kSign32));
}

void interpreter::execute(const ops::FabsS &op, Machine &machine) {
  machine.setF32Bits(op.dst, machine.getF32Bits(op.src) & ~kSign32);
}

void interpreter::execute(const ops::FnegS &op, Machine &machine) {
  machine.setF32Bits(op.dst, machine.getF32Bits(op.src) ^ kSign32);
}

void interpreter::execute(const ops::Fclass &op, Machine &machine) {
  machine.setX(op.dst, classify(APFloat(machine.getF64(op.src))));
}

void interpreter::execute(const ops::FclassS &op, Machine &machine) {
  machine.setX(op.dst, classify(APFloat(machine.getF32(op.src))));
}

void interpreter::execute(const ops::FmvXW &op, Machine &machine) {
  machine.setX(op.dst, SignExtend64<32>(machine.getFBits(op.src)));
}

void interpreter::execute(const ops::FmvWX &op, Machine &machine) {
  machine.setF32Bits(op.dst, machine.getX(op.src));
}

void interpreter::execute(const ops::FmvXD &op, Machine &machine) {
  machine.setX(op.dst, machine.getFBits(op.src));
}

void interpreter::execute(const ops::FmvDX &op, Machine &machine) {
  machine.setFBits(op.dst, machine.getX(op.src));
}
