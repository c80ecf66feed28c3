//===- Memory.cpp - Loads and stores ----------------------------*- C++ -*-===//
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

// Harts run one after the other in program order, so that neither a volatile or
// atomic access nor a fence needs anything beyond the access itself.

static bool isFloatSize(uint8_t size) { return size == 4 || size == 8; }

Outcome interpreter::execute(const ops::Load &op, Machine &machine) {
  std::optional<uint64_t> value =
      machine.load({machine.getX(op.base) + uint64_t(op.offset), op.size,
                    op.flags.align, op.flags.atomic});
  if (!value)
    return Outcome::Exit;
  machine.setX(op.dst, *value);
  return Outcome::Next;
}

Outcome interpreter::execute(const ops::Store &op, Machine &machine) {
  bool stored = machine.store({machine.getX(op.base) + uint64_t(op.offset),
                               op.size, op.flags.align, op.flags.atomic},
                              machine.getX(op.src));
  return stored ? Outcome::Next : Outcome::Exit;
}

Outcome interpreter::execute(const ops::Fload &op, Machine &machine) {
  if (!isFloatSize(op.size))
    return machine.exitWith(ExitStatus::BadOp);
  std::optional<uint64_t> bits =
      machine.load({machine.getX(op.base) + uint64_t(op.offset), op.size});
  if (!bits)
    return Outcome::Exit;
  if (op.size == 4)
    machine.setF32Bits(op.dst, *bits);
  else
    machine.setFBits(op.dst, *bits);
  return Outcome::Next;
}

Outcome interpreter::execute(const ops::Fstore &op, Machine &machine) {
  if (!isFloatSize(op.size))
    return machine.exitWith(ExitStatus::BadOp);
  // A store is of the raw low bits: it does not look at the box.
  bool stored =
      machine.store({machine.getX(op.base) + uint64_t(op.offset), op.size},
                    machine.getFBits(op.src));
  return stored ? Outcome::Next : Outcome::Exit;
}
