//===- Fenv.cpp - Ops of the floating-point environment ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arithmetic that rounds as the op or frm says, and raises flags in fflags. The
// verifier has checked names, formats and widths.
//
//===----------------------------------------------------------------------===//

#include "ExactFloat.h"
#include "Handlers.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::interpreter;
using namespace vmjit::vmir;

static FloatFormat getFormat(uint8_t width) {
  return width == 32 ? FloatFormat::Single : FloatFormat::Double;
}

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

static void raise(uint8_t flags, Machine &machine) {
  if (flags)
    writeCsr(kFflagsCsr, readCsr(kFflagsCsr, machine) | flags, machine);
}

Outcome interpreter::execute(const ops::FenvArith &op, Machine &machine) {
  std::optional<FloatOperation> operation = findFloatOperation(op.operation);
  if (!operation)
    return machine.exitWith(ExitStatus::BadOp);
  std::optional<FloatRounding> mode = getMode(op.rounding, machine);
  if (!mode)
    return Outcome::Exit;
  FloatFormat format = getFormat(op.format);
  FloatFormat sourceFormat =
      *operation == FloatOperation::Convert ? getOther(format) : format;
  uint64_t sources[] = {readF(op.src1, sourceFormat, machine),
                        readF(op.src2, sourceFormat, machine),
                        readF(op.src3, sourceFormat, machine)};
  FloatResult result = computeFloat(
      *operation, format,
      ArrayRef(sources).take_front(getSourceCount(*operation)), *mode);
  writeF(op.dst, format, result.bits, machine);
  raise(result.flags, machine);
  return Outcome::Next;
}

void interpreter::execute(const ops::FenvCompare &op, Machine &machine) {
  FloatFormat format = getFormat(op.format);
  FloatResult result = compareFloats(
      findFloatComparison(op.comparison).value_or(FloatComparison::Equal),
      format, readF(op.src1, format, machine), readF(op.src2, format, machine));
  machine.setX(op.dst, result.bits);
  raise(result.flags, machine);
}

Outcome interpreter::execute(const ops::FenvToInt &op, Machine &machine) {
  std::optional<FloatRounding> mode = getMode(op.rounding, machine);
  if (!mode)
    return Outcome::Exit;
  FloatFormat format = getFormat(op.format);
  FloatResult result = convertToInteger(format, readF(op.src, format, machine),
                                        op.width, op.isSigned, *mode);
  machine.setX(op.dst, result.bits);
  raise(result.flags, machine);
  return Outcome::Next;
}

Outcome interpreter::execute(const ops::FenvFromInt &op, Machine &machine) {
  std::optional<FloatRounding> mode = getMode(op.rounding, machine);
  if (!mode)
    return Outcome::Exit;
  FloatFormat format = getFormat(op.format);
  FloatResult result = convertFromInteger(format, machine.getX(op.src),
                                          op.width, op.isSigned, *mode);
  writeF(op.dst, format, result.bits, machine);
  raise(result.flags, machine);
  return Outcome::Next;
}
