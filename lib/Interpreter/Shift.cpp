//===- Shift.cpp - Shifts by a register or a constant -----------*- C++ -*-===//
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

/// The bits of an amount that count.
static constexpr uint64_t kAmountMask = 63;

void interpreter::execute(const ops::Sll &op, Machine &machine) {
  machine.setX(op.dst, machine.getX(op.src)
                           << (machine.getX(op.shreg) & kAmountMask));
}

void interpreter::execute(const ops::Srl &op, Machine &machine) {
  machine.setX(op.dst,
               machine.getX(op.src) >> (machine.getX(op.shreg) & kAmountMask));
}

void interpreter::execute(const ops::Sra &op, Machine &machine) {
  machine.setX(op.dst, int64_t(machine.getX(op.src)) >>
                           (machine.getX(op.shreg) & kAmountMask));
}

void interpreter::execute(const ops::SllImm &op, Machine &machine) {
  machine.setX(op.dst, machine.getX(op.src) << (op.sh & kAmountMask));
}

void interpreter::execute(const ops::SrlImm &op, Machine &machine) {
  machine.setX(op.dst, machine.getX(op.src) >> (op.sh & kAmountMask));
}

void interpreter::execute(const ops::SraImm &op, Machine &machine) {
  machine.setX(op.dst, int64_t(machine.getX(op.src)) >> (op.sh & kAmountMask));
}
