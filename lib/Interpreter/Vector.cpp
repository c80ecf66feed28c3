//===- Vector.cpp - Lanes in integer registers ------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"
#include "llvm/ADT/APInt.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::interpreter;
using namespace vmjit::vmir;

namespace {
/// Applies \p compute, of two APInt to one, to each pair of lanes.
template <class Compute>
uint64_t mapLanes(uint64_t lhs, uint64_t rhs, uint8_t laneSize,
                  Compute &&compute) {
  unsigned bits = 8 * laneSize;
  uint64_t mask = maskTrailingOnes<uint64_t>(bits);
  uint64_t result = 0;
  for (unsigned shift = 0; shift < 64; shift += bits) {
    APInt lane = compute(APInt(bits, lhs >> shift & mask),
                         APInt(bits, rhs >> shift & mask));
    result |= lane.getZExtValue() << shift;
  }
  return result;
}

APInt addSaturating(const APInt &lhs, const APInt &rhs, bool isSigned) {
  return isSigned ? lhs.sadd_sat(rhs) : lhs.uadd_sat(rhs);
}
APInt subtractSaturating(const APInt &lhs, const APInt &rhs, bool isSigned) {
  return isSigned ? lhs.ssub_sat(rhs) : lhs.usub_sat(rhs);
}
APInt multiplySaturating(const APInt &lhs, const APInt &rhs, bool isSigned) {
  return isSigned ? lhs.smul_sat(rhs) : lhs.umul_sat(rhs);
}

/// An op of two registers, lane by lane.
template <class OpT, class Compute>
Outcome combine(const OpT &op, Machine &machine, Compute &&compute) {
  if (!isAccessSize(op.elementSize))
    return machine.exitWith(ExitStatus::BadOp);
  machine.setX(op.dst, mapLanes(machine.getX(op.src1), machine.getX(op.src2),
                                op.elementSize, compute));
  return Outcome::Next;
}

using Saturating = APInt(const APInt &, const APInt &, bool);

/// An op of two registers with saturation.
template <class OpT>
Outcome saturate(const OpT &op, Machine &machine, Saturating compute) {
  return combine(op, machine, [&](const APInt &lhs, const APInt &rhs) {
    return compute(lhs, rhs, op.isSigned);
  });
}

/// An op with saturation of several words. All sources are read before the
/// first destination is written; destinations are written in order.
template <class OpT, size_t N>
Outcome saturateWords(const OpT &op, Machine &machine, Saturating compute,
                      const RegId (&dst)[N], const RegId (&src1)[N],
                      const RegId (&src2)[N]) {
  if (!isAccessSize(op.elementSize))
    return machine.exitWith(ExitStatus::BadOp);
  std::array<uint64_t, N> words;
  for (size_t i = 0; i < N; ++i)
    words[i] =
        mapLanes(machine.getX(src1[i]), machine.getX(src2[i]), op.elementSize,
                 [&](const APInt &lhs, const APInt &rhs) {
                   return compute(lhs, rhs, op.isSigned);
                 });
  for (size_t i = 0; i < N; ++i)
    machine.setX(dst[i], words[i]);
  return Outcome::Next;
}

template <class OpT>
Outcome saturateFourWords(const OpT &op, Machine &machine, Saturating compute) {
  return saturateWords(op, machine, compute,
                       {op.dst0, op.dst1, op.dst2, op.dst3},
                       {op.src10, op.src11, op.src12, op.src13},
                       {op.src20, op.src21, op.src22, op.src23});
}

/// A shift of all lanes by \p amount modulo their width.
template <class OpT, class Shift>
Outcome shiftLanes(const OpT &op, Machine &machine, uint64_t amount,
                   Shift &&shift) {
  if (!isAccessSize(op.elementSize))
    return machine.exitWith(ExitStatus::BadOp);
  unsigned count = amount & (8 * op.elementSize - 1);
  machine.setX(op.dst, mapLanes(machine.getX(op.src), 0, op.elementSize,
                                [&](const APInt &lane, const APInt &) {
                                  return shift(lane, count);
                                }));
  return Outcome::Next;
}

APInt shiftLeft(const APInt &lane, unsigned count) { return lane.shl(count); }
APInt shiftRight(const APInt &lane, unsigned count) { return lane.lshr(count); }
APInt shiftRightSigned(const APInt &lane, unsigned count) {
  return lane.ashr(count);
}
} // namespace

Outcome interpreter::execute(const ops::VecAdd &op, Machine &machine) {
  return combine(op, machine,
                 [](const APInt &lhs, const APInt &rhs) { return lhs + rhs; });
}

Outcome interpreter::execute(const ops::VecSub &op, Machine &machine) {
  return combine(op, machine,
                 [](const APInt &lhs, const APInt &rhs) { return lhs - rhs; });
}

Outcome interpreter::execute(const ops::VecMul &op, Machine &machine) {
  return combine(op, machine,
                 [](const APInt &lhs, const APInt &rhs) { return lhs * rhs; });
}

Outcome interpreter::execute(const ops::VecAddSat &op, Machine &machine) {
  return saturate(op, machine, addSaturating);
}

Outcome interpreter::execute(const ops::VecSubSat &op, Machine &machine) {
  return saturate(op, machine, subtractSaturating);
}

Outcome interpreter::execute(const ops::VecMulSat &op, Machine &machine) {
  return saturate(op, machine, multiplySaturating);
}

// Bit by bit, lanes make no difference: their size may be anything.

void interpreter::execute(const ops::VecAnd &op, Machine &machine) {
  machine.setX(op.dst, machine.getX(op.src1) & machine.getX(op.src2));
}

void interpreter::execute(const ops::VecOr &op, Machine &machine) {
  machine.setX(op.dst, machine.getX(op.src1) | machine.getX(op.src2));
}

void interpreter::execute(const ops::VecXor &op, Machine &machine) {
  machine.setX(op.dst, machine.getX(op.src1) ^ machine.getX(op.src2));
}

void interpreter::execute(const ops::VecNot &op, Machine &machine) {
  machine.setX(op.dst, ~machine.getX(op.src));
}

Outcome interpreter::execute(const ops::VecShl &op, Machine &machine) {
  return shiftLanes(op, machine, machine.getX(op.shift), shiftLeft);
}

Outcome interpreter::execute(const ops::VecShlImm &op, Machine &machine) {
  return shiftLanes(op, machine, op.shift, shiftLeft);
}

Outcome interpreter::execute(const ops::VecSrl &op, Machine &machine) {
  return shiftLanes(op, machine, machine.getX(op.shift), shiftRight);
}

Outcome interpreter::execute(const ops::VecSrlImm &op, Machine &machine) {
  return shiftLanes(op, machine, op.shift, shiftRight);
}

Outcome interpreter::execute(const ops::VecSra &op, Machine &machine) {
  return shiftLanes(op, machine, machine.getX(op.shift), shiftRightSigned);
}

Outcome interpreter::execute(const ops::VecSraImm &op, Machine &machine) {
  return shiftLanes(op, machine, op.shift, shiftRightSigned);
}

Outcome interpreter::execute(const ops::Vec128Add &op, Machine &machine) {
  return saturateWords(op, machine, addSaturating, {op.dstLo, op.dstHi},
                       {op.src1Lo, op.src1Hi}, {op.src2Lo, op.src2Hi});
}

Outcome interpreter::execute(const ops::Vec256Add &op, Machine &machine) {
  return saturateFourWords(op, machine, addSaturating);
}

Outcome interpreter::execute(const ops::Vec256Sub &op, Machine &machine) {
  return saturateFourWords(op, machine, subtractSaturating);
}

Outcome interpreter::execute(const ops::Vec256Mul &op, Machine &machine) {
  return saturateFourWords(op, machine, multiplySaturating);
}

Outcome interpreter::execute(const ops::Broadcast &op, Machine &machine) {
  if (!isAccessSize(op.size))
    return machine.exitWith(ExitStatus::BadOp);
  uint64_t lane =
      machine.getX(op.src) & maskTrailingOnes<uint64_t>(8 * op.size);
  machine.setX(op.dst,
               APInt::getSplat(64, APInt(8 * op.size, lane)).getZExtValue());
  return Outcome::Next;
}
