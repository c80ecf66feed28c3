//===- ValueTracker.cpp - What registers hold on the way to a jump *- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ValueTracker.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <tuple>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::riscv;

static Value makeConstant(uint64_t offset) {
  Value value;
  value.offset = offset;
  return value;
}

ValueTracker::ValueTracker() {
  for (Value &value : registers)
    value = makeUnknown();
  registers[0] = makeConstant(0);
}

Value ValueTracker::makeUnknown(Unknown unknown) {
  Value value;
  value.kind = Value::Scaled;
  value.unknown = unsigned(unknowns.size());
  unknowns.push_back(unknown);
  return value;
}

bool ValueTracker::isWord(const Value &value) const {
  switch (value.kind) {
  case Value::Constant:
    return isInt<32>(int64_t(value.offset));
  case Value::Scaled:
    return value.isPlainUnknown() && unknowns[value.unknown].isWord;
  case Value::Entry:
    return value.entrySize == 4 && value.isSigned && value.offset == 0;
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Computation
//===----------------------------------------------------------------------===//

Value ValueTracker::addConstant(Value value, uint64_t constant) {
  // A sum of an unknown is as unknown, and what a bound may be known of.
  if (value.isPlainUnknown() && constant != 0)
    return makeUnknown();
  value.offset += constant;
  return value;
}

Value ValueTracker::add(const Value &left, const Value &right) {
  if (left.kind == Value::Constant)
    return right.isPlainUnknown() && left.offset != 0
               ? makeUnknown()
               : addConstant(right, left.offset);
  if (right.kind == Value::Constant)
    return add(right, left);
  return makeUnknown();
}

Value ValueTracker::shiftLeft(Value value, unsigned amount) {
  if (value.kind == Value::Constant) {
    value.offset <<= amount;
    return value;
  }
  if (value.kind != Value::Scaled || value.offset != 0 ||
      value.shift + amount > 63)
    return makeUnknown();
  value.shift += amount;
  return value;
}

/// A shift to the left and back extends a number that has few bits.
Value ValueTracker::shiftRight(Value value, unsigned amount) {
  if (value.kind == Value::Constant) {
    value.offset >>= amount;
    return value;
  }
  if (value.kind != Value::Scaled || value.offset != 0 || amount > value.shift)
    return makeUnknown();
  uint64_t limit = uint64_t(1) << (63 - value.shift);
  value.limit = value.limit ? std::min(value.limit, limit) : limit;
  value.shift -= amount;
  return value;
}

/// Extends the low \p size bytes, or what is all there is of an unknown that a
/// bound makes small enough.
Value ValueTracker::extend(const Value &value, unsigned size, bool isSigned) {
  unsigned bits = 8 * size;
  if (bits == 64 || (bits == 32 && isSigned && isWord(value)))
    return value;
  if (value.kind == Value::Constant)
    return makeConstant(isSigned
                            ? uint64_t(SignExtend64(value.offset, bits))
                            : value.offset & maskTrailingOnes<uint64_t>(bits));
  return shiftRight(shiftLeft(value, 64 - bits), 64 - bits);
}

Value ValueTracker::addWord(const Value &left, uint64_t imm) {
  if (left.kind == Value::Constant)
    return makeConstant(uint64_t(SignExtend64<32>(left.offset + imm)));
  if (imm == 0 &&
      (isWord(left) || (left.isPlainUnknown() && getMaximum(left.unknown))))
    return extend(left, 4, /*isSigned=*/true);
  return makeUnknown();
}

/// Whether the result is the sign extension of 32 bits. Loads are apart.
static bool makesWord(Operation operation) {
  return is_contained({Operation::ADDIW, Operation::SLLIW, Operation::SRLIW,
                       Operation::SRAIW, Operation::ADDW, Operation::SUBW,
                       Operation::SLLW, Operation::SRLW, Operation::SRAW,
                       Operation::MULW, Operation::DIVW, Operation::DIVUW,
                       Operation::REMW, Operation::REMUW},
                      operation);
}

Value ValueTracker::evaluate(const DecodedInstruction &instruction) {
  const Value &left = registers[instruction.rs1];
  uint64_t imm = uint64_t(instruction.imm);
  uint64_t upper = uint64_t(SignExtend64<32>(imm << 12));
  Operation operation = *instruction.operation;
  if (operation == Operation::LUI)
    return makeConstant(upper);
  if (operation == Operation::AUIPC)
    return makeConstant(instruction.pc + upper);
  if (operation == Operation::ADDI)
    return addConstant(left, imm);
  if (operation == Operation::ADDIW)
    return addWord(left, imm);
  if (operation == Operation::ADD)
    return add(left, registers[instruction.rs2]);
  if (operation == Operation::SLLI)
    return shiftLeft(left, unsigned(imm));
  if (operation == Operation::SRLI)
    return shiftRight(left, unsigned(imm));
  if (operation == Operation::ANDI && instruction.imm >= 0)
    return makeUnknown({imm, /*isWord=*/true});
  return makeUnknown();
}

/// The result of an integer instruction, which is the same for the same
/// operands.
Value ValueTracker::compute(const DecodedInstruction &instruction) {
  size_t oldCount = unknowns.size();
  Value result = evaluate(instruction);
  if (!result.isPlainUnknown() || result.unknown < oldCount)
    return result;
  Computation computation = {*instruction.operation, registers[instruction.rs1],
                             registers[instruction.rs2], instruction.imm,
                             result};
  for (const Computation &other : computations)
    if (std::tie(other.operation, other.left, other.right, other.imm) ==
        std::tie(computation.operation, computation.left, computation.right,
                 computation.imm))
      return other.result;
  unknowns[result.unknown].isWord |= makesWord(*instruction.operation);
  computations.push_back(computation);
  return result;
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

namespace {
struct AccessForm {
  Operation operation;
  unsigned size;
  bool isSigned;
};
} // namespace

static constexpr AccessForm loadForms[] = {
    {Operation::LB, 1, true},   {Operation::LH, 2, true},
    {Operation::LW, 4, true},   {Operation::LD, 8, false},
    {Operation::LBU, 1, false}, {Operation::LHU, 2, false},
    {Operation::LWU, 4, false}};
static constexpr AccessForm storeForms[] = {{Operation::SB, 1, false},
                                            {Operation::SH, 2, false},
                                            {Operation::SW, 4, false},
                                            {Operation::SD, 8, false}};

static const AccessForm *findForm(ArrayRef<AccessForm> forms,
                                  Operation operation) {
  const AccessForm *found = find_if(forms, [&](const AccessForm &form) {
    return form.operation == operation;
  });
  return found == forms.end() ? nullptr : found;
}

Value ValueTracker::loadUnknown(const Value &base, int64_t offset,
                                unsigned size, bool isSigned) {
  if (base.kind == Value::Scaled && size >= 4 && base.shift == Log2_32(size)) {
    Value value = base;
    value.kind = Value::Entry;
    value.table = base.offset + uint64_t(offset);
    value.entrySize = size;
    value.isSigned = isSigned;
    value.offset = 0;
    return value;
  }
  Unknown unknown;
  if (size == 1 && !isSigned)
    unknown.maximum = UINT8_MAX;
  unknown.isWord = size < 4 || (size == 4 && isSigned);
  return makeUnknown(unknown);
}

Value ValueTracker::load(const DecodedInstruction &instruction, unsigned size,
                         bool isSigned) {
  const Value &base = registers[instruction.rs1];
  for (const Cell &cell : cells)
    if (cell.base == base && cell.offset == instruction.imm &&
        cell.size == size)
      return cell.isSigned == isSigned ? cell.value
                                       : extend(cell.value, size, isSigned);
  Value value = loadUnknown(base, instruction.imm, size, isSigned);
  cells.push_back({base, instruction.imm, size, isSigned, value});
  return value;
}

/// A store may be to any address, and what is there is all that is known then.
void ValueTracker::store(const DecodedInstruction &instruction, unsigned size) {
  cells.clear();
  const Value &value = registers[instruction.rs2];
  // A constant may be the first value of a variable of a loop.
  if (value.kind != Value::Constant)
    cells.push_back({registers[instruction.rs1], instruction.imm, size,
                     /*isSigned=*/std::nullopt, value});
}

//===----------------------------------------------------------------------===//
// Instructions
//===----------------------------------------------------------------------===//

/// Takes note of X[smallerReg] <= X[largerReg], or < if \p isStrict.
void ValueTracker::learn(unsigned smallerReg, unsigned largerReg,
                         bool isStrict) {
  const Value &larger = registers[largerReg];
  Value &smaller = registers[smallerReg];
  if (larger.kind != Value::Constant || smallerReg == 0 ||
      (isStrict && larger.offset == 0))
    return;
  // Compilers fold comparisons of constants: this is the first value of a
  // variable of a loop.
  if (smaller.kind == Value::Constant)
    smaller = makeUnknown();
  if (!smaller.isPlainUnknown())
    return;
  uint64_t bound = larger.offset - (isStrict ? 1 : 0);
  auto limit = [&](unsigned unknown) {
    std::optional<uint64_t> &maximum = unknowns[unknown].maximum;
    maximum = std::min(maximum.value_or(bound), bound);
  };
  limit(smaller.unknown);
  // Callers extend what they pass. A compiler that does so once more for the
  // test (sext.w) goes on with what it got.
  for (const Computation &computation : computations)
    if (computation.result == smaller &&
        computation.operation == Operation::ADDIW && computation.imm == 0 &&
        computation.left.isPlainUnknown())
      limit(computation.left.unknown);
}

void ValueTracker::step(const TraceStep &step) {
  const DecodedInstruction &instruction = *step.instruction;
  if (!instruction.operation)
    return;
  Operation operation = *instruction.operation;
  if (operation == Operation::BLTU || operation == Operation::BGEU) {
    bool isLess = (operation == Operation::BLTU) == step.isTaken;
    if (isLess)
      learn(instruction.rs1, instruction.rs2, /*isStrict=*/true);
    else
      learn(instruction.rs2, instruction.rs1, /*isStrict=*/false);
    return;
  }
  Family family = getFamily(operation);
  Value value;
  if (const AccessForm *form = findForm(loadForms, operation))
    value = load(instruction, form->size, form->isSigned);
  else if (const AccessForm *form = findForm(storeForms, operation))
    store(instruction, form->size);
  else if (family == Family::Integer || family == Family::Multiply)
    value = compute(instruction);
  else
    value = makeUnknown();
  if (family == Family::Atomic || operation == Operation::FSW ||
      operation == Operation::FSD)
    cells.clear();
  // Writes to the floating-point file are taken for ones to the integer file,
  // which may lose a table.
  if (instruction.rd != 0)
    registers[instruction.rd] = value;
}
