//===- Patterns.h - Patterns from vm to arith and math ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One function for each family. A pattern replaces one op by ops without
// undefined or poison results for any operand that the guest can give it.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_CONVERSION_VMTOARITH_PATTERNS_H
#define VMJIT_CONVERSION_VMTOARITH_PATTERNS_H

#include "mlir/IR/PatternMatch.h"

namespace vmjit {

/// Arithmetic, shifts, comparisons, selects, integer constants.
void populateVMIntegerToArithPatterns(mlir::RewritePatternSet &patterns);
/// Arithmetic, comparison and conversion of floats.
void populateVMFloatToArithPatterns(mlir::RewritePatternSet &patterns);
/// Sign injection, classification, boxes, canonical NaNs.
void populateVMFloatBitsToArithPatterns(mlir::RewritePatternSet &patterns);
/// Lanes of registers, as vectors.
void populateVMVectorToArithPatterns(mlir::RewritePatternSet &patterns);

} // namespace vmjit

#endif // VMJIT_CONVERSION_VMTOARITH_PATTERNS_H
