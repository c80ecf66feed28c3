//===- Fenv.cpp - Ops of the floating-point environment ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arithmetic that rounds as the op or frm says, and raises flags in fflags.
// Names, formats and widths that the verifier refuses are BadOp.
//
//===----------------------------------------------------------------------===//

#include "ExactFloat.h"
#include "Handlers.h"

#include <optional>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::interpreter;
using namespace vmjit::vmir;

/// The format of \p width bits; the hart ends if there is none.
static std::optional<FloatFormat> getFormat(uint8_t width, Machine &machine) {
  if (width == 32)
    return FloatFormat::Single;
  if (width == 64)
    return FloatFormat::Double;
  machine.exitWith(ExitStatus::BadOp);
  return std::nullopt;
}

namespace {
/// How an op converts between a format and integers.
struct IntegerConversion {
  FloatFormat format;
  FloatRounding mode;
};
} // namespace

static FloatFormat getOther(FloatFormat format) {
  return format == FloatFormat::Single ? FloatFormat::Double
                                       : FloatFormat::Single;
}

static uint64_t readF(RegId reg, FloatFormat format, const Machine &machine) {
  return format == FloatFormat::Single ? machine.getF32Bits(reg)
                                       : machine.getFBits(reg);
}

static void writeF(RegId reg, FloatFormat format, uint64_t bits,
                   Machine &machine) {
  if (format == FloatFormat::Single)
    machine.setF32Bits(reg, uint32_t(bits));
  else
    machine.setFBits(reg, bits);
}

/// The mode that \p name or frm says; the hart ends if there is none.
static std::optional<FloatRounding> getMode(StringRef name, Machine &machine) {
  std::optional<FloatRounding> mode = findRoundingMode(name);
  if (!mode)
    machine.exitWith(ExitStatus::BadOp);
  if (mode != FloatRounding::Dynamic)
    return mode;
  mode = getRoundingMode(readCsr(kFrmCsr, machine));
  if (mode && mode != FloatRounding::Dynamic)
    return mode;
  machine.exitWith(ExitStatus::Unsupported);
  return std::nullopt;
}

/// What \p op, FenvToInt or FenvFromInt, says; the hart ends if that is
/// nothing.
template <class OpT>
static std::optional<IntegerConversion> getConversion(const OpT &op,
                                                      Machine &machine) {
  std::optional<FloatFormat> format = getFormat(op.format, machine);
  if (!format)
    return std::nullopt;
  if (op.width != 32 && op.width != 64) {
    machine.exitWith(ExitStatus::BadOp);
    return std::nullopt;
  }
  std::optional<FloatRounding> mode = getMode(op.rounding, machine);
  if (!mode)
    return std::nullopt;
  return IntegerConversion{*format, *mode};
}

static void raise(uint8_t flags, Machine &machine) {
  if (flags)
    writeCsr(kFflagsCsr, readCsr(kFflagsCsr, machine) | flags, machine);
}

Outcome interpreter::execute(const ops::FenvArith &op, Machine &machine) {
  std::optional<FloatOperation> operation = findFloatOperation(op.operation);
  if (!operation)
    return machine.exitWith(ExitStatus::BadOp);
  std::optional<FloatFormat> format = getFormat(op.format, machine);
  if (!format)
    return Outcome::Exit;
  std::optional<FloatRounding> mode = getMode(op.rounding, machine);
  if (!mode)
    return Outcome::Exit;
  FloatFormat sourceFormat =
      *operation == FloatOperation::Convert ? getOther(*format) : *format;
  uint64_t sources[] = {readF(op.src1, sourceFormat, machine),
                        readF(op.src2, sourceFormat, machine),
                        readF(op.src3, sourceFormat, machine)};
  FloatResult result = computeFloat(
      *operation, *format,
      ArrayRef(sources).take_front(getSourceCount(*operation)), *mode);
  writeF(op.dst, *format, result.bits, machine);
  raise(result.flags, machine);
  return Outcome::Next;
}

Outcome interpreter::execute(const ops::FenvCompare &op, Machine &machine) {
  std::optional<FloatComparison> comparison =
      findFloatComparison(op.comparison);
  if (!comparison)
    return machine.exitWith(ExitStatus::BadOp);
  std::optional<FloatFormat> format = getFormat(op.format, machine);
  if (!format)
    return Outcome::Exit;
  FloatResult result =
      compareFloats(*comparison, *format, readF(op.src1, *format, machine),
                    readF(op.src2, *format, machine));
  machine.setX(op.dst, result.bits);
  raise(result.flags, machine);
  return Outcome::Next;
}

Outcome interpreter::execute(const ops::FenvToInt &op, Machine &machine) {
  std::optional<IntegerConversion> how = getConversion(op, machine);
  if (!how)
    return Outcome::Exit;
  FloatResult result =
      convertToInteger(how->format, readF(op.src, how->format, machine),
                       op.width, op.isSigned, how->mode);
  machine.setX(op.dst, result.bits);
  raise(result.flags, machine);
  return Outcome::Next;
}

Outcome interpreter::execute(const ops::FenvFromInt &op, Machine &machine) {
  std::optional<IntegerConversion> how = getConversion(op, machine);
  if (!how)
    return Outcome::Exit;
  FloatResult result = convertFromInteger(how->format, machine.getX(op.src),
                                          op.width, op.isSigned, how->mode);
  writeF(op.dst, how->format, result.bits, machine);
  raise(result.flags, machine);
  return Outcome::Next;
}
