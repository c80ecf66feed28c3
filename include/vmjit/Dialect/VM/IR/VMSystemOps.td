//===- VMSystemOps.td - Side exits, operands, CSRs, system and vendor ops -*- tablegen -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_DIALECT_VM_IR_VMSYSTEMOPS_TD
#define VMJIT_DIALECT_VM_IR_VMSYSTEMOPS_TD

include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "vmjit/Dialect/VM/IR/VMTypes.td"

// Ops that may end the hart, or reach state beyond the registers. They stand in
// the register form, in the middle of a block.

class VM_EffectOp<string mnemonic, list<Trait> traits = []>
    : VM_Op<mnemonic, traits # [MemoryEffects<[MemRead, MemWrite]>]>;

def VM_SideBranchOp : VM_EffectOp<"side_branch"> {
  let summary = "leaves the block if a comparison holds";
  let description = "The remaining ops and the terminator are then skipped.";
  let arguments = (ins VM_CmpPredicateAttr:$predicate, I64:$lhs, I64:$rhs,
                       VM_GuestAddrAttr:$target);
  let assemblyFormat = [{
    $predicate `,` $lhs `,` $rhs `,` custom<GuestAddr>($target) attr-dict
  }];
}

def VM_BranchOp : VM_EffectOp<"branch"> {
  let summary = "leaves the block for the value of an operand";
  let description = "With `link` it is the exit BadOp.";
  let arguments = (ins VM_OperandAttr:$target, UnitAttr:$link);
  let assemblyFormat = "$target (`link` $link^)? attr-dict";
}

def VM_CondBranchOp : VM_EffectOp<"cond_branch"> {
  let summary = "as vm.branch if the condition is not 0";
  let description = "The target is evaluated only if the branch is taken.";
  let arguments = (ins VM_OperandAttr:$condition, VM_OperandAttr:$target,
                       UnitAttr:$link);
  let assemblyFormat = "$condition `,` $target (`link` $link^)? attr-dict";
}

def VM_OperandBinaryOp : VM_EffectOp<"operand.binary"> {
  let summary = "an operator on two operands";
  let arguments = (ins StrAttr:$op, I32Attr:$custom, VM_OperandAttr:$src1,
                       VM_OperandAttr:$src2);
  let results = (outs I64:$result);
  let assemblyFormat = "$op `custom` $custom `,` $src1 `,` $src2 attr-dict";
}

def VM_OperandLoadOp : VM_EffectOp<"operand.load"> {
  let summary = "as vm.load, at the address that an operand denotes";
  let arguments = (ins VM_OperandAttr:$addr, I32Attr:$size,
                       OptionalAttr<VM_MemFlagsAttr>:$flags);
  let results = (outs I64:$result);
  let assemblyFormat = "$addr `size` $size (`flags` $flags^)? attr-dict";
}

def VM_OperandStoreOp : VM_EffectOp<"operand.store"> {
  let summary = "as vm.store, of an operand to the address of another";
  let arguments = (ins VM_OperandAttr:$value, VM_OperandAttr:$addr,
                       I32Attr:$size, OptionalAttr<VM_MemFlagsAttr>:$flags);
  let assemblyFormat = [{
    $value `,` $addr `size` $size (`flags` $flags^)? attr-dict
  }];
}

def VM_SyscallOp : VM_EffectOp<"syscall"> {
  let summary = "exits with Syscall; resumes after the op";
  let assemblyFormat = "attr-dict";
}
def VM_BreakpointOp : VM_EffectOp<"breakpoint"> {
  let summary = "exits with Breakpoint; resumes after the op";
  let assemblyFormat = "attr-dict";
}
def VM_MretOp : VM_EffectOp<"mret"> {
  let summary = "exits with Mret";
  let assemblyFormat = "attr-dict";
}
def VM_SretOp : VM_EffectOp<"sret"> {
  let summary = "exits with Sret";
  let assemblyFormat = "attr-dict";
}
def VM_WfiOp : VM_EffectOp<"wfi"> {
  let summary = "a hint without effect";
  let assemblyFormat = "attr-dict";
}
def VM_TlbFlushOp : VM_EffectOp<"tlb_flush"> {
  let summary = "a full fence";
  let arguments = (ins OptionalAttr<VM_GuestAddrAttr>:$vaddr);
  let assemblyFormat = "attr-dict";
}
def VM_CpuidOp : VM_EffectOp<"cpuid"> {
  let summary = "the host-supplied leaf table";
  let arguments = (ins I64:$leaf, I64:$subleaf);
  let results = (outs I64:$eax, I64:$ebx, I64:$ecx, I64:$edx);
  let assemblyFormat = "$leaf `,` $subleaf attr-dict";
}

def VM_CsrOperation : VM_Enum<"CsrOperation", "how a CSR is changed", [
  I32EnumAttrCase<"Write", 0, "write">, I32EnumAttrCase<"Set", 1, "set">,
  I32EnumAttrCase<"Clear", 2, "clear">
]>;
def VM_CsrOperationAttr : VM_EnumAttr<VM_CsrOperation, "csr_operation">;

def VM_CsrReadOp : VM_EffectOp<"csr.read"> {
  let summary = "reads a CSR";
  let arguments = (ins I32Attr:$csr);
  let results = (outs I64:$result);
  let assemblyFormat = "$csr attr-dict";
}
def VM_CsrUpdateOp : VM_EffectOp<"csr.update"> {
  let summary = "writes a CSR, or sets or clears the bits of src in it";
  let arguments = (ins VM_CsrOperationAttr:$action, I32Attr:$csr, I64:$src);
  let assemblyFormat = "$action `,` $csr `,` $src attr-dict";
}
def VM_CsrUpdateImmOp : VM_EffectOp<"csr.update_imm"> {
  let summary = "as vm.csr.update with a constant; gives the old value";
  let arguments = (ins VM_CsrOperationAttr:$action, I32Attr:$csr,
                       I32Attr:$imm);
  let results = (outs I64:$old);
  let assemblyFormat = "$action `,` $csr `,` $imm attr-dict";
}

def VM_ReadFlagsOp : VM_EffectOp<"pstate.read"> {
  let summary = "NZCV in bits 31 to 28";
  let results = (outs I64:$result);
  let assemblyFormat = "attr-dict";
}
def VM_WriteFlagsOp : VM_EffectOp<"pstate.write"> {
  let summary = "NZCV from bits 31 to 28";
  let arguments = (ins I64:$src);
  let assemblyFormat = "$src attr-dict";
}
def VM_EvalConditionOp : VM_EffectOp<"pstate.condition"> {
  let summary = "an ARM condition on NZCV as 0 or 1";
  let arguments = (ins I32Attr:$cond);
  let results = (outs I64:$result);
  let assemblyFormat = "$cond attr-dict";
}

// Arithmetic that rounds as it or frm says and raises flags in fflags.
// Compiled code leaves it to the interpreter: it is the exit Unsupported, from
// which the executor resumes.
def VM_FenvArithOp : VM_EffectOp<"fenv.arith"> {
  let summary = "a floating-point operation, exact in every rounding mode";
  let description = [{
    `kind` is add, sub, mul, div, sqrt, min, max, fmadd, fmsub, fnmadd,
    fnmsub or convert, which has a source of the other format; `rounding` is
    rne, rtz, rdn, rup, rmm or dyn, which is that of frm.
  }];
  let arguments = (ins StrAttr:$kind, Variadic<VM_Float>:$sources,
                       StrAttr:$rounding);
  let results = (outs VM_Float:$result);
  let assemblyFormat = [{
    $kind $sources `rounding` $rounding attr-dict
    `:` functional-type($sources, $result)
  }];
  let hasVerifier = 1;
}
def VM_FenvCompareOp : VM_EffectOp<"fenv.compare", [SameTypeOperands]> {
  let summary = "a comparison that raises the flag for NaNs";
  let description = "`comparison` is eq, lt or le.";
  let arguments = (ins StrAttr:$comparison, VM_Float:$lhs, VM_Float:$rhs);
  let results = (outs I64:$result);
  let assemblyFormat = [{
    $comparison $lhs `,` $rhs attr-dict `:` type($lhs)
  }];
  let hasVerifier = 1;
}
def VM_FenvToIntOp : VM_EffectOp<"fenv.to_int"> {
  let summary = "float to integer as vm.f_to_int, rounding as it says";
  let arguments = (ins VM_Float:$src, UnitAttr:$is_signed, I32Attr:$width,
                       StrAttr:$rounding);
  let results = (outs I64:$result);
  let assemblyFormat = [{
    (`signed` $is_signed^)? $width `,` $src `rounding` $rounding attr-dict
    `:` type($src)
  }];
  let hasVerifier = 1;
}
def VM_FenvFromIntOp : VM_EffectOp<"fenv.from_int"> {
  let summary = "integer to float as vm.int_to_f, rounding as it says";
  let arguments = (ins I64:$src, UnitAttr:$is_signed, I32Attr:$width,
                       StrAttr:$rounding);
  let results = (outs VM_Float:$result);
  let assemblyFormat = [{
    (`signed` $is_signed^)? $width `,` $src `rounding` $rounding attr-dict
    `:` type($result)
  }];
  let hasVerifier = 1;
}

// Vendor ops have no portable meaning: they are the exit Unsupported.
def VM_VendorLoadOp : VM_EffectOp<"vendor.load"> {
  let summary = "exits with Unsupported";
  let arguments = (ins I64:$base, I64Attr:$offset, StrAttr:$vendor,
                       I32Attr:$tile_id);
  let results = (outs I64:$result);
  let assemblyFormat = "$base `[` $offset `]` $vendor `,` $tile_id attr-dict";
}
def VM_VendorStoreOp : VM_EffectOp<"vendor.store"> {
  let summary = "exits with Unsupported";
  let arguments = (ins I64:$value, I64:$base, I64Attr:$offset, StrAttr:$vendor,
                       I32Attr:$tile_id);
  let assemblyFormat = [{
    $value `,` $base `[` $offset `]` $vendor `,` $tile_id attr-dict
  }];
}
def VM_VendorMatrixOp : VM_EffectOp<"vendor.matrix"> {
  let summary = "exits with Unsupported";
  let arguments = (ins StrAttr:$op, I32Attr:$tile_c, I32Attr:$tile_a,
                       I32Attr:$tile_b, StrAttr:$precision);
  let results = (outs I64:$result);
  let assemblyFormat = [{
    $op `,` $tile_c `,` $tile_a `,` $tile_b `,` $precision attr-dict
  }];
}
def VM_VendorConfigOp : VM_EffectOp<"vendor.config"> {
  let summary = "exits with Unsupported";
  let arguments = (ins StrAttr:$vendor, I32Attr:$tile_id, StrAttr:$config);
  let assemblyFormat = "$vendor `,` $tile_id `,` $config attr-dict";
}
def VM_VendorVectorOp : VM_EffectOp<"vendor.vector"> {
  let summary = "exits with Unsupported";
  let arguments = (ins StrAttr:$op, I64:$src1, I64:$src2, StrAttr:$vendor);
  let results = (outs I64:$result);
  let assemblyFormat = "$op `,` $src1 `,` $src2 `,` $vendor attr-dict";
}

#endif // VMJIT_DIALECT_VM_IR_VMSYSTEMOPS_TD
