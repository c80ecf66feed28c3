//===- Memory.cpp - Loads and stores ----------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::interpreter;
using namespace vmjit::vmir;

namespace {
/// Reads \p size bytes, which Machine::access has checked.
uint64_t readBytes(const uint8_t *bytes, uint8_t size) {
  switch (size) {
  case 1:
    return *bytes;
  case 2:
    return support::endian::read16le(bytes);
  case 4:
    return support::endian::read32le(bytes);
  case 8:
    return support::endian::read64le(bytes);
  }
  llvm_unreachable("no access of this size passes the checks");
}

/// Writes the low \p size bytes of \p value.
void writeBytes(uint8_t *bytes, uint8_t size, uint64_t value) {
  switch (size) {
  case 1:
    *bytes = value;
    return;
  case 2:
    return support::endian::write16le(bytes, value);
  case 4:
    return support::endian::write32le(bytes, value);
  case 8:
    return support::endian::write64le(bytes, value);
  }
  llvm_unreachable("no access of this size passes the checks");
}

bool isFloatSize(uint8_t size) { return size == 4 || size == 8; }
} // namespace

// Harts run one after the other in program order, so that neither a volatile
// access nor a fence needs anything beyond the access itself.

Outcome interpreter::execute(const ops::Load &op, Machine &machine) {
  const uint8_t *bytes =
      machine.access(machine.getX(op.base) + uint64_t(op.offset), op.size,
                     op.flags.align, /*isStore=*/false);
  if (!bytes)
    return Outcome::Exit;
  machine.setX(op.dst, readBytes(bytes, op.size));
  return Outcome::Next;
}

Outcome interpreter::execute(const ops::Store &op, Machine &machine) {
  uint8_t *bytes = machine.access(machine.getX(op.base) + uint64_t(op.offset),
                                  op.size, op.flags.align, /*isStore=*/true);
  if (!bytes)
    return Outcome::Exit;
  writeBytes(bytes, op.size, machine.getX(op.src));
  return Outcome::Next;
}

Outcome interpreter::execute(const ops::Fload &op, Machine &machine) {
  if (!isFloatSize(op.size))
    return machine.exitWith(ExitStatus::BadOp);
  const uint8_t *bytes =
      machine.access(machine.getX(op.base) + uint64_t(op.offset), op.size,
                     /*align=*/0, /*isStore=*/false);
  if (!bytes)
    return Outcome::Exit;
  if (op.size == 4)
    machine.setF32Bits(op.dst, readBytes(bytes, 4));
  else
    machine.setFBits(op.dst, readBytes(bytes, 8));
  return Outcome::Next;
}

Outcome interpreter::execute(const ops::Fstore &op, Machine &machine) {
  if (!isFloatSize(op.size))
    return machine.exitWith(ExitStatus::BadOp);
  uint8_t *bytes =
      machine.access(machine.getX(op.base) + uint64_t(op.offset), op.size,
                     /*align=*/0, /*isStore=*/true);
  if (!bytes)
    return Outcome::Exit;
  // A store is of the raw low bits: it does not look at the box.
  writeBytes(bytes, op.size, machine.getFBits(op.src));
  return Outcome::Next;
}
