//===- ExactFloat.h - Floating point with modes and flags -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// IEEE 754 as RISC-V has it: every rounding mode, exception flags, tininess
// detected after rounding, and canonical NaNs. Values are bit patterns, f32 in
// the low half. Nothing depends on the host's floating-point unit.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_INTERPRETER_EXACTFLOAT_H
#define VMJIT_LIB_INTERPRETER_EXACTFLOAT_H

#include "vmjit/VMIR/FloatEnvironment.h"
#include "llvm/ADT/ArrayRef.h"

namespace vmjit::interpreter {

/// The bits of fflags.
inline constexpr uint8_t kInexactFlag = 1;
inline constexpr uint8_t kUnderflowFlag = 2;
inline constexpr uint8_t kOverflowFlag = 4;
inline constexpr uint8_t kDivideByZeroFlag = 8;
inline constexpr uint8_t kInvalidFlag = 16;

enum class FloatFormat : uint8_t { Single, Double };

/// A pattern or an integer, and the flags that it raises.
struct FloatResult {
  uint64_t bits = 0;
  uint8_t flags = 0;
};

/// The result of \p operation in \p format. Sources are of that format, of
/// Convert the other one; there are as many as getSourceCount says. \p mode is
/// not Dynamic, here and below.
FloatResult computeFloat(vmir::FloatOperation operation, FloatFormat format,
                         llvm::ArrayRef<uint64_t> sources,
                         vmir::FloatRounding mode);

/// 1 if the comparison holds, else 0. NaNs are unordered; only Equal takes
/// quiet ones without the flag for it.
FloatResult compareFloats(vmir::FloatComparison comparison, FloatFormat format,
                          uint64_t left, uint64_t right);

/// \p source as an integer of \p width bits, 32 or 64, which are sign-extended.
/// What is out of range is the nearest integer in it, a NaN the largest one.
FloatResult convertToInteger(FloatFormat format, uint64_t source,
                             unsigned width, bool isSigned,
                             vmir::FloatRounding mode);

/// The low \p width bits of \p source, an integer, in \p format.
FloatResult convertFromInteger(FloatFormat format, uint64_t source,
                               unsigned width, bool isSigned,
                               vmir::FloatRounding mode);

} // namespace vmjit::interpreter

#endif // VMJIT_LIB_INTERPRETER_EXACTFLOAT_H
