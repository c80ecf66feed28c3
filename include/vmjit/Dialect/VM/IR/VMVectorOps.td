//===- VMVectorOps.td - Lanes within 64-bit registers ------*- tablegen -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_DIALECT_VM_IR_VMVECTOROPS_TD
#define VMJIT_DIALECT_VM_IR_VMVECTOROPS_TD

include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "vmjit/Dialect/VM/IR/VMTypes.td"

// Lanes are element_size bytes wide, lane 0 lowest. An element_size other than
// 1, 2, 4 and 8 is the exit BadOp.

def VM_VecKind : VM_Enum<"VecKind", "a lane-wise operation", [
  I32EnumAttrCase<"Add", 0, "add">, I32EnumAttrCase<"Sub", 1, "sub">,
  I32EnumAttrCase<"Mul", 2, "mul">
]>;
def VM_VecKindAttr : VM_EnumAttr<VM_VecKind, "vec_kind">;

def VM_VecShiftKind : VM_Enum<"VecShiftKind", "a lane-wise shift", [
  I32EnumAttrCase<"Shl", 0, "shl">, I32EnumAttrCase<"Srl", 1, "srl">,
  I32EnumAttrCase<"Sra", 2, "sra">
]>;
def VM_VecShiftKindAttr : VM_EnumAttr<VM_VecShiftKind, "vec_shift_kind">;

class VM_VecOp<string mnemonic, list<Trait> traits = []>
    : VM_Op<mnemonic, traits # [MemoryEffects<[MemWrite]>]>;

def VM_VecBinaryOp : VM_VecOp<"vec.binary"> {
  let summary = "wrapping lane-wise arithmetic";
  let arguments = (ins VM_VecKindAttr:$kind, I64:$lhs, I64:$rhs,
                       I32Attr:$element_size);
  let results = (outs I64:$result);
  let assemblyFormat = "$kind `,` $lhs `,` $rhs `lanes` $element_size attr-dict";
}

def VM_VecSaturatingOp : VM_VecOp<"vec.saturating", [SameVariadicOperandSize]> {
  let summary = "saturating lane-wise arithmetic over one, two or four words";
  let description = "Word k of the result comes from words k of the operands.";
  let arguments = (ins VM_VecKindAttr:$kind, UnitAttr:$is_signed,
                       Variadic<I64>:$lhs, Variadic<I64>:$rhs,
                       I32Attr:$element_size);
  let results = (outs Variadic<I64>:$results);
  let assemblyFormat = [{
    $kind (`signed` $is_signed^)? `(` $lhs `)` `,` `(` $rhs `)`
    `lanes` $element_size attr-dict `:` `(` type($lhs) `)` `,`
    `(` type($rhs) `)` `->` `(` type($results) `)`
  }];
  let hasVerifier = 1;
}

def VM_VecShiftOp : VM_VecOp<"vec.shift"> {
  let summary = "every lane shifted by one amount modulo the lane's width";
  let arguments = (ins VM_VecShiftKindAttr:$kind, I64:$src, I64:$amount,
                       I32Attr:$element_size);
  let results = (outs I64:$result);
  let assemblyFormat = [{
    $kind `,` $src `,` $amount `lanes` $element_size attr-dict
  }];
}

def VM_BroadcastOp : VM_VecOp<"broadcast"> {
  let summary = "the low `size` bytes repeated through 64 bits";
  let arguments = (ins I64:$src, I32Attr:$size);
  let results = (outs I64:$result);
  let assemblyFormat = "$src `size` $size attr-dict";
}

#endif // VMJIT_DIALECT_VM_IR_VMVECTOROPS_TD
