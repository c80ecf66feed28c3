//===- FloatCompare.cpp - Floating-point comparisons ------------*- C++ -*-===//
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

// A comparison with a NaN is false.

void interpreter::execute(const ops::Feq &op, Machine &machine) {
  machine.setX(op.dst, machine.getF64(op.src1) == machine.getF64(op.src2));
}

void interpreter::execute(const ops::Flt &op, Machine &machine) {
  machine.setX(op.dst, machine.getF64(op.src1) < machine.getF64(op.src2));
}

void interpreter::execute(const ops::Fle &op, Machine &machine) {
  machine.setX(op.dst, machine.getF64(op.src1) <= machine.getF64(op.src2));
}

void interpreter::execute(const ops::FeqS &op, Machine &machine) {
  machine.setX(op.dst, machine.getF32(op.src1) == machine.getF32(op.src2));
}

void interpreter::execute(const ops::FltS &op, Machine &machine) {
  machine.setX(op.dst, machine.getF32(op.src1) < machine.getF32(op.src2));
}

void interpreter::execute(const ops::FleS &op, Machine &machine) {
  machine.setX(op.dst, machine.getF32(op.src1) <= machine.getF32(op.src2));
}
