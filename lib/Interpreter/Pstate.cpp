//===- Pstate.cpp - ARM condition flags -------------------------*- C++ -*-===//
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

/// N31 Z30 C29 V28.
static constexpr uint32_t kFlagsMask = 0xf0000000;

/// Whether \p condition, below 16, holds.
static bool holds(unsigned condition, uint32_t nzcv) {
  bool n = nzcv >> 31 & 1;
  bool z = nzcv >> 30 & 1;
  bool c = nzcv >> 29 & 1;
  bool v = nzcv >> 28 & 1;
  // Pairs of a condition and its opposite, but for the last, which is always.
  bool even[] = {z, c, n, v, c && !z, n == v, !z && n == v, true};
  return condition == 15 || even[condition / 2] == (condition % 2 == 0);
}

void interpreter::execute(const ops::ReadPstateFlags &op, Machine &machine) {
  machine.setX(op.dst, machine.getNzcv() & kFlagsMask);
}

void interpreter::execute(const ops::WritePstateFlags &op, Machine &machine) {
  machine.getNzcv() = machine.getX(op.src) & kFlagsMask;
}

void interpreter::execute(const ops::EvalCondition &op, Machine &machine) {
  machine.setX(op.dst, holds(op.cond & 15, machine.getNzcv()));
}
