//===- RegisterAssignment.cpp - Which register holds a value ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RegisterAssignment.h"

using namespace mlir;
using namespace vmjit;
namespace ops = vmjit::vmir::ops;
using vmir::RegId;

/// Marks the registers that \p operand reads.
static void nameRegisters(vm::OperandAttr operand, llvm::BitVector &named) {
  RegId reg = vmir::canonicalReg(operand.getReg());
  named.set(reg);
  for (vm::OperandAttr nested : operand.getOperands())
    nameRegisters(nested, named);
}

/// The integer registers that \p block names, be they read or written.
static llvm::BitVector getNamedRegisters(vm::BlockOp block) {
  llvm::BitVector named(vmir::kRawRegBase);
  for (Operation &op : block.getBody().front()) {
    if (auto read = dyn_cast<vm::RegReadOp>(op))
      named.set(read.getIndex());
    else if (auto write = dyn_cast<vm::RegWriteOp>(op))
      named.set(write.getIndex());
    else
      for (NamedAttribute attr : op.getAttrs())
        if (auto operand = dyn_cast<vm::OperandAttr>(attr.getValue()))
          nameRegisters(operand, named);
  }
  return named;
}

/// The content of a register that holds \p constant.
static uint64_t getRawBits(vm::ConstantOp constant) {
  if (auto integer = dyn_cast<IntegerAttr>(constant.getValue()))
    return integer.getValue().getZExtValue();
  uint64_t bits = cast<FloatAttr>(constant.getValue())
                      .getValue()
                      .bitcastToAPInt()
                      .getZExtValue();
  bool isBoxed = constant.getType().isF32();
  return isBoxed ? bits | (uint64_t(0xffffffff) << 32) : bits;
}

static std::pair<unsigned, unsigned> getKey(Register reg) {
  return {static_cast<unsigned>(reg.file), reg.id};
}

RegisterAssignment::RegisterAssignment(vm::BlockOp block, bool zeroReg,
                                       std::vector<vmir::Op> &ops)
    : zeroReg(zeroReg), ops(ops), named(getNamedRegisters(block)),
      reserved(vmir::kArchRegCount) {}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

void RegisterAssignment::define(Value value) {
  homes[value].usesLeft = llvm::range_size(value.getUses());
}

void RegisterAssignment::place(Value value, Register reg) {
  Home &home = homes[value];
  (reg.file == vm::RegFile::X ? home.x : home.f) = reg.id;
  if (!isZero(reg))
    occupants[getKey(reg)].push_back(value);
}

void RegisterAssignment::release(Value value) { --homes[value].usesLeft; }

void RegisterAssignment::vacate(Register reg, Value written) {
  auto it = occupants.find(getKey(reg));
  if (isZero(reg) || it == occupants.end())
    return;
  SmallVector<Value> values = std::move(it->second);
  occupants.erase(it);
  for (Value value : values) {
    if (value == written) {
      occupants[getKey(reg)].push_back(value);
      continue;
    }
    Home &home = homes[value];
    (reg.file == vm::RegFile::X ? home.x : home.f).reset();
    if (home.usesLeft == 0 || home.x || home.f)
      continue;
    home.x = makeTemporary();
    if (reg.file == vm::RegFile::X)
      append(ops::Mov{*home.x, reg.id});
    else
      append(ops::FmvXD{*home.x, reg.id});
  }
}

RegId RegisterAssignment::getX(Value value) {
  Home &home = homes[value];
  if (home.x)
    return *home.x;
  home.x = makeTemporary();
  if (auto constant = value.getDefiningOp<vm::ConstantOp>())
    append(ops::MovImm{*home.x, getRawBits(constant)});
  else
    append(ops::FmvXD{*home.x, *home.f});
  return *home.x;
}

bool RegisterAssignment::isInX(Value value) const {
  return homes.lookup(value).x.has_value();
}

bool RegisterAssignment::isInF(Value value) const {
  return homes.lookup(value).f.has_value();
}

RegId RegisterAssignment::getF(Value value) {
  if (std::optional<RegId> reg = homes[value].f)
    return *reg;
  for (const Loan &loan : loans)
    if (loan.visitor == value)
      return loan.reg;
  RegId bits = getX(value);
  RegId reg = borrow(value);
  append(ops::FmvDX{reg, bits});
  return reg;
}

//===----------------------------------------------------------------------===//
// Registers
//===----------------------------------------------------------------------===//

RegId RegisterAssignment::makeTemporary() {
  while (nextTemporary < named.size() && named.test(nextTemporary))
    ++nextTemporary;
  if (nextTemporary < named.size())
    return nextTemporary++;
  exhausted = true;
  return vmir::kArchRegCount;
}

bool RegisterAssignment::isZero(Register reg) const {
  return zeroReg && reg == Register{vm::RegFile::X, 0};
}

void RegisterAssignment::beginOp(Operation *op, ArrayRef<Register> targets) {
  reserved.reset();
  for (Value operand : op->getOperands())
    if (std::optional<RegId> reg = homes.lookup(operand).f)
      reserved.set(*reg);
  for (Register target : targets)
    if (target.file == vm::RegFile::F)
      reserved.set(target.id);
}

RegId RegisterAssignment::borrowF() { return borrow(Value()); }

RegId RegisterAssignment::borrow(Value visitor) {
  // An op has at most four floating-point registers, so one is always free.
  RegId reg = static_cast<RegId>(reserved.find_last_unset());
  reserved.set(reg);
  RegId content = makeTemporary();
  append(ops::FmvXD{content, reg});
  loans.push_back({reg, content, visitor});
  return reg;
}

void RegisterAssignment::endOp() {
  for (const Loan &loan : loans)
    append(ops::FmvDX{loan.reg, loan.content});
  loans.clear();
}
