//===- VMTypes.td - Types of the vm dialect ----------------*- tablegen -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_DIALECT_VM_IR_VMTYPES_TD
#define VMJIT_DIALECT_VM_IR_VMTYPES_TD

include "vmjit/Dialect/VM/IR/VMAttrs.td"

def VM_MemorySpace : VM_Enum<"MemorySpace", "what a pointer points into", [
  I32EnumAttrCase<"Generic", 0, "generic">,
  I32EnumAttrCase<"Global", 1, "global">,
  I32EnumAttrCase<"Shared", 2, "shared">,
  I32EnumAttrCase<"Constant", 3, "constant">,
  I32EnumAttrCase<"Private", 4, "private">
]>;

def VM_PointerType : VM_Type<"Pointer", "ptr"> {
  let summary = "a device pointer into a known memory space";
  let description = [{
    Value form only. The address space it becomes is the target's affair.
  }];
  let parameters = (ins EnumParameter<VM_MemorySpace>:$space);
  let assemblyFormat = "`<` $space `>`";
}

def VM_HartType : VM_Type<"Hart", "hart"> {
  let summary = "the launch record and this hart's number in it";
  let description = "Value form of hart mode only. See ABI/Hart.h.";
}

#endif // VMJIT_DIALECT_VM_IR_VMTYPES_TD
