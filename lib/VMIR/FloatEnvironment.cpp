//===- FloatEnvironment.cpp - What ops of the family Fenv name --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/VMIR/FloatEnvironment.h"

#include "vmjit/VMIR/FieldNames.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace vmjit::vmir;

/// By number; 5 and 6 are reserved.
static constexpr StringLiteral roundingModeNames[] = {"rne", "rtz", "rdn",
                                                      "rup", "rmm"};
static constexpr StringLiteral dynamicName = "dyn";

std::optional<FloatRounding> vmjit::vmir::getRoundingMode(uint64_t number) {
  if (number < std::size(roundingModeNames) ||
      number == uint64_t(FloatRounding::Dynamic))
    return FloatRounding(number);
  return std::nullopt;
}

std::optional<FloatRounding> vmjit::vmir::findRoundingMode(StringRef name) {
  if (name == dynamicName)
    return FloatRounding::Dynamic;
  if (std::optional<uint8_t> found = findName(roundingModeNames, name))
    return FloatRounding(*found);
  return std::nullopt;
}

StringRef vmjit::vmir::getRoundingModeName(FloatRounding mode) {
  return mode == FloatRounding::Dynamic ? dynamicName
                                        : roundingModeNames[size_t(mode)];
}

std::optional<FloatOperation> vmjit::vmir::findFloatOperation(StringRef name) {
  static constexpr StringLiteral names[] = {
      "add", "sub",   "mul",   "div",    "sqrt",   "min",
      "max", "fmadd", "fmsub", "fnmadd", "fnmsub", "convert"};
  static_assert(std::size(names) == size_t(FloatOperation::Convert) + 1);
  if (std::optional<uint8_t> found = findName(names, name))
    return FloatOperation(*found);
  return std::nullopt;
}

unsigned vmjit::vmir::getSourceCount(FloatOperation operation) {
  switch (operation) {
  case FloatOperation::Sqrt:
  case FloatOperation::Convert:
    return 1;
  case FloatOperation::Add:
  case FloatOperation::Sub:
  case FloatOperation::Mul:
  case FloatOperation::Div:
  case FloatOperation::Min:
  case FloatOperation::Max:
    return 2;
  case FloatOperation::Fmadd:
  case FloatOperation::Fmsub:
  case FloatOperation::Fnmadd:
  case FloatOperation::Fnmsub:
    return 3;
  }
  llvm_unreachable("every operation has sources");
}

std::optional<FloatComparison>
vmjit::vmir::findFloatComparison(StringRef name) {
  static constexpr StringLiteral names[] = {"eq", "lt", "le"};
  static_assert(std::size(names) == size_t(FloatComparison::LessEqual) + 1);
  if (std::optional<uint8_t> found = findName(names, name))
    return FloatComparison(*found);
  return std::nullopt;
}

bool vmjit::vmir::needsFloatEnvironment(const Block &block) {
  return any_of(block.ops,
                [](const Op &op) { return needsFloatEnvironment(op); });
}

bool vmjit::vmir::needsFloatEnvironment(const Program &program) {
  return any_of(program.blocks, [](const Block &block) {
    return needsFloatEnvironment(block);
  });
}
