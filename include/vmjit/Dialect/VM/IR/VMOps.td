//===- VMOps.td - All ops of the vm dialect ----------------*- tablegen -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_DIALECT_VM_IR_VMOPS_TD
#define VMJIT_DIALECT_VM_IR_VMOPS_TD

include "vmjit/Dialect/VM/IR/VMProgramOps.td"
include "vmjit/Dialect/VM/IR/VMIntegerOps.td"
include "vmjit/Dialect/VM/IR/VMFloatOps.td"
include "vmjit/Dialect/VM/IR/VMMemoryOps.td"
include "vmjit/Dialect/VM/IR/VMVectorOps.td"
include "vmjit/Dialect/VM/IR/VMSystemOps.td"
include "vmjit/Dialect/VM/IR/VMGPUOps.td"
include "vmjit/Dialect/VM/IR/VMValueFormOps.td"

#endif // VMJIT_DIALECT_VM_IR_VMOPS_TD
