//===- VMMemoryOps.td - Loads, stores and atomic accesses --*- tablegen -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_DIALECT_VM_IR_VMMEMORYOPS_TD
#define VMJIT_DIALECT_VM_IR_VMMEMORYOPS_TD

include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "vmjit/Dialect/VM/IR/VMTypes.td"

// Every access is at base + offset modulo 2^64, little-endian. A size that the
// op does not know is the exit BadOp, an address outside the memory map is
// MemoryFault, a broken alignment AlignFault.

def VM_LoadOp : VM_Op<"load", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "loads 1, 2, 4 or 8 bytes, zero-extended";
  let arguments = (ins I64:$base, I64Attr:$offset, I32Attr:$size,
                       OptionalAttr<VM_MemFlagsAttr>:$flags);
  let results = (outs I64:$result);
  let assemblyFormat = [{
    $base `[` $offset `]` `size` $size (`flags` $flags^)? attr-dict
  }];
}

def VM_StoreOp : VM_Op<"store", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "stores the low 1, 2, 4 or 8 bytes";
  let arguments = (ins I64:$value, I64:$base, I64Attr:$offset, I32Attr:$size,
                       OptionalAttr<VM_MemFlagsAttr>:$flags);
  let assemblyFormat = [{
    $value `,` $base `[` $offset `]` `size` $size (`flags` $flags^)? attr-dict
  }];
}

def VM_FLoadOp : VM_Op<"fload", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "loads a raw register: 8 bytes, or 4 bytes NaN-boxed";
  let arguments = (ins I64:$base, I64Attr:$offset, I32Attr:$size);
  let results = (outs I64:$result);
  let assemblyFormat = "$base `[` $offset `]` `size` $size attr-dict";
}

def VM_FStoreOp : VM_Op<"fstore", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "stores the low 4 or all 8 bytes of a raw register";
  let arguments = (ins I64:$value, I64:$base, I64Attr:$offset, I32Attr:$size);
  let assemblyFormat = [{
    $value `,` $base `[` $offset `]` `size` $size attr-dict
  }];
}

/// An atomic access at `base`, aligned to its size. Without flags it is
/// sequentially consistent.
class VM_AtomicOpBase<string mnemonic>
    : VM_Op<mnemonic, [MemoryEffects<[MemRead, MemWrite]>]>;

def VM_AtomicRMWOp : VM_AtomicOpBase<"atomic_rmw"> {
  let summary = "memory becomes op(memory, src); gives the old value, "
                "zero-extended";
  let arguments = (ins VM_AtomicOpAttr:$op, I64:$base, I64:$src, I32Attr:$size,
                       OptionalAttr<VM_MemFlagsAttr>:$flags);
  let results = (outs I64:$result);
  let assemblyFormat = [{
    $op `,` $base `,` $src `size` $size (`flags` $flags^)? attr-dict
  }];
}

def VM_AtomicRMWFlagOp : VM_AtomicOpBase<"atomic_rmw_flag"> {
  let summary = "as vm.atomic_rmw, and a flag that is 1";
  let arguments = (ins VM_AtomicOpAttr:$op, I64:$base, I64:$src, I32Attr:$size);
  let results = (outs I64:$old, I64:$flag);
  let assemblyFormat = "$op `,` $base `,` $src `size` $size attr-dict";
}

def VM_AtomicCmpXchgOp : VM_AtomicOpBase<"atomic_cmpxchg"> {
  let summary = "stores new_value if memory equals expected; gives the old "
                "value";
  let arguments = (ins I64:$base, I64:$expected, I64:$new_value, I32Attr:$size,
                       OptionalAttr<VM_MemFlagsAttr>:$flags);
  let results = (outs I64:$result);
  let assemblyFormat = [{
    $base `,` $expected `,` $new_value `size` $size (`flags` $flags^)? attr-dict
  }];
}

def VM_AtomicCmpXchgFlagOp : VM_AtomicOpBase<"atomic_cmpxchg_flag"> {
  let summary = "as vm.atomic_cmpxchg, and a flag that is 1 on success";
  let arguments = (ins I64:$base, I64:$expected, I64:$new_value, I32Attr:$size);
  let results = (outs I64:$old, I64:$flag);
  let assemblyFormat = [{
    $base `,` $expected `,` $new_value `size` $size attr-dict
  }];
}

def VM_LoadReserveOp : VM_AtomicOpBase<"load_reserve"> {
  let summary = "loads and sets the hart's reservation";
  let arguments = (ins I64:$base, I64Attr:$offset, I32Attr:$size,
                       OptionalAttr<VM_MemFlagsAttr>:$flags);
  let results = (outs I64:$result);
  let assemblyFormat = [{
    $base `[` $offset `]` `size` $size (`flags` $flags^)? attr-dict
  }];
}

def VM_StoreCondOp : VM_AtomicOpBase<"store_cond"> {
  let summary = "stores if the reservation still holds; gives 0 if it did";
  let arguments = (ins I64:$value, I64:$base, I64Attr:$offset, I32Attr:$size,
                       OptionalAttr<VM_MemFlagsAttr>:$flags);
  let results = (outs I64:$flag);
  let assemblyFormat = [{
    $value `,` $base `[` $offset `]` `size` $size (`flags` $flags^)? attr-dict
  }];
}

def VM_FenceOp : VM_Op<"fence", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "a memory fence";
  let description = "`scope` is hart, block, device or system.";
  let arguments = (ins VM_MemOrderAttr:$order, StrAttr:$scope);
  let assemblyFormat = "$order `,` $scope attr-dict";
  let hasVerifier = 1;
}

#endif // VMJIT_DIALECT_VM_IR_VMMEMORYOPS_TD
