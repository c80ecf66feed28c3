//===- FloatArith.cpp - Floating-point arithmetic ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::interpreter;
using namespace vmjit::vmir;

// The host's IEEE arithmetic, in the default environment that Interpreter sets
// up. The library is compiled without contraction. std::fma and std::sqrt are
// correctly rounded. Negating a factor or the addend of a fused operation is
// exact, and keeps the sign of a zero result as RISC-V defines it.

namespace {
/// IEEE 754-2019 minimumNumber: a NaN only where both are; -0 < +0.
template <class Float> Float minimumNumber(Float lhs, Float rhs) {
  if (std::isnan(lhs))
    return rhs;
  if (std::isnan(rhs))
    return lhs;
  if (lhs == rhs)
    return std::signbit(lhs) ? lhs : rhs;
  return lhs < rhs ? lhs : rhs;
}

/// IEEE 754-2019 maximumNumber: a NaN only where both are; -0 < +0.
template <class Float> Float maximumNumber(Float lhs, Float rhs) {
  if (std::isnan(lhs))
    return rhs;
  if (std::isnan(rhs))
    return lhs;
  if (lhs == rhs)
    return std::signbit(lhs) ? rhs : lhs;
  return lhs > rhs ? lhs : rhs;
}
} // namespace

void interpreter::execute(const ops::Fadd &op, Machine &machine) {
  machine.setF64(op.dst, machine.getF64(op.src1) + machine.getF64(op.src2));
}

void interpreter::execute(const ops::Fsub &op, Machine &machine) {
  machine.setF64(op.dst, machine.getF64(op.src1) - machine.getF64(op.src2));
}

void interpreter::execute(const ops::Fmul &op, Machine &machine) {
  machine.setF64(op.dst, machine.getF64(op.src1) * machine.getF64(op.src2));
}

void interpreter::execute(const ops::Fdiv &op, Machine &machine) {
  machine.setF64(op.dst, machine.getF64(op.src1) / machine.getF64(op.src2));
}

void interpreter::execute(const ops::Fsqrt &op, Machine &machine) {
  machine.setF64(op.dst, std::sqrt(machine.getF64(op.src)));
}

void interpreter::execute(const ops::Fmin &op, Machine &machine) {
  machine.setF64(
      op.dst, minimumNumber(machine.getF64(op.src1), machine.getF64(op.src2)));
}

void interpreter::execute(const ops::Fmax &op, Machine &machine) {
  machine.setF64(
      op.dst, maximumNumber(machine.getF64(op.src1), machine.getF64(op.src2)));
}

void interpreter::execute(const ops::Fmadd &op, Machine &machine) {
  machine.setF64(op.dst,
                 std::fma(machine.getF64(op.src1), machine.getF64(op.src2),
                          machine.getF64(op.src3)));
}

void interpreter::execute(const ops::Fmsub &op, Machine &machine) {
  machine.setF64(op.dst,
                 std::fma(machine.getF64(op.src1), machine.getF64(op.src2),
                          -machine.getF64(op.src3)));
}

void interpreter::execute(const ops::Fnmadd &op, Machine &machine) {
  machine.setF64(op.dst,
                 std::fma(-machine.getF64(op.src1), machine.getF64(op.src2),
                          -machine.getF64(op.src3)));
}

void interpreter::execute(const ops::Fnmsub &op, Machine &machine) {
  machine.setF64(op.dst,
                 std::fma(-machine.getF64(op.src1), machine.getF64(op.src2),
                          machine.getF64(op.src3)));
}

void interpreter::execute(const ops::FaddS &op, Machine &machine) {
  machine.setF32(op.dst, machine.getF32(op.src1) + machine.getF32(op.src2));
}

void interpreter::execute(const ops::FsubS &op, Machine &machine) {
  machine.setF32(op.dst, machine.getF32(op.src1) - machine.getF32(op.src2));
}

void interpreter::execute(const ops::FmulS &op, Machine &machine) {
  machine.setF32(op.dst, machine.getF32(op.src1) * machine.getF32(op.src2));
}

void interpreter::execute(const ops::FdivS &op, Machine &machine) {
  machine.setF32(op.dst, machine.getF32(op.src1) / machine.getF32(op.src2));
}

void interpreter::execute(const ops::FsqrtS &op, Machine &machine) {
  machine.setF32(op.dst, std::sqrt(machine.getF32(op.src)));
}

void interpreter::execute(const ops::FminS &op, Machine &machine) {
  machine.setF32(
      op.dst, minimumNumber(machine.getF32(op.src1), machine.getF32(op.src2)));
}

void interpreter::execute(const ops::FmaxS &op, Machine &machine) {
  machine.setF32(
      op.dst, maximumNumber(machine.getF32(op.src1), machine.getF32(op.src2)));
}

void interpreter::execute(const ops::FmaddS &op, Machine &machine) {
  machine.setF32(op.dst,
                 std::fma(machine.getF32(op.src1), machine.getF32(op.src2),
                          machine.getF32(op.src3)));
}

void interpreter::execute(const ops::FmsubS &op, Machine &machine) {
  machine.setF32(op.dst,
                 std::fma(machine.getF32(op.src1), machine.getF32(op.src2),
                          -machine.getF32(op.src3)));
}

void interpreter::execute(const ops::FnmaddS &op, Machine &machine) {
  machine.setF32(op.dst,
                 std::fma(-machine.getF32(op.src1), machine.getF32(op.src2),
                          -machine.getF32(op.src3)));
}

void interpreter::execute(const ops::FnmsubS &op, Machine &machine) {
  machine.setF32(op.dst,
                 std::fma(-machine.getF32(op.src1), machine.getF32(op.src2),
                          machine.getF32(op.src3)));
}
