//===- Passes.h - Conversions out of the vm dialect -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_CONVERSION_PASSES_H
#define VMJIT_CONVERSION_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace vmjit {

#define GEN_PASS_DECL
#include "vmjit/Conversion/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "vmjit/Conversion/Passes.h.inc"

} // namespace vmjit

#endif // VMJIT_CONVERSION_PASSES_H
