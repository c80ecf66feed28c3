//===- JumpTables.cpp - The targets of indirect jumps -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "JumpTables.h"

#include "vmjit/Frontend/RISCV/CodeMap.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/MathExtras.h"

#include <array>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::riscv;

namespace {
/// What a register holds.
struct Value {
  enum Kind : uint8_t {
    /// offset.
    Constant,
    /// (the unknown << shift) + offset.
    Scaled,
    /// The table entry that the unknown selects, plus offset.
    Entry
  };
  Kind kind = Constant;
  uint64_t offset = 0;
  /// A number for each value that nothing is known of.
  unsigned unknown = 0;
  unsigned shift = 0;
  /// Scaled and Entry: only right if the unknown is less than this, 0 for any.
  uint64_t limit = 0;
  /// Entry: where the table is and what is in it.
  GuestAddr table = 0;
  unsigned entrySize = 0;
  bool isSigned = false;

  bool isPlainUnknown() const {
    return kind == Scaled && shift == 0 && offset == 0;
  }
};

/// Follows the values of registers through instructions.
class ValueTracker {
public:
  ValueTracker() {
    for (Value &value : registers)
      value = makeUnknown();
    registers[0] = Value();
  }

  void step(const TraceStep &step);
  const Value &get(unsigned reg) const { return registers[reg]; }
  /// The largest value of \p unknown, if there is a bound.
  std::optional<uint64_t> getMaximum(unsigned unknown) const {
    auto found = maxima.find(unknown);
    if (found == maxima.end())
      return std::nullopt;
    return found->second;
  }

private:
  Value makeUnknown() {
    Value value;
    value.kind = Value::Scaled;
    value.unknown = unknownCount++;
    return value;
  }
  Value makeBounded(uint64_t maximum) {
    Value value = makeUnknown();
    maxima[value.unknown] = maximum;
    return value;
  }
  Value evaluate(const DecodedInstruction &instruction);
  Value addConstant(Value value, uint64_t constant);
  Value add(const Value &left, const Value &right);
  Value addWord(const Value &left, uint64_t imm);
  Value shiftLeft(Value value, unsigned amount);
  Value shiftRight(Value value, unsigned amount);
  Value load(const Value &base, const DecodedInstruction &instruction,
             unsigned size, bool isSigned);
  void learn(unsigned smallerReg, unsigned largerReg, bool isStrict);

  std::array<Value, vmir::kArchRegCount> registers;
  unsigned unknownCount = 0;
  DenseMap<unsigned, uint64_t> maxima;
};
} // namespace

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

Value ValueTracker::load(const Value &base,
                         const DecodedInstruction &instruction, unsigned size,
                         bool isSigned) {
  if (base.kind != Value::Scaled || base.shift != Log2_32(size))
    return makeUnknown();
  Value value = base;
  value.kind = Value::Entry;
  value.table = base.offset + uint64_t(instruction.imm);
  value.entrySize = size;
  value.isSigned = isSigned;
  value.offset = 0;
  return value;
}

static Value makeConstant(uint64_t offset) {
  Value value;
  value.offset = offset;
  return value;
}

/// Extends the low half with its sign, where a bound says that it is all there
/// is of an unknown.
Value ValueTracker::addWord(const Value &left, uint64_t imm) {
  if (left.kind == Value::Constant)
    return makeConstant(uint64_t(SignExtend64<32>(left.offset + imm)));
  if (imm != 0 || !left.isPlainUnknown() || !getMaximum(left.unknown))
    return makeUnknown();
  return shiftRight(shiftLeft(left, 32), 32);
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
    return makeBounded(imm);
  if (operation == Operation::LBU)
    return makeBounded(UINT8_MAX);
  if (operation == Operation::LW)
    return load(left, instruction, 4, /*isSigned=*/true);
  if (operation == Operation::LWU)
    return load(left, instruction, 4, /*isSigned=*/false);
  if (operation == Operation::LD)
    return load(left, instruction, 8, /*isSigned=*/false);
  return makeUnknown();
}

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
  uint64_t maximum = larger.offset - (isStrict ? 1 : 0);
  auto [place, isNew] = maxima.try_emplace(smaller.unknown, maximum);
  if (!isNew)
    place->second = std::min(place->second, maximum);
}

void ValueTracker::step(const TraceStep &step) {
  const DecodedInstruction &instruction = *step.instruction;
  if (!instruction.operation)
    return;
  if (*instruction.operation == Operation::BLTU ||
      *instruction.operation == Operation::BGEU) {
    bool isLess = (*instruction.operation == Operation::BLTU) == step.isTaken;
    if (isLess)
      learn(instruction.rs1, instruction.rs2, /*isStrict=*/true);
    else
      learn(instruction.rs2, instruction.rs1, /*isStrict=*/false);
    return;
  }
  // Writes to the floating-point file are taken for ones to the integer file,
  // which may lose a table.
  if (instruction.rd != 0)
    registers[instruction.rd] = evaluate(instruction);
}

/// The entries of the table that \p entry is from, for its unknown from 0 to
/// \p maximum; empty if one of them is no address of code.
static std::vector<GuestAddr> readTable(const GuestImage &image,
                                        const Value &entry, uint64_t maximum) {
  if (maximum >= kMaxJumpTableEntries ||
      (entry.limit && maximum >= entry.limit))
    return {};
  std::vector<GuestAddr> targets;
  for (uint64_t index = 0; index <= maximum; ++index) {
    std::optional<uint64_t> content = image.readConstant(
        entry.table + (index << entry.shift), entry.entrySize);
    if (!content)
      return {};
    if (entry.isSigned)
      *content = uint64_t(SignExtend64(*content, 8 * entry.entrySize));
    GuestAddr target = (*content + entry.offset) & ~GuestAddr(1);
    if (image.getCode(target).empty())
      return {};
    targets.push_back(target);
  }
  return targets;
}

std::vector<GuestAddr>
vmjit::riscv::findJumpTargets(const GuestImage &image,
                              ArrayRef<TraceStep> trace,
                              const DecodedInstruction &jump) {
  ValueTracker tracker;
  for (const TraceStep &step : trace)
    tracker.step(step);
  Value value = tracker.get(jump.rs1);
  value.offset += uint64_t(jump.imm);
  if (value.kind == Value::Constant) {
    GuestAddr target = value.offset & ~GuestAddr(1);
    if (image.getCode(target).empty())
      return {};
    return {target};
  }
  std::optional<uint64_t> maximum = tracker.getMaximum(value.unknown);
  if (value.kind != Value::Entry || !maximum)
    return {};
  return readTable(image, value, *maximum);
}
