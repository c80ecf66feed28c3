//===- VMDialect.h - The vm dialect -----------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_DIALECT_VM_IR_VMDIALECT_H
#define VMJIT_DIALECT_VM_IR_VMDIALECT_H

#include "mlir/IR/Dialect.h"

#include "vmjit/Dialect/VM/IR/VMDialect.h.inc"

#endif // VMJIT_DIALECT_VM_IR_VMDIALECT_H
