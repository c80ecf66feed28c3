//===- ValueTracker.h - What registers hold on the way to a jump *- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Follows integer registers through instructions, as far as jump tables need:
// constants, unknown values that are scaled, bounds that branches put on them,
// and what they select in tables. Compilers make the index of a table twice,
// once for the test of its bounds and once for the load, so that computations
// and loads that are made again give the same unknown, and stores to the stack
// that are read back what was stored.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_FRONTEND_RISCV_VALUETRACKER_H
#define VMJIT_LIB_FRONTEND_RISCV_VALUETRACKER_H

#include "JumpTables.h"
#include "llvm/ADT/SmallVector.h"

#include <array>

namespace vmjit::riscv {

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
  bool operator==(const Value &) const = default;
};

/// Follows the values of registers through instructions.
class ValueTracker {
public:
  ValueTracker();

  void step(const TraceStep &step);
  const Value &get(unsigned reg) const { return registers[reg]; }
  /// The largest value of \p unknown, if there is a bound.
  std::optional<uint64_t> getMaximum(unsigned unknown) const {
    return unknowns[unknown].maximum;
  }

private:
  struct Unknown {
    std::optional<uint64_t> maximum;
    /// The sign extension of 32 bits.
    bool isWord = false;
  };
  /// A result that nothing is known of, and what it was computed from.
  struct Computation {
    Operation operation;
    Value left;
    Value right;
    int64_t imm;
    Value result;
  };
  /// What memory holds since it was loaded or stored.
  struct Cell {
    Value base;
    int64_t offset;
    unsigned size;
    /// How a load extended it to be the value; none for a store.
    std::optional<bool> isSigned;
    Value value;
  };

  Value makeUnknown() { return makeUnknown(Unknown()); }
  Value makeUnknown(Unknown unknown);
  /// Whether \p value is the sign extension of its low 32 bits.
  bool isWord(const Value &value) const;

  Value evaluate(const DecodedInstruction &instruction);
  Value compute(const DecodedInstruction &instruction);
  Value addConstant(Value value, uint64_t constant);
  Value add(const Value &left, const Value &right);
  Value addWord(const Value &left, uint64_t imm);
  Value shiftLeft(Value value, unsigned amount);
  Value shiftRight(Value value, unsigned amount);
  Value extend(const Value &value, unsigned size, bool isSigned);

  Value load(const DecodedInstruction &instruction, unsigned size,
             bool isSigned);
  Value loadUnknown(const Value &base, int64_t offset, unsigned size,
                    bool isSigned);
  void store(const DecodedInstruction &instruction, unsigned size);
  void learn(unsigned smallerReg, unsigned largerReg, bool isStrict);

  std::array<Value, vmir::kArchRegCount> registers;
  llvm::SmallVector<Unknown> unknowns;
  llvm::SmallVector<Computation> computations;
  llvm::SmallVector<Cell> cells;
};

} // namespace vmjit::riscv

#endif // VMJIT_LIB_FRONTEND_RISCV_VALUETRACKER_H
