//===- FloatEnvironment.h - What ops of the family Fenv name ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The names that the text fields of these ops have, and what they stand for.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_VMIR_FLOATENVIRONMENT_H
#define VMJIT_VMIR_FLOATENVIRONMENT_H

#include "vmjit/VMIR/Program.h"

#include <optional>

namespace vmjit::vmir {

/// The CSRs of the floating-point environment: fflags and frm are views of
/// fcsr.
inline constexpr uint16_t kFflagsCsr = 1;
inline constexpr uint16_t kFrmCsr = 2;
inline constexpr uint16_t kFcsrCsr = 3;

/// Rounding modes with RISC-V's numbers, which frm has, too.
enum class FloatRounding : uint8_t {
  NearestEven = 0,
  TowardZero = 1,
  Down = 2,
  Up = 3,
  NearestMaxMagnitude = 4,
  /// The one that frm holds.
  Dynamic = 7
};

/// The mode of a number; none if it is reserved, as 5 and 6 are.
std::optional<FloatRounding> getRoundingMode(uint64_t number);
/// The mode of a name, as RISC-V assembly has it: rne, rtz, rdn, rup, rmm, dyn.
std::optional<FloatRounding> findRoundingMode(llvm::StringRef name);
llvm::StringRef getRoundingModeName(FloatRounding mode);

/// What FenvArith computes.
enum class FloatOperation : uint8_t {
  Add,
  Sub,
  Mul,
  Div,
  Sqrt,
  Min,
  Max,
  Fmadd,
  Fmsub,
  Fnmadd,
  Fnmsub,
  /// From the other format.
  Convert
};

/// The operation of a name: add, sub, ..., fnmsub, convert.
std::optional<FloatOperation> findFloatOperation(llvm::StringRef name);
/// How many sources it reads.
unsigned getSourceCount(FloatOperation operation);

/// What FenvCompare asks.
enum class FloatComparison : uint8_t { Equal, Less, LessEqual };

/// The comparison of a name: eq, lt, le.
std::optional<FloatComparison> findFloatComparison(llvm::StringRef name);

/// Whether \p op needs the floating-point environment: compiled code leaves it
/// to the interpreter.
inline bool needsFloatEnvironment(const Op &op) {
  return getOpInfo(op).family == Family::Fenv;
}
bool needsFloatEnvironment(const Block &block);
bool needsFloatEnvironment(const Program &program);

} // namespace vmjit::vmir

#endif // VMJIT_VMIR_FLOATENVIRONMENT_H
