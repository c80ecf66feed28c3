//===- VMDialect.cpp - The vm dialect ---------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "vmjit/Dialect/VM/IR/VMOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace vmjit::vm;

#include "vmjit/Dialect/VM/IR/VMDialect.cpp.inc"
#include "vmjit/Dialect/VM/IR/VMEnums.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "vmjit/Dialect/VM/IR/VMTypes.cpp.inc"

void VMDialect::initialize() {
  registerAttributes();
  addTypes<
#define GET_TYPEDEF_LIST
#include "vmjit/Dialect/VM/IR/VMTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "vmjit/Dialect/VM/IR/VMOps.cpp.inc"
      >();
}

Operation *VMDialect::materializeConstant(OpBuilder &builder, Attribute value,
                                          Type type, Location loc) {
  auto typed = dyn_cast<TypedAttr>(value);
  if (!typed || typed.getType() != type)
    return nullptr;
  return ConstantOp::create(builder, loc, typed);
}
