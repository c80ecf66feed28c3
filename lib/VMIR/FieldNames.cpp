//===- FieldNames.cpp - How enumerations are spelled in JSON ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/VMIR/FieldNames.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace vmjit::vmir;

ArrayRef<StringLiteral> vmjit::vmir::getMemOrderNames() {
  static constexpr StringLiteral names[] = {"None", "Acquire", "Release",
                                            "AcqRel", "SeqCst"};
  static_assert(std::size(names) == size_t(MemOrder::SeqCst) + 1);
  return names;
}

ArrayRef<StringLiteral> vmjit::vmir::getAtomicOpNames() {
  static constexpr StringLiteral names[] = {
      "Add", "Sub", "And",  "Or",   "Xor",  "Xchg", "CmpXchg",
      "Min", "Max", "MinS", "MaxS", "Minu", "Maxu", "Swap"};
  static_assert(std::size(names) == size_t(AtomicOp::Swap) + 1);
  return names;
}

ArrayRef<StringLiteral> vmjit::vmir::getBinaryOperatorNames() {
  static constexpr StringLiteral names[] = {"Add",
                                            "Sub",
                                            "Mul",
                                            "Div",
                                            "Rem",
                                            "And",
                                            "Or",
                                            "Xor",
                                            "ShiftLeft",
                                            "ShiftRightLogical",
                                            "ShiftRightArithmetic",
                                            "Equal",
                                            "NotEqual",
                                            "LessThan",
                                            "LessThanUnsigned",
                                            "GreaterEqual",
                                            "GreaterEqualUnsigned",
                                            "FAdd",
                                            "FSub",
                                            "FMul",
                                            "FDiv",
                                            "Custom"};
  static_assert(std::size(names) == size_t(BinaryOperator::Custom) + 1);
  return names;
}

ArrayRef<StringLiteral> vmjit::vmir::getOperandKindNames() {
  static constexpr StringLiteral names[] = {
      "None", "Register", "Reg", "Immediate", "Imm64", "Memory", "Binary"};
  static_assert(std::size(names) == size_t(Operand::Binary) + 1);
  return names;
}

std::optional<uint8_t> vmjit::vmir::findName(ArrayRef<StringLiteral> names,
                                             StringRef name) {
  const auto *found = llvm::find(names, name);
  if (found == names.end())
    return std::nullopt;
  return uint8_t(found - names.begin());
}
