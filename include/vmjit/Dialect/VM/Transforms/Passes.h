//===- Passes.h - Passes on the vm dialect ----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_DIALECT_VM_TRANSFORMS_PASSES_H
#define VMJIT_DIALECT_VM_TRANSFORMS_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "vmjit/Dialect/VM/IR/VMOps.h"

namespace vmjit::vm {

#define GEN_PASS_DECL
#include "vmjit/Dialect/VM/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "vmjit/Dialect/VM/Transforms/Passes.h.inc"

} // namespace vmjit::vm

#endif // VMJIT_DIALECT_VM_TRANSFORMS_PASSES_H
