//===- FloatConvert.cpp - Conversions of floating-point numbers -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"

#include <limits>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::interpreter;
using namespace vmjit::vmir;

namespace {
/// \p value without its fraction, saturated to Int; a NaN is the largest Int.
template <class Int, class Float> Int truncateTo(Float value) {
  using Limits = std::numeric_limits<Int>;
  // 2^(number of value bits), which every Float holds exactly; the largest Int
  // itself may not be one.
  const Float tooLarge = std::ldexp(Float(1), Limits::digits);
  if (std::isnan(value) || value >= tooLarge)
    return Limits::max();
  Float truncated = std::trunc(value);
  if (truncated < Float(Limits::min()))
    return Limits::min();
  return Int(truncated);
}

/// How RISC-V keeps integers in registers: 32-bit ones, unsigned ones too,
/// sign-extended.
template <class Int> uint64_t toXReg(Int value) {
  return int64_t(std::make_signed_t<Int>(value));
}
} // namespace

void interpreter::execute(const ops::Fcvtws &op, Machine &machine) {
  machine.setX(op.dst, toXReg(truncateTo<int32_t>(machine.getF32(op.src))));
}

void interpreter::execute(const ops::Fcvtwus &op, Machine &machine) {
  machine.setX(op.dst, toXReg(truncateTo<uint32_t>(machine.getF32(op.src))));
}

void interpreter::execute(const ops::Fcvtls &op, Machine &machine) {
  machine.setX(op.dst, toXReg(truncateTo<int64_t>(machine.getF32(op.src))));
}

void interpreter::execute(const ops::Fcvtlus &op, Machine &machine) {
  machine.setX(op.dst, toXReg(truncateTo<uint64_t>(machine.getF32(op.src))));
}

void interpreter::execute(const ops::Fcvtsw &op, Machine &machine) {
  machine.setF32(op.dst, float(int32_t(machine.getX(op.src))));
}

void interpreter::execute(const ops::Fcvtswu &op, Machine &machine) {
  machine.setF32(op.dst, float(uint32_t(machine.getX(op.src))));
}

void interpreter::execute(const ops::Fcvtsl &op, Machine &machine) {
  machine.setF32(op.dst, float(int64_t(machine.getX(op.src))));
}

void interpreter::execute(const ops::Fcvtslu &op, Machine &machine) {
  machine.setF32(op.dst, float(uint64_t(machine.getX(op.src))));
}

void interpreter::execute(const ops::Fcvtwd &op, Machine &machine) {
  machine.setX(op.dst, toXReg(truncateTo<int32_t>(machine.getF64(op.src))));
}

void interpreter::execute(const ops::Fcvtwud &op, Machine &machine) {
  machine.setX(op.dst, toXReg(truncateTo<uint32_t>(machine.getF64(op.src))));
}

void interpreter::execute(const ops::Fcvtld &op, Machine &machine) {
  machine.setX(op.dst, toXReg(truncateTo<int64_t>(machine.getF64(op.src))));
}

void interpreter::execute(const ops::Fcvtlud &op, Machine &machine) {
  machine.setX(op.dst, toXReg(truncateTo<uint64_t>(machine.getF64(op.src))));
}

void interpreter::execute(const ops::Fcvtdw &op, Machine &machine) {
  machine.setF64(op.dst, double(int32_t(machine.getX(op.src))));
}

void interpreter::execute(const ops::Fcvtdwu &op, Machine &machine) {
  machine.setF64(op.dst, double(uint32_t(machine.getX(op.src))));
}

void interpreter::execute(const ops::Fcvtdl &op, Machine &machine) {
  machine.setF64(op.dst, double(int64_t(machine.getX(op.src))));
}

void interpreter::execute(const ops::Fcvtdlu &op, Machine &machine) {
  machine.setF64(op.dst, double(uint64_t(machine.getX(op.src))));
}

void interpreter::execute(const ops::Fcvtsd &op, Machine &machine) {
  machine.setF32(op.dst, float(machine.getF64(op.src)));
}

void interpreter::execute(const ops::Fcvtds &op, Machine &machine) {
  machine.setF64(op.dst, double(machine.getF32(op.src)));
}
