//===- Atomic.cpp - Read-modify-write ops and reservations ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::interpreter;
using namespace vmjit::vmir;

// Harts run one after the other in program order: each op is one step as it is,
// and orders and fences need nothing more.

namespace {
/// What \p op stores where \p old was, of \p bits bits each; the bits above are
/// not looked at. Nothing for CmpXchg, which has no operand to compare with.
std::optional<uint64_t> combine(AtomicOp op, uint64_t old, uint64_t src,
                                unsigned bits) {
  switch (op) {
  case AtomicOp::Add:
    return old + src;
  case AtomicOp::Sub:
    return old - src;
  case AtomicOp::And:
    return old & src;
  case AtomicOp::Or:
    return old | src;
  case AtomicOp::Xor:
    return old ^ src;
  case AtomicOp::Xchg:
  case AtomicOp::Swap:
    return src;
  case AtomicOp::Min:
  case AtomicOp::Minu:
    return std::min(old, src);
  case AtomicOp::Max:
  case AtomicOp::Maxu:
    return std::max(old, src);
  case AtomicOp::MinS:
    return std::min(SignExtend64(old, bits), SignExtend64(src, bits));
  case AtomicOp::MaxS:
    return std::max(SignExtend64(old, bits), SignExtend64(src, bits));
  case AtomicOp::CmpXchg:
    return std::nullopt;
  }
  return std::nullopt;
}

/// The low \p size bytes of \p value.
uint64_t truncate(uint64_t value, uint8_t size) {
  return size < 8 ? value & maskTrailingOnes<uint64_t>(8 * size) : value;
}

/// Applies op.op to the memory at X[op.base] and gives the old value; nothing
/// if the hart ends.
template <class OpT>
std::optional<uint64_t> modify(const OpT &op, Machine &machine,
                               const MemFlags &flags = {}) {
  if (!combine(op.op, /*old=*/0, /*src=*/0, /*bits=*/8)) {
    machine.exitWith(ExitStatus::BadOp);
    return std::nullopt;
  }
  uint64_t src = truncate(machine.getX(op.src), op.size);
  return machine.update(
      {machine.getX(op.base), op.size, flags.align, /*isAtomic=*/true},
      [&](uint64_t old) { return combine(op.op, old, src, 8 * op.size); });
}

/// What a compare-exchange found.
struct Exchange {
  uint64_t old = 0;
  bool succeeded = false;
};

/// Stores \p newValue if the memory holds \p expected; nothing if the hart
/// ends.
std::optional<Exchange> exchange(Machine &machine, const Access &access,
                                 uint64_t expected, uint64_t newValue) {
  Exchange result;
  std::optional<uint64_t> old =
      machine.update(access, [&](uint64_t old) -> std::optional<uint64_t> {
        result.succeeded = old == truncate(expected, access.size);
        if (!result.succeeded)
          return std::nullopt;
        return newValue;
      });
  if (!old)
    return std::nullopt;
  result.old = *old;
  return result;
}

/// The compare-exchange that \p op describes.
template <class OpT>
std::optional<Exchange> exchange(const OpT &op, Machine &machine,
                                 const MemFlags &flags = {}) {
  return exchange(
      machine, {machine.getX(op.base), op.size, flags.align, /*isAtomic=*/true},
      machine.getX(op.expected), machine.getX(op.newValue));
}

/// Sets \p dst to \p value, if there is one: otherwise the hart has ended.
Outcome finish(Machine &machine, RegId dst, std::optional<uint64_t> value) {
  if (!value)
    return Outcome::Exit;
  machine.setX(dst, *value);
  return Outcome::Next;
}

std::optional<uint64_t> getOld(const std::optional<Exchange> &exchange) {
  return exchange ? std::optional(exchange->old) : std::nullopt;
}

/// The access of a load-reserve or store-conditional.
template <class OpT> Access getAccess(const OpT &op, const Machine &machine) {
  return {machine.getX(op.base) + uint64_t(op.offset), op.size, op.flags.align,
          /*isAtomic=*/true};
}

bool isReservationSize(uint8_t size) { return size == 4 || size == 8; }
} // namespace

Outcome interpreter::execute(const ops::AtomicRMW &op, Machine &machine) {
  return finish(machine, op.dst, modify(op, machine));
}

Outcome interpreter::execute(const ops::Atomic &op, Machine &machine) {
  return finish(machine, op.dst, modify(op, machine));
}

Outcome interpreter::execute(const ops::AtomicRMWOrder &op, Machine &machine) {
  return finish(machine, op.dst, modify(op, machine, op.flags));
}

Outcome interpreter::execute(const ops::AtomicRmwFlag &op, Machine &machine) {
  std::optional<uint64_t> old = modify(op, machine);
  if (!old)
    return Outcome::Exit;
  machine.setX(op.dstOld, *old);
  machine.setX(op.dstFlag, 1);
  return Outcome::Next;
}

Outcome interpreter::execute(const ops::AtomicCmpXchg &op, Machine &machine) {
  return finish(machine, op.dst, getOld(exchange(op, machine)));
}

Outcome interpreter::execute(const ops::AtomicCmpXchgOrder &op,
                             Machine &machine) {
  return finish(machine, op.dst, getOld(exchange(op, machine, op.flags)));
}

Outcome interpreter::execute(const ops::AtomicCmpXchgFlag &op,
                             Machine &machine) {
  std::optional<Exchange> result = exchange(op, machine);
  if (!result)
    return Outcome::Exit;
  machine.setX(op.dstOld, result->old);
  machine.setX(op.dstFlag, result->succeeded);
  return Outcome::Next;
}

Outcome interpreter::execute(const ops::AtomicLoadReserve &op,
                             Machine &machine) {
  if (!isReservationSize(op.size))
    return machine.exitWith(ExitStatus::BadOp);
  Access access = getAccess(op, machine);
  std::optional<uint64_t> value = machine.load(access);
  if (!value)
    return Outcome::Exit;
  machine.getReservation() = {access.address, access.size, *value};
  machine.setX(op.dst, *value);
  return Outcome::Next;
}

Outcome interpreter::execute(const ops::AtomicStoreCond &op, Machine &machine) {
  if (!isReservationSize(op.size))
    return machine.exitWith(ExitStatus::BadOp);
  Access access = getAccess(op, machine);
  if (!machine.check(access))
    return Outcome::Exit;
  const Reservation &reservation = machine.getReservation();
  bool stored = false;
  if (reservation.size == access.size &&
      reservation.address == access.address) {
    std::optional<Exchange> result =
        exchange(machine, access, reservation.value, machine.getX(op.src));
    if (!result)
      return Outcome::Exit;
    stored = result->succeeded;
  }
  machine.getReservation().size = 0;
  machine.setX(op.dstFlag, stored ? 0 : 1);
  return Outcome::Next;
}
