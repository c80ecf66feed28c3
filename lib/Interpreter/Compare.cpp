//===- Compare.cpp - Integer comparisons and Select -------------*- C++ -*-===//
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

void interpreter::execute(const ops::CmpEq &op, Machine &machine) {
  machine.setX(op.dst, machine.getX(op.lhs) == machine.getX(op.rhs));
}

void interpreter::execute(const ops::CmpNe &op, Machine &machine) {
  machine.setX(op.dst, machine.getX(op.lhs) != machine.getX(op.rhs));
}

void interpreter::execute(const ops::CmpLt &op, Machine &machine) {
  machine.setX(op.dst,
               int64_t(machine.getX(op.lhs)) < int64_t(machine.getX(op.rhs)));
}

void interpreter::execute(const ops::CmpLtU &op, Machine &machine) {
  machine.setX(op.dst, machine.getX(op.lhs) < machine.getX(op.rhs));
}

void interpreter::execute(const ops::CmpGe &op, Machine &machine) {
  machine.setX(op.dst,
               int64_t(machine.getX(op.lhs)) >= int64_t(machine.getX(op.rhs)));
}

void interpreter::execute(const ops::CmpGeU &op, Machine &machine) {
  machine.setX(op.dst, machine.getX(op.lhs) >= machine.getX(op.rhs));
}

void interpreter::execute(const ops::Select &op, Machine &machine) {
  machine.setX(op.dst, machine.getX(op.cond) != 0 ? machine.getX(op.trueVal)
                                                  : machine.getX(op.falseVal));
}
