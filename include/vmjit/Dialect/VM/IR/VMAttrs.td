//===- VMAttrs.td - Enums and attributes of the vm dialect -*- tablegen -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_DIALECT_VM_IR_VMATTRS_TD
#define VMJIT_DIALECT_VM_IR_VMATTRS_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "vmjit/Dialect/VM/IR/VMBase.td"

class VM_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::vmjit::vm";
  let genSpecializedAttr = 0;
}

class VM_EnumAttr<EnumAttrInfo enumInfo, string attrMnemonic>
    : EnumAttr<VM_Dialect, enumInfo, attrMnemonic> {
  let assemblyFormat = "$value";
}

def VM_RegFile : VM_Enum<"RegFile", "a register file of a hart", [
  I32EnumAttrCase<"X", 0, "x">, I32EnumAttrCase<"F", 1, "f">,
  I32EnumAttrCase<"NZCV", 2, "nzcv">,
  I32EnumAttrCase<"CallDepth", 3, "call_depth">,
  I32EnumAttrCase<"CSR", 4, "csr">,
  I32EnumAttrCase<"Reservation", 5, "reservation">,
  I32EnumAttrCase<"Steps", 6, "steps">
]>;
def VM_RegFileAttr : VM_EnumAttr<VM_RegFile, "reg_file">;

def VM_CmpPredicate : VM_Enum<"CmpPredicate", "an integer comparison", [
  I32EnumAttrCase<"EQ", 0, "eq">, I32EnumAttrCase<"NE", 1, "ne">,
  I32EnumAttrCase<"LT", 2, "lt">, I32EnumAttrCase<"LTU", 3, "ltu">,
  I32EnumAttrCase<"GE", 4, "ge">, I32EnumAttrCase<"GEU", 5, "geu">
]>;
def VM_CmpPredicateAttr : VM_EnumAttr<VM_CmpPredicate, "cmp_predicate">;

def VM_FCmpPredicate
    : VM_Enum<"FCmpPredicate", "a floating-point comparison", [
  I32EnumAttrCase<"EQ", 0, "eq">, I32EnumAttrCase<"LT", 1, "lt">,
  I32EnumAttrCase<"LE", 2, "le">
]>;
def VM_FCmpPredicateAttr : VM_EnumAttr<VM_FCmpPredicate, "fcmp_predicate">;

def VM_SignInjection
    : VM_Enum<"SignInjection", "how a sign is injected", [
  I32EnumAttrCase<"Copy", 0, "copy">, I32EnumAttrCase<"Invert", 1, "invert">,
  I32EnumAttrCase<"Xor", 2, "xor">
]>;
def VM_SignInjectionAttr : VM_EnumAttr<VM_SignInjection, "sign_injection">;

// The numbers of the next two enums are those of vmir::MemOrder and
// vmir::AtomicOp; Import static_asserts it.
def VM_MemOrder : VM_Enum<"MemOrder", "a memory order", [
  I32EnumAttrCase<"None", 0, "none">, I32EnumAttrCase<"Acquire", 1, "acquire">,
  I32EnumAttrCase<"Release", 2, "release">,
  I32EnumAttrCase<"AcqRel", 3, "acq_rel">,
  I32EnumAttrCase<"SeqCst", 4, "seq_cst">
]>;
def VM_MemOrderAttr : VM_EnumAttr<VM_MemOrder, "mem_order">;

def VM_AtomicOp : VM_Enum<"AtomicOp", "a read-modify-write operation", [
  I32EnumAttrCase<"Add", 0, "add">, I32EnumAttrCase<"Sub", 1, "sub">,
  I32EnumAttrCase<"And", 2, "and">, I32EnumAttrCase<"Or", 3, "or">,
  I32EnumAttrCase<"Xor", 4, "xor">, I32EnumAttrCase<"Xchg", 5, "xchg">,
  I32EnumAttrCase<"CmpXchg", 6, "cmpxchg">, I32EnumAttrCase<"Min", 7, "min">,
  I32EnumAttrCase<"Max", 8, "max">, I32EnumAttrCase<"MinS", 9, "min_s">,
  I32EnumAttrCase<"MaxS", 10, "max_s">, I32EnumAttrCase<"Minu", 11, "minu">,
  I32EnumAttrCase<"Maxu", 12, "maxu">, I32EnumAttrCase<"Swap", 13, "swap">
]>;
def VM_AtomicOpAttr : VM_EnumAttr<VM_AtomicOp, "atomic_op">;

def VM_Dimension : VM_Enum<"Dimension", "a dimension of the grid", [
  I32EnumAttrCase<"X", 0, "x">, I32EnumAttrCase<"Y", 1, "y">,
  I32EnumAttrCase<"Z", 2, "z">
]>;
def VM_DimensionAttr : VM_EnumAttr<VM_Dimension, "dim">;

def VM_Mode : VM_Enum<"Mode", "how a program is run", [
  I32EnumAttrCase<"Kernel", 0, "kernel">, I32EnumAttrCase<"Hart", 1, "hart">
]>;
def VM_ModeAttr : VM_EnumAttr<VM_Mode, "mode"> {
  let assemblyFormat = "`<` $value `>`";
}

def VM_ParamType : VM_Enum<"ParamType", "the type of a kernel parameter", [
  I32EnumAttrCase<"I32", 0, "i32">, I32EnumAttrCase<"I64", 1, "i64">,
  I32EnumAttrCase<"F32", 2, "f32">, I32EnumAttrCase<"F64", 3, "f64">,
  I32EnumAttrCase<"Buffer", 4, "buffer">
]>;
def VM_ParamTypeAttr : VM_EnumAttr<VM_ParamType, "param"> {
  let assemblyFormat = "`<` $value `>`";
}
def VM_ParamTypeArrayAttr : TypedArrayAttrBase<
    VM_ParamTypeAttr, "kernel parameter types">;

def VM_MemFlagsAttr : VM_Attr<"MemFlags", "mem_flags"> {
  let summary = "how an access is performed";
  let description = [{
    The six members of a VM IR `MemFlags`. Absent on an op, all have their
    defaults: a plain access of natural alignment.
  }];
  let parameters = (ins
    DefaultValuedParameter<"bool", "false">:$isVolatile,
    DefaultValuedParameter<"bool", "false">:$atomic,
    DefaultValuedParameter<"unsigned", "0">:$align,
    DefaultValuedParameter<"bool", "false">:$fenceBefore,
    DefaultValuedParameter<"bool", "false">:$fenceAfter,
    DefaultValuedParameter<"MemOrder", "MemOrder::None">:$order
  );
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def VM_SegmentAttr : VM_Attr<"Segment", "segment"> {
  let summary = "data at a guest address";
  let parameters = (ins "uint64_t":$addr, "bool":$writable,
                        "::mlir::StringAttr":$bytes);
  let assemblyFormat = "`<` $addr `,` `writable` `=` $writable `,` $bytes `>`";
}
def VM_SegmentArrayAttr : TypedArrayAttrBase<VM_SegmentAttr, "segments">;

def VM_OperandAttr : VM_Attr<"Operand", "operand"> {
  let summary = "an operand expression of VM IR";
  let description = [{
    The nested operands of `Branch`, `CondBranch`, `BinaryOp`, `LoadExt` and
    `StoreExt`, kept as they came: `reg 6`, `reg_alias 6` (the spelling `Reg`),
    `imm -4`, `imm64 8192`, `mem 7[-8] size 4`, `none`, and
    `binary "Add" (left, right)`.
  }];
  let parameters = (ins
    "unsigned":$kind, "unsigned":$reg, "uint64_t":$bits, "unsigned":$size,
    "::mlir::StringAttr":$op, "unsigned":$custom,
    ArrayRefParameter<"::vmjit::vm::OperandAttr">:$operands
  );
  let hasCustomAssemblyFormat = 1;
}

#endif // VMJIT_DIALECT_VM_IR_VMATTRS_TD
