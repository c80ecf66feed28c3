//===- SideExit.cpp - Branches in the middle of a block ---------*- C++ -*-===//
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

/// Leaves the block for \p target if \p taken.
static Outcome branchIf(bool taken, GuestAddr target, Machine &machine) {
  return taken ? machine.branchTo(target, /*isNamed=*/true) : Outcome::Next;
}

Outcome interpreter::execute(const ops::Beq &op, Machine &machine) {
  return branchIf(machine.getX(op.src1) == machine.getX(op.src2), op.target,
                  machine);
}

Outcome interpreter::execute(const ops::Bne &op, Machine &machine) {
  return branchIf(machine.getX(op.src1) != machine.getX(op.src2), op.target,
                  machine);
}

Outcome interpreter::execute(const ops::Blt &op, Machine &machine) {
  return branchIf(int64_t(machine.getX(op.src1)) <
                      int64_t(machine.getX(op.src2)),
                  op.target, machine);
}

Outcome interpreter::execute(const ops::Bge &op, Machine &machine) {
  return branchIf(int64_t(machine.getX(op.src1)) >=
                      int64_t(machine.getX(op.src2)),
                  op.target, machine);
}

Outcome interpreter::execute(const ops::Bltu &op, Machine &machine) {
  return branchIf(machine.getX(op.src1) < machine.getX(op.src2), op.target,
                  machine);
}

Outcome interpreter::execute(const ops::Bgeu &op, Machine &machine) {
  return branchIf(machine.getX(op.src1) >= machine.getX(op.src2), op.target,
                  machine);
}
