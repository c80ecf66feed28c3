//===- VMOps.h - Ops, attributes and types of the vm dialect ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_DIALECT_VM_IR_VMOPS_H
#define VMJIT_DIALECT_VM_IR_VMOPS_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/RegionKindInterface.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "vmjit/Dialect/VM/IR/VMDialect.h"

#include "vmjit/Dialect/VM/IR/VMEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "vmjit/Dialect/VM/IR/VMAttrs.h.inc"

#define GET_TYPEDEF_CLASSES
#include "vmjit/Dialect/VM/IR/VMTypes.h.inc"

#define GET_OP_CLASSES
#include "vmjit/Dialect/VM/IR/VMOps.h.inc"

#endif // VMJIT_DIALECT_VM_IR_VMOPS_H
