//===- Division.h - Division that never traps -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_INTERPRETER_DIVISION_H
#define VMJIT_LIB_INTERPRETER_DIVISION_H

#include <cstdint>
#include <limits>

namespace vmjit::interpreter {

/// Whether the quotient of \p lhs and \p rhs is 2^63.
inline bool overflowsDivision(uint64_t lhs, uint64_t rhs) {
  return int64_t(lhs) == std::numeric_limits<int64_t>::min() &&
         int64_t(rhs) == -1;
}

/// RISC-V DIV and DIVU.
inline uint64_t divide(uint64_t lhs, uint64_t rhs, bool isSigned) {
  if (rhs == 0)
    return ~uint64_t(0);
  if (!isSigned)
    return lhs / rhs;
  if (overflowsDivision(lhs, rhs))
    return lhs;
  return int64_t(lhs) / int64_t(rhs);
}

/// RISC-V REM and REMU.
inline uint64_t remainder(uint64_t lhs, uint64_t rhs, bool isSigned) {
  if (rhs == 0)
    return lhs;
  if (!isSigned)
    return lhs % rhs;
  if (overflowsDivision(lhs, rhs))
    return 0;
  return int64_t(lhs) % int64_t(rhs);
}

} // namespace vmjit::interpreter

#endif // VMJIT_LIB_INTERPRETER_DIVISION_H
