//===- VMFloatOps.td - Floating point ----------------------*- tablegen -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_DIALECT_VM_IR_VMFLOATOPS_TD
#define VMJIT_DIALECT_VM_IR_VMFLOATOPS_TD

include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "vmjit/Dialect/VM/IR/VMTypes.td"

// Every op rounds to nearest even, keeps subnormals and gives the canonical NaN
// (0x7fc00000, 0x7ff8000000000000) where its result is a NaN, but for the bit
// ops, which say so.

class VM_FloatUnaryOp<string mnemonic>
    : VM_Op<mnemonic, [Pure, SameOperandsAndResultType]> {
  let arguments = (ins VM_Float:$src);
  let results = (outs VM_Float:$result);
  let assemblyFormat = "$src attr-dict `:` type($result)";
}
class VM_FloatBinaryOp<string mnemonic, list<Trait> traits = []>
    : VM_Op<mnemonic, traits # [Pure, SameOperandsAndResultType]> {
  let arguments = (ins VM_Float:$lhs, VM_Float:$rhs);
  let results = (outs VM_Float:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($result)";
}
class VM_FloatTernaryOp<string mnemonic>
    : VM_Op<mnemonic, [Pure, SameOperandsAndResultType]> {
  let arguments = (ins VM_Float:$a, VM_Float:$b, VM_Float:$c);
  let results = (outs VM_Float:$result);
  let assemblyFormat = "$a `,` $b `,` $c attr-dict `:` type($result)";
}

def VM_FAddOp : VM_FloatBinaryOp<"fadd"> { let summary = "lhs + rhs"; }
def VM_FSubOp : VM_FloatBinaryOp<"fsub"> { let summary = "lhs - rhs"; }
def VM_FMulOp : VM_FloatBinaryOp<"fmul"> { let summary = "lhs * rhs"; }
def VM_FDivOp : VM_FloatBinaryOp<"fdiv"> { let summary = "lhs / rhs"; }
def VM_FSqrtOp : VM_FloatUnaryOp<"fsqrt"> {
  let summary = "correctly rounded square root";
  let description = "Below 0 the canonical NaN; -0 stays -0.";
}
def VM_FMinOp : VM_FloatBinaryOp<"fmin"> {
  let summary = "IEEE 754-2019 minimumNumber; -0 is below +0";
}
def VM_FMaxOp : VM_FloatBinaryOp<"fmax"> {
  let summary = "IEEE 754-2019 maximumNumber; -0 is below +0";
}

def VM_FMAddOp : VM_FloatTernaryOp<"fmadd"> {
  let summary = "(a * b) + c, rounded once";
}
def VM_FMSubOp : VM_FloatTernaryOp<"fmsub"> {
  let summary = "(a * b) - c, rounded once";
}
def VM_FNMAddOp : VM_FloatTernaryOp<"fnmadd"> {
  let summary = "-(a * b) - c, rounded once (RISC-V's name)";
}
def VM_FNMSubOp : VM_FloatTernaryOp<"fnmsub"> {
  let summary = "-(a * b) + c, rounded once (RISC-V's name)";
}

def VM_FCmpOp : VM_Op<"fcmp", [Pure, SameTypeOperands]> {
  let summary = "1 if the comparison holds, else 0; any NaN gives 0";
  let arguments = (ins VM_FCmpPredicateAttr:$predicate, VM_Float:$lhs,
                       VM_Float:$rhs);
  let results = (outs I64:$result);
  let assemblyFormat = [{
    $predicate `,` $lhs `,` $rhs attr-dict `:` type($lhs)
  }];
}

def VM_FToIntOp : VM_Op<"f_to_int", [Pure]> {
  let summary = "float to integer, truncating and saturating";
  let description = [{
    To `width` bits, then sign-extended to 64, even where unsigned. NaN and what
    is too big give the maximum, what is too small the minimum (unsigned: 0).
  }];
  let arguments = (ins VM_Float:$src, UnitAttr:$is_signed, I32Attr:$width);
  let results = (outs I64:$result);
  let assemblyFormat = [{
    (`signed` $is_signed^)? $width `,` $src attr-dict `:` type($src)
  }];
  let hasVerifier = 1;
}

def VM_IntToFOp : VM_Op<"int_to_f", [Pure]> {
  let summary = "the low `width` bits as an integer to float";
  let arguments = (ins I64:$src, UnitAttr:$is_signed, I32Attr:$width);
  let results = (outs VM_Float:$result);
  let assemblyFormat = [{
    (`signed` $is_signed^)? $width `,` $src attr-dict `:` type($result)
  }];
  let hasVerifier = 1;
}

def VM_FTruncOp : VM_Op<"ftrunc", [Pure]> {
  let summary = "f64 to f32";
  let arguments = (ins F64:$src);
  let results = (outs F32:$result);
  let assemblyFormat = "$src attr-dict";
}
def VM_FExtOp : VM_Op<"fext", [Pure]> {
  let summary = "f32 to f64, exact";
  let arguments = (ins F32:$src);
  let results = (outs F64:$result);
  let assemblyFormat = "$src attr-dict";
}

def VM_FSgnjOp : VM_Op<"fsgnj", [Pure, SameOperandsAndResultType]> {
  let summary = "lhs with a sign made from both; NaN bits are kept";
  let arguments = (ins VM_SignInjectionAttr:$kind, VM_Float:$lhs,
                       VM_Float:$rhs);
  let results = (outs VM_Float:$result);
  let assemblyFormat = [{
    $kind `,` $lhs `,` $rhs attr-dict `:` type($result)
  }];
}
def VM_FAbsOp : VM_FloatUnaryOp<"fabs"> {
  let summary = "the sign bit cleared; NaN bits are kept";
}
def VM_FNegOp : VM_FloatUnaryOp<"fneg"> {
  let summary = "the sign bit flipped; NaN bits are kept";
}
def VM_FClassOp : VM_Op<"fclass", [Pure]> {
  let summary = "RISC-V's one-hot class mask";
  let description = [{
    Bit 0 -inf, 1 -normal, 2 -subnormal, 3 -0, 4 +0, 5 +subnormal, 6 +normal,
    7 +inf, 8 signalling NaN, 9 quiet NaN.
  }];
  let arguments = (ins VM_Float:$src);
  let results = (outs I64:$result);
  let assemblyFormat = "$src attr-dict `:` type($src)";
}

def VM_FMvXWOp : VM_Op<"fmv_x_w", [Pure]> {
  let summary = "the low 32 bits of a raw register, sign-extended";
  let arguments = (ins I64:$src);
  let results = (outs I64:$result);
  let assemblyFormat = "$src attr-dict";
}
def VM_FMvWXOp : VM_Op<"fmv_w_x", [Pure]> {
  let summary = "the low 32 bits with all ones above: a raw f32 register";
  let arguments = (ins I64:$src);
  let results = (outs I64:$result);
  let assemblyFormat = "$src attr-dict";
}

def VM_BoxOp : VM_Op<"box", [Pure]> {
  let summary = "an f32 as a raw register: NaN-boxed";
  let arguments = (ins F32:$src);
  let results = (outs I64:$result);
  let assemblyFormat = "$src attr-dict";
  let hasCanonicalizer = 1;
}
def VM_UnboxOp : VM_Op<"unbox", [Pure]> {
  let summary = "a raw register as an f32; the canonical NaN if not boxed";
  let arguments = (ins I64:$src);
  let results = (outs F32:$result);
  let assemblyFormat = "$src attr-dict";
  let hasFolder = 1;
}

def VM_CanonicalizeNaNOp : VM_FloatUnaryOp<"canonicalize_nan"> {
  let summary = "the canonical NaN for a NaN, else src";
  let description = [{
    Lowered arithmetic gives some NaN. This op stands where its bits become
    visible.
  }];
}

#endif // VMJIT_DIALECT_VM_IR_VMFLOATOPS_TD
