//===- Operand.cpp - Ops whose operands are expressions ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Division.h"
#include "Handlers.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::interpreter;
using namespace vmjit::vmir;

namespace {
/// The bits of an f64 result: a NaN is canonical.
uint64_t toBits(double value) {
  return std::isnan(value) ? kCanonicalNaN64 : bit_cast<uint64_t>(value);
}

/// \p op of f64 bits; nothing for any operator on integers.
std::optional<uint64_t> computeFloat(BinaryOperator::Kind op, uint64_t lhsBits,
                                     uint64_t rhsBits) {
  double lhs = bit_cast<double>(lhsBits);
  double rhs = bit_cast<double>(rhsBits);
  switch (op) {
  case BinaryOperator::FAdd:
    return toBits(lhs + rhs);
  case BinaryOperator::FSub:
    return toBits(lhs - rhs);
  case BinaryOperator::FMul:
    return toBits(lhs * rhs);
  case BinaryOperator::FDiv:
    return toBits(lhs / rhs);
  default:
    return std::nullopt;
  }
}

/// \p op of integers or, for those that computeFloat knows, of f64 bits;
/// nothing for a number that is no operator.
std::optional<uint64_t> compute(BinaryOperator::Kind op, uint64_t lhs,
                                uint64_t rhs) {
  switch (op) {
  case BinaryOperator::Add:
    return lhs + rhs;
  case BinaryOperator::Sub:
    return lhs - rhs;
  case BinaryOperator::Mul:
    return lhs * rhs;
  case BinaryOperator::Div:
    return divide(lhs, rhs, /*isSigned=*/true);
  case BinaryOperator::Rem:
    return remainder(lhs, rhs, /*isSigned=*/true);
  case BinaryOperator::And:
    return lhs & rhs;
  case BinaryOperator::Or:
    return lhs | rhs;
  case BinaryOperator::Xor:
    return lhs ^ rhs;
  case BinaryOperator::ShiftLeft:
    return lhs << (rhs & 63);
  case BinaryOperator::ShiftRightLogical:
    return lhs >> (rhs & 63);
  case BinaryOperator::ShiftRightArithmetic:
    return int64_t(lhs) >> (rhs & 63);
  case BinaryOperator::Equal:
    return lhs == rhs;
  case BinaryOperator::NotEqual:
    return lhs != rhs;
  case BinaryOperator::LessThan:
    return int64_t(lhs) < int64_t(rhs);
  case BinaryOperator::LessThanUnsigned:
    return lhs < rhs;
  case BinaryOperator::GreaterEqual:
    return int64_t(lhs) >= int64_t(rhs);
  case BinaryOperator::GreaterEqualUnsigned:
    return lhs >= rhs;
  default:
    return computeFloat(op, lhs, rhs);
  }
}

std::optional<uint64_t> evaluate(const Operand &operand, Machine &machine);

/// Ends the hart with \p status.
std::nullopt_t fail(Machine &machine, ExitStatus status) {
  machine.exitWith(status);
  return std::nullopt;
}

/// The value of an expression of two operands, left before right; nothing if
/// the hart ends. Decoding has bounded how deep they nest.
std::optional<uint64_t> evaluateBinary(const BinaryOperator &op,
                                       const Operand &left,
                                       const Operand &right, Machine &machine) {
  if (op.kind == BinaryOperator::Custom)
    return fail(machine, ExitStatus::Unsupported);
  std::optional<uint64_t> lhs = evaluate(left, machine);
  if (!lhs)
    return std::nullopt;
  std::optional<uint64_t> rhs = evaluate(right, machine);
  if (!rhs)
    return std::nullopt;
  if (std::optional<uint64_t> result = compute(op.kind, *lhs, *rhs))
    return result;
  return fail(machine, ExitStatus::BadOp);
}

GuestAddr getMemoryAddress(const Operand &operand, const Machine &machine) {
  return machine.getX(operand.reg) + operand.bits;
}

/// The value of \p operand; nothing if the hart ends.
std::optional<uint64_t> evaluate(const Operand &operand, Machine &machine) {
  switch (operand.kind) {
  case Operand::Register:
  case Operand::Reg:
    return machine.getX(operand.reg);
  case Operand::Immediate:
  case Operand::Imm64:
    return operand.bits;
  case Operand::Memory:
    return machine.load({getMemoryAddress(operand, machine), operand.size});
  case Operand::Binary:
    return evaluateBinary(operand.op, operand.operands[0], operand.operands[1],
                          machine);
  case Operand::None:
    break;
  }
  return fail(machine, ExitStatus::BadOp);
}

/// The address that \p operand denotes; nothing if the hart ends.
std::optional<GuestAddr> evaluateAddress(const Operand &operand,
                                         Machine &machine) {
  if (operand.kind == Operand::Memory)
    return getMemoryAddress(operand, machine);
  return evaluate(operand, machine);
}

/// Goes to what \p target denotes. The address to return to is not known, so
/// that there is no such branch with a link.
Outcome branch(const Operand &target, bool link, Machine &machine) {
  if (link)
    return machine.exitWith(ExitStatus::BadOp);
  std::optional<uint64_t> address = evaluate(target, machine);
  bool isNamed =
      target.kind == Operand::Immediate || target.kind == Operand::Imm64;
  return address ? machine.branchTo(*address, isNamed) : Outcome::Exit;
}
} // namespace

Outcome interpreter::execute(const ops::Branch &op, Machine &machine) {
  return branch(op.target, op.link, machine);
}

Outcome interpreter::execute(const ops::CondBranch &op, Machine &machine) {
  std::optional<uint64_t> condition = evaluate(op.condition, machine);
  if (!condition)
    return Outcome::Exit;
  return *condition != 0 ? branch(op.target, op.link, machine) : Outcome::Next;
}

Outcome interpreter::execute(const ops::BinaryOp &op, Machine &machine) {
  std::optional<uint64_t> value =
      evaluateBinary(op.op, op.src1, op.src2, machine);
  if (!value)
    return Outcome::Exit;
  machine.setX(op.dest, *value);
  return Outcome::Next;
}

// A size without meaning is found before operands make any access.

Outcome interpreter::execute(const ops::LoadExt &op, Machine &machine) {
  if (!isAccessSize(op.size))
    return machine.exitWith(ExitStatus::BadOp);
  std::optional<GuestAddr> address = evaluateAddress(op.addr, machine);
  if (!address)
    return Outcome::Exit;
  std::optional<uint64_t> value =
      machine.load({*address, op.size, op.flags.align, op.flags.atomic});
  if (!value)
    return Outcome::Exit;
  machine.setX(op.dest, *value);
  return Outcome::Next;
}

Outcome interpreter::execute(const ops::StoreExt &op, Machine &machine) {
  if (!isAccessSize(op.size))
    return machine.exitWith(ExitStatus::BadOp);
  std::optional<uint64_t> value = evaluate(op.value, machine);
  if (!value)
    return Outcome::Exit;
  std::optional<GuestAddr> address = evaluateAddress(op.addr, machine);
  if (!address)
    return Outcome::Exit;
  bool stored = machine.store(
      {*address, op.size, op.flags.align, op.flags.atomic}, *value);
  return stored ? Outcome::Next : Outcome::Exit;
}
