//===- VMIntegerOps.td - Integer arithmetic, shifts, comparisons -*- tablegen -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_DIALECT_VM_IR_VMINTEGEROPS_TD
#define VMJIT_DIALECT_VM_IR_VMINTEGEROPS_TD

include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "vmjit/Dialect/VM/IR/VMTypes.td"

def VM_ConstantOp : VM_Op<"constant", [
    Pure, ConstantLike, AllTypesMatch<["value", "result"]>]> {
  let summary = "an integer or floating-point constant";
  let arguments = (ins TypedAttrInterface:$value);
  let results = (outs AnyTypeOf<[I32, I64, F32, F64]>:$result);
  let assemblyFormat = "$value attr-dict";
  let hasFolder = 1;
  let builders = [
    OpBuilder<(ins "uint64_t":$value), [{
      build($_builder, $_state, $_builder.getI64IntegerAttr(value));
    }]>
  ];
}

/// A total function of two integers of one width.
class VM_IntBinaryOp<string mnemonic, list<Trait> traits = []>
    : VM_Op<mnemonic, traits # [Pure, SameOperandsAndResultType]> {
  let arguments = (ins VM_Int:$lhs, VM_Int:$rhs);
  let results = (outs VM_Int:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($result)";
  let hasFolder = 1;
}

def VM_AddOp : VM_IntBinaryOp<"add", [Commutative]> {
  let summary = "lhs + rhs modulo 2^width";
  let hasCanonicalizer = 1;
}
def VM_SubOp : VM_IntBinaryOp<"sub"> {
  let summary = "lhs - rhs modulo 2^width";
  let hasCanonicalizer = 1;
}
def VM_MulOp : VM_IntBinaryOp<"mul", [Commutative]> {
  let summary = "lhs * rhs modulo 2^width";
}
def VM_AndOp : VM_IntBinaryOp<"and", [Commutative]> {
  let summary = "bitwise and";
}
def VM_OrOp : VM_IntBinaryOp<"or", [Commutative]> {
  let summary = "bitwise or";
}
def VM_XorOp : VM_IntBinaryOp<"xor", [Commutative]> {
  let summary = "bitwise exclusive or";
}

/// Division as RISC-V has it: defined for every pair of operands.
class VM_DivisionOp<string mnemonic> : VM_IntBinaryOp<mnemonic> {
  let arguments = (ins VM_Int:$lhs, VM_Int:$rhs, UnitAttr:$is_signed);
  let assemblyFormat = [{
    (`signed` $is_signed^)? $lhs `,` $rhs attr-dict `:` type($result)
  }];
}
def VM_DivOp : VM_DivisionOp<"div"> {
  let summary = "quotient, truncated toward 0";
  let description = [{
    x / 0 is all ones; the signed minimum divided by -1 is the minimum.
  }];
}
def VM_RemOp : VM_DivisionOp<"rem"> {
  let summary = "remainder, with the sign of lhs";
  let description = [{
    x rem 0 is x; the signed minimum rem -1 is 0.
  }];
}

def VM_MulHighOp : VM_Op<"mul_high", [Pure, SameOperandsAndResultType]> {
  let summary = "the high half of the product, each factor signed or not";
  let arguments = (ins I64:$lhs, I64:$rhs, UnitAttr:$is_lhs_signed,
                       UnitAttr:$is_rhs_signed);
  let results = (outs I64:$result);
  let assemblyFormat = [{
    (`signed` $is_lhs_signed^)? $lhs `,` (`signed` $is_rhs_signed^)? $rhs
    attr-dict `:` type($result)
  }];
}

def VM_SignExtendOp : VM_Op<"sign_extend", [Pure]> {
  let summary = "the low bits of a value, extended with their sign";
  let arguments = (ins I64:$src, I32Attr:$bits);
  let results = (outs I64:$result);
  let assemblyFormat = "$bits `,` $src attr-dict";
  let hasVerifier = 1;
}

def VM_NotOp : VM_Op<"not", [Pure, SameOperandsAndResultType]> {
  let summary = "bitwise complement";
  let arguments = (ins VM_Int:$src);
  let results = (outs VM_Int:$result);
  let assemblyFormat = "$src attr-dict `:` type($result)";
  let hasFolder = 1;
}

/// A shift by rhs modulo the width.
class VM_ShiftOp<string mnemonic> : VM_IntBinaryOp<mnemonic>;
def VM_ShlOp : VM_ShiftOp<"shl"> {
  let summary = "lhs shifted left by rhs modulo the width";
}
def VM_ShrUOp : VM_ShiftOp<"shru"> {
  let summary = "lhs shifted right by rhs modulo the width, zeros coming in";
}
def VM_ShrSOp : VM_ShiftOp<"shrs"> {
  let summary = "lhs shifted right by rhs modulo the width, signs coming in";
}

def VM_CmpOp : VM_Op<"cmp", [Pure, SameTypeOperands]> {
  let summary = "1 if the comparison holds, else 0";
  let arguments = (ins VM_CmpPredicateAttr:$predicate, VM_Int:$lhs,
                       VM_Int:$rhs);
  let results = (outs I64:$result);
  let assemblyFormat = [{
    $predicate `,` $lhs `,` $rhs attr-dict `:` type($lhs)
  }];
  let hasFolder = 1;
}

def VM_SelectOp : VM_Op<"select", [
    Pure, AllTypesMatch<["true_value", "false_value", "result"]>]> {
  let summary = "true_value if any bit of cond is set, else false_value";
  let arguments = (ins I64:$cond, VM_Int:$true_value, VM_Int:$false_value);
  let results = (outs VM_Int:$result);
  let assemblyFormat = [{
    $cond `,` $true_value `,` $false_value attr-dict `:` type($result)
  }];
  let hasFolder = 1;
}

#endif // VMJIT_DIALECT_VM_IR_VMINTEGEROPS_TD
