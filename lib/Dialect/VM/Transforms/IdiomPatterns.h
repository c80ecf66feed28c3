//===- IdiomPatterns.h - What makes up vm-recognize-idioms ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_DIALECT_VM_TRANSFORMS_IDIOMPATTERNS_H
#define VMJIT_LIB_DIALECT_VM_TRANSFORMS_IDIOMPATTERNS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/PatternMatch.h"

namespace vmjit::vm {

/// Replaces long multiplications of 64-bit halves by arith's extended
/// multiplication. Their parts are left for removal as dead code. Has to come
/// before the patterns below, which turn the parts into something else.
void recognizeHighMultiplications(mlir::func::FuncOp function);

/// Extensions that are written as shifts or masks become arith's.
void populateExtensionPatterns(mlir::RewritePatternSet &patterns);

/// Arithmetic of 64 bits of which 32 are used becomes arithmetic of 32. Builds
/// on extensions in the form that populateExtensionPatterns gives them.
void populateNarrowingPatterns(mlir::RewritePatternSet &patterns);

} // namespace vmjit::vm

#endif // VMJIT_LIB_DIALECT_VM_TRANSFORMS_IDIOMPATTERNS_H
