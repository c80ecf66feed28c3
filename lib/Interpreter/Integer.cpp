//===- Integer.cpp - Integer arithmetic -------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Division.h"
#include "Handlers.h"
#include "llvm/ADT/APInt.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::interpreter;
using namespace vmjit::vmir;

void interpreter::execute(const ops::Nop &, Machine &) {}

void interpreter::execute(const ops::Add &op, Machine &machine) {
  machine.setX(op.dst, machine.getX(op.src1) + machine.getX(op.src2));
}

void interpreter::execute(const ops::Sub &op, Machine &machine) {
  machine.setX(op.dst, machine.getX(op.src1) - machine.getX(op.src2));
}

void interpreter::execute(const ops::Mul &op, Machine &machine) {
  machine.setX(op.dst, machine.getX(op.src1) * machine.getX(op.src2));
}

void interpreter::execute(const ops::Div &op, Machine &machine) {
  machine.setX(op.dst, divide(machine.getX(op.src1), machine.getX(op.src2),
                              op.isSigned));
}

void interpreter::execute(const ops::Rem &op, Machine &machine) {
  machine.setX(op.dst, remainder(machine.getX(op.src1), machine.getX(op.src2),
                                 op.isSigned));
}

void interpreter::execute(const ops::And &op, Machine &machine) {
  machine.setX(op.dst, machine.getX(op.src1) & machine.getX(op.src2));
}

void interpreter::execute(const ops::Or &op, Machine &machine) {
  machine.setX(op.dst, machine.getX(op.src1) | machine.getX(op.src2));
}

void interpreter::execute(const ops::Xor &op, Machine &machine) {
  machine.setX(op.dst, machine.getX(op.src1) ^ machine.getX(op.src2));
}

void interpreter::execute(const ops::Not &op, Machine &machine) {
  machine.setX(op.dst, ~machine.getX(op.src));
}

void interpreter::execute(const ops::AddImm &op, Machine &machine) {
  machine.setX(op.dst, machine.getX(op.src) + uint64_t(op.imm));
}

void interpreter::execute(const ops::MulImm &op, Machine &machine) {
  machine.setX(op.dst, machine.getX(op.src) * uint64_t(op.imm));
}

void interpreter::execute(const ops::Mov &op, Machine &machine) {
  machine.setX(op.dst, machine.getX(op.src));
}

void interpreter::execute(const ops::MovImm &op, Machine &machine) {
  machine.setX(op.dst, op.imm);
}

void interpreter::execute(const ops::MulHigh &op, Machine &machine) {
  auto extend = [](uint64_t value, bool isSigned) {
    APInt factor(64, value);
    return isSigned ? factor.sext(128) : factor.zext(128);
  };
  APInt product = extend(machine.getX(op.src1), op.isSigned1) *
                  extend(machine.getX(op.src2), op.isSigned2);
  machine.setX(op.dst, product.extractBitsAsZExtValue(64, 64));
}

void interpreter::execute(const ops::SignExtend &op, Machine &machine) {
  uint64_t value = machine.getX(op.src);
  // The verifier has seen to it that there are no other widths.
  if (op.bits == 8)
    machine.setX(op.dst, int64_t(int8_t(value)));
  else if (op.bits == 16)
    machine.setX(op.dst, int64_t(int16_t(value)));
  else
    machine.setX(op.dst, int64_t(int32_t(value)));
}
