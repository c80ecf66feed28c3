//===- FieldFiller.cpp - Random fields of ops -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FieldFiller.h"

#include "EdgeValues.h"
#include "vmjit/Fuzz/ProgramGenerator.h"
#include "vmjit/VMIR/Builder.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::fuzz;
using namespace vmjit::vmir;

//===----------------------------------------------------------------------===//
// Jump targets
//===----------------------------------------------------------------------===//

GuestAddr JumpTargets::pickCounted(Random &random) const {
  constexpr GuestAddr noBlock = 0x77770;
  uint64_t choice = random.below(16);
  if (choice == 0)
    return noBlock;
  if (choice <= 2 || heads.empty())
    return kReturnPc;
  return random.pick(heads);
}

GuestAddr JumpTargets::pick(Random &random) const {
  if (!later.empty() && random.below(5) < 3)
    return random.pick(later);
  return pickCounted(random);
}

//===----------------------------------------------------------------------===//
// Registers
//===----------------------------------------------------------------------===//

static constexpr RegId firstTemporary = 32;
static constexpr unsigned temporaryCount = 9;
/// Few registers carry most values, so that ops depend on each other.
static constexpr RegId firstCommonReg = 5;
static constexpr unsigned commonRegCount = 7;

/// Now and then the raw SSA form of an id, which means the same.
RegId FieldFiller::spell(RegId reg) {
  return reg != 0 && random.oneIn(64) ? reg << 16 : reg;
}

RegId FieldFiller::pickDestination() {
  uint64_t choice = random.below(32);
  if (choice < 8)
    return firstTemporary + random.below(temporaryCount);
  if (choice < 10)
    return random.below(kLoopCounterReg);
  if (choice == 10)
    return 0;
  return firstCommonReg + random.below(commonRegCount);
}

RegId FieldFiller::pickSource() {
  uint64_t choice = random.below(32);
  if (choice < 8)
    return firstTemporary + random.below(temporaryCount);
  if (choice < 12)
    return random.below(kArchRegCount);
  return firstCommonReg + random.below(commonRegCount);
}

RegId FieldFiller::pickBase() {
  return random.oneIn(48) ? pickSource()
                          : kFirstAddressReg + random.below(kAddressRegCount);
}

void FieldFiller::operator()(field::XDst, StringRef, RegId &reg) {
  reg = spell(pickDestination());
}

void FieldFiller::operator()(field::FDst, StringRef, RegId &reg) {
  reg = spell(random.oneIn(4) ? random.below(kArchRegCount) : random.below(6));
}

void FieldFiller::operator()(field::XSrc, StringRef name, RegId &reg) {
  reg = spell(name == "base" ? pickBase() : pickSource());
}

void FieldFiller::operator()(field::FSrc tag, StringRef name, RegId &reg) {
  (*this)(field::FDst(), name, reg);
}

//===----------------------------------------------------------------------===//
// Numbers and names
//===----------------------------------------------------------------------===//

uint64_t FieldFiller::pickConstant() {
  switch (random.below(8)) {
  case 0:
    return pickAddress(random);
  case 1:
    return targets.pickCounted(random);
  default:
    return pickInteger(random);
  }
}

void FieldFiller::operator()(field::I64, StringRef name, int64_t &value) {
  constexpr int64_t offsets[] = {0, 0, 0,  0,  0, 0, 0, 0,
                                 8, 8, 16, -8, 1, 4, -4};
  bool isOffset = name == "offset" && !random.oneIn(128);
  value = isOffset ? random.pick(offsets) : pickInteger(random);
}

void FieldFiller::operator()(field::U64, StringRef, uint64_t &value) {
  value = pickConstant();
}

void FieldFiller::operator()(field::U32, StringRef, uint32_t &value) {
  value = pickInteger(random);
}

void FieldFiller::operator()(field::U16, StringRef, uint16_t &value) {
  value = random.pick(csrNames);
}

void FieldFiller::operator()(field::U8, StringRef name, uint8_t &value) {
  constexpr uint8_t sizes[] = {1, 2, 4, 8, 4, 8};
  constexpr uint8_t shifts[] = {0, 1, 7, 8, 15, 16, 31, 32, 33, 48, 63};
  bool isSize = name == "size" || name == "element_size";
  if (isSize && !random.oneIn(128))
    value = random.pick(sizes);
  else if (name == "sh")
    value = random.pick(shifts);
  else if (name == "bits")
    value = uint8_t(8 << random.below(3));
  else if (name == "format" || name == "width")
    value = uint8_t(32 << random.below(2));
  else if (name == "cond")
    value = random.oneIn(16) ? random.below(256) : random.below(16);
  else
    value = random.oneIn(2) ? random.below(256) : random.below(9);
}

void FieldFiller::operator()(field::Bool, StringRef name, bool &value) {
  // An op that links has no meaning.
  value = name == "link" ? random.oneIn(48) : random.oneIn(2);
}

void FieldFiller::operator()(field::Str, StringRef name, std::string &value) {
  constexpr StringRef scopes[] = {"hart", "block", "device", "system"};
  constexpr StringRef names[] = {"", "amx", "tile \"0\"\\\n", "\xc3\xa9"};
  constexpr StringRef operations[] = {"add",   "sub",    "mul",    "div",
                                      "sqrt",  "min",    "max",    "fmadd",
                                      "fmsub", "fnmadd", "fnmsub", "convert"};
  constexpr StringRef comparisons[] = {"eq", "lt", "le"};
  constexpr StringRef modes[] = {"rne", "rtz", "rdn", "rup", "rmm", "dyn"};
  if (name == "scope")
    value = random.pick(scopes);
  else if (name == "operation")
    value = random.pick(operations);
  else if (name == "comparison")
    value = random.pick(comparisons);
  else if (name == "rounding")
    value = random.pick(modes);
  else
    value = random.pick(names);
}

void FieldFiller::operator()(field::Addr, StringRef name, GuestAddr &value) {
  value = name == "ret_pc" ? targets.pickCounted(random) : targets.pick(random);
}

void FieldFiller::operator()(field::OptAddr, StringRef,
                             std::optional<GuestAddr> &value) {
  if (random.oneIn(2))
    value = pickAddress(random);
}

void FieldFiller::operator()(field::Order, StringRef, MemOrder &order) {
  order = static_cast<MemOrder>(random.below(5));
}

void FieldFiller::operator()(field::Flags, StringRef, MemFlags &flags) {
  constexpr uint8_t aligns[] = {1, 2, 4, 8, 8, 16, 3};
  flags.isVolatile = random.oneIn(8);
  flags.atomic = random.oneIn(12);
  flags.align = random.oneIn(12) ? random.pick(aligns) : 0;
  flags.fenceBefore = random.oneIn(8);
  flags.fenceAfter = random.oneIn(8);
  (*this)(field::Order(), "", flags.order);
}

void FieldFiller::operator()(field::Rmw, StringRef, AtomicOp &op) {
  do
    op = static_cast<AtomicOp>(random.below(int(AtomicOp::Swap) + 1));
  while (op == AtomicOp::CmpXchg && !random.oneIn(8)); // It has no meaning.
}

void FieldFiller::operator()(field::Binop, StringRef, BinaryOperator &op) {
  op = BinaryOperator();
  if (random.oneIn(128)) {
    op.kind = BinaryOperator::Custom;
    op.custom = random.below(256);
  } else {
    op.kind =
        static_cast<BinaryOperator::Kind>(random.below(BinaryOperator::Custom));
  }
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

Operand FieldFiller::makeOperand(unsigned depth) {
  constexpr unsigned maxDepth = 4;
  Operand operand;
  switch (random.below(depth < maxDepth ? 8 : 5)) {
  case 0:
    operand = registerOperand(spell(pickSource()));
    operand.kind = Operand::Reg;
    return operand;
  case 1:
    return immediateOperand(pickInteger(random));
  case 2:
    return imm64Operand(pickConstant());
  case 3: {
    uint8_t size;
    int64_t offset;
    (*this)(field::U8(), "size", size);
    (*this)(field::I64(), "offset", offset);
    return memoryOperand(spell(pickBase()), offset, size);
  }
  case 4:
    // Mostly a register after all: it has no meaning.
    return random.oneIn(16) ? Operand() : registerOperand(pickSource());
  default: {
    BinaryOperator op;
    (*this)(field::Binop(), "", op);
    Operand left = makeOperand(depth + 1);
    return binaryOperand(op, std::move(left), makeOperand(depth + 1));
  }
  }
}

Operand FieldFiller::makeTarget() {
  switch (random.below(8)) {
  case 0:
    return makeOperand(1);
  case 1:
  case 2:
    return registerOperand(kFirstCodeReg + random.below(kCodeRegCount));
  default:
    return imm64Operand(targets.pick(random));
  }
}

void FieldFiller::operator()(field::Opnd, StringRef name, Operand &operand) {
  if (name == "target") {
    operand = makeTarget();
  } else if (name == "addr" && !random.oneIn(12)) {
    int64_t offset;
    (*this)(field::I64(), "offset", offset);
    operand = memoryOperand(spell(pickBase()), offset, 8);
  } else {
    operand = makeOperand(1);
  }
}
