//===- VMValueFormOps.td - Pointers, hart state and exits --*- tablegen -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_DIALECT_VM_IR_VMVALUEFORMOPS_TD
#define VMJIT_DIALECT_VM_IR_VMVALUEFORMOPS_TD

include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "vmjit/Dialect/VM/IR/VMTypes.td"

// Ops that only the value form has.

//===----------------------------------------------------------------------===//
// Pointers
//===----------------------------------------------------------------------===//

def VM_PtrAllocaOp : VM_Op<"ptr.alloca", [
    MemoryEffects<[MemAlloc]>]> {
  let summary = "private memory of the thread, 16-byte aligned";
  let description = "Stands in the entry block.";
  let arguments = (ins I64Attr:$bytes);
  let results = (outs VM_PointerType:$result);
  let assemblyFormat = "$bytes attr-dict `:` type($result)";
}
def VM_PtrSegmentOp : VM_Op<"ptr.segment", [Pure]> {
  let summary = "the first byte of a segment of the program";
  let arguments = (ins I32Attr:$index);
  let results = (outs VM_PointerType:$result);
  let assemblyFormat = "$index attr-dict `:` type($result)";
}
def VM_PtrSharedOp : VM_Op<"ptr.shared", [Pure]> {
  let summary = "the first byte of the block's shared memory";
  let results = (outs VM_PointerType:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
}
def VM_PtrAddOp : VM_Op<"ptr.add", [
    Pure, AllTypesMatch<["base", "result"]>]> {
  let summary = "a pointer moved by a number of bytes, modulo 2^64";
  let arguments = (ins VM_PointerType:$base, I64:$offset);
  let results = (outs VM_PointerType:$result);
  let assemblyFormat = "$base `,` $offset attr-dict `:` type($result)";
  let hasFolder = 1;
}
def VM_PtrToIntOp : VM_Op<"ptr.to_int", [Pure]> {
  let summary = "a pointer's address in the generic space";
  let arguments = (ins VM_PointerType:$src);
  let results = (outs I64:$result);
  let assemblyFormat = "$src attr-dict `:` type($src)";
}
def VM_PtrFromIntOp : VM_Op<"ptr.from_int", [Pure]> {
  let summary = "a pointer of unknown origin";
  let arguments = (ins I64:$src);
  let results = (outs VM_PointerType:$result);
  let assemblyFormat = "$src attr-dict `:` type($result)";
}
def VM_PtrCastOp : VM_Op<"ptr.cast", [Pure]> {
  let summary = "a pointer seen in the generic space";
  let arguments = (ins VM_PointerType:$src);
  let results = (outs VM_PointerType:$result);
  let assemblyFormat = "$src attr-dict `:` type($src) `->` type($result)";
}
def VM_PtrSelectOp : VM_Op<"ptr.select", [
    Pure, AllTypesMatch<["true_value", "false_value", "result"]>]> {
  let summary = "true_value if any bit of cond is set, else false_value";
  let arguments = (ins I64:$cond, VM_PointerType:$true_value,
                       VM_PointerType:$false_value);
  let results = (outs VM_PointerType:$result);
  let assemblyFormat = [{
    $cond `,` $true_value `,` $false_value attr-dict `:` type($result)
  }];
}
def VM_PtrLoadOp : VM_Op<"ptr.load", [MemoryEffects<[MemRead]>]> {
  let summary = "loads a value";
  let arguments = (ins VM_PointerType:$ptr, I64Attr:$alignment,
                       UnitAttr:$is_volatile);
  let results = (outs AnyTypeOf<[I8, I16, I32, I64]>:$result);
  let assemblyFormat = [{
    (`volatile` $is_volatile^)? $ptr `align` $alignment attr-dict `:`
    type($ptr) `->` type($result)
  }];
}
def VM_PtrStoreOp : VM_Op<"ptr.store", [MemoryEffects<[MemWrite]>]> {
  let summary = "stores a value";
  let arguments = (ins AnyTypeOf<[I8, I16, I32, I64]>:$value,
                       VM_PointerType:$ptr, I64Attr:$alignment,
                       UnitAttr:$is_volatile);
  let assemblyFormat = [{
    (`volatile` $is_volatile^)? $value `,` $ptr `align` $alignment attr-dict
    `:` type($value) `,` type($ptr)
  }];
}

/// An access that other threads see as one step, of natural alignment. The
/// order `none` is LLVM's monotonic; a load has no use for the release part of
/// its order, a store none for the acquire part.
class VM_PtrAtomicOp<string mnemonic, list<Trait> traits = []>
    : VM_Op<mnemonic, traits # [MemoryEffects<[MemRead, MemWrite]>]>;
def VM_AtomicInteger : AnyTypeOf<[I8, I16, I32, I64]>;

def VM_PtrAtomicLoadOp : VM_PtrAtomicOp<"ptr.atomic_load"> {
  let summary = "loads a value in one step";
  let arguments = (ins VM_PointerType:$ptr, VM_MemOrderAttr:$order,
                       UnitAttr:$is_volatile);
  let results = (outs VM_AtomicInteger:$result);
  let assemblyFormat = [{
    (`volatile` $is_volatile^)? $order `,` $ptr attr-dict
    `:` type($ptr) `->` type($result)
  }];
}
def VM_PtrAtomicStoreOp : VM_PtrAtomicOp<"ptr.atomic_store"> {
  let summary = "stores a value in one step";
  let arguments = (ins VM_AtomicInteger:$value, VM_PointerType:$ptr,
                       VM_MemOrderAttr:$order, UnitAttr:$is_volatile);
  let assemblyFormat = [{
    (`volatile` $is_volatile^)? $order `,` $value `,` $ptr attr-dict
    `:` type($value) `,` type($ptr)
  }];
}
def VM_PtrAtomicRMWOp : VM_PtrAtomicOp<"ptr.atomic_rmw", [
    AllTypesMatch<["value", "result"]>]> {
  let summary = "memory becomes op(memory, value); gives the old value";
  let description = "`op` is not `cmpxchg`.";
  let arguments = (ins VM_AtomicOpAttr:$op, VM_PointerType:$ptr,
                       VM_AtomicInteger:$value, VM_MemOrderAttr:$order,
                       UnitAttr:$is_volatile);
  let results = (outs VM_AtomicInteger:$result);
  let assemblyFormat = [{
    (`volatile` $is_volatile^)? $op $order `,` $ptr `,` $value attr-dict
    `:` type($ptr) `,` type($value)
  }];
  let hasVerifier = 1;
}
def VM_PtrAtomicCmpXchgOp : VM_PtrAtomicOp<"ptr.atomic_cmpxchg", [
    AllTypesMatch<["expected", "new_value", "old"]>]> {
  let summary = "stores new_value if memory equals expected";
  let description = "The order of a failure is the load part of `order`.";
  let arguments = (ins VM_PointerType:$ptr, VM_AtomicInteger:$expected,
                       VM_AtomicInteger:$new_value, VM_MemOrderAttr:$order,
                       UnitAttr:$is_volatile);
  let results = (outs VM_AtomicInteger:$old, I1:$success);
  let assemblyFormat = [{
    (`volatile` $is_volatile^)? $order `,` $ptr `,` $expected `,` $new_value
    attr-dict `:` type($ptr) `,` type($expected)
  }];
}

//===----------------------------------------------------------------------===//
// Hart state and exits
//===----------------------------------------------------------------------===//

def VM_HartEnterOp : VM_Op<"hart.enter", [Pure]> {
  let summary = "hart `index` of a launch";
  let arguments = (ins VM_PointerType:$launch, I64:$index);
  let results = (outs VM_HartType:$result);
  let assemblyFormat = "$launch `,` $index attr-dict `:` type($launch)";
}
def VM_HartExistsOp : VM_Op<"hart.exists", [Pure]> {
  let summary = "whether this thread's hart is one of the launch";
  let arguments = (ins VM_HartType:$hart);
  let results = (outs I1:$result);
  let assemblyFormat = "$hart attr-dict";
}
def VM_HartReturnPcOp : VM_Op<"hart.return_pc", [Pure]> {
  let summary = "the address that means Return";
  let arguments = (ins VM_HartType:$hart);
  let results = (outs I64:$result);
  let assemblyFormat = "$hart attr-dict";
}
def VM_HartLoadOp : VM_Op<"hart.load", [MemoryEffects<[MemRead]>]> {
  let summary = "reads a word of the hart's state";
  let description = "The words are those of ABI/Hart.h.";
  let arguments = (ins VM_HartType:$hart, I64:$word);
  let results = (outs I64:$result);
  let assemblyFormat = "$hart `[` $word `]` attr-dict";
}
def VM_HartStoreOp : VM_Op<"hart.store", [MemoryEffects<[MemWrite]>]> {
  let summary = "writes a word of the hart's state";
  let arguments = (ins I64:$value, VM_HartType:$hart, I64:$word);
  let assemblyFormat = "$value `,` $hart `[` $word `]` attr-dict";
}
def VM_HartTranslateOp : VM_Op<"hart.translate", [Pure]> {
  let summary = "where a guest access goes in the hart's memory map";
  let description = [{
    `ok` says whether one region holds all `size` bytes and permits the access;
    the pointer has a meaning only then. Accesses of one hint are expected to
    stay in one region.
  }];
  let arguments = (ins VM_HartType:$hart, I64:$ea,
                       ConfinedAttr<I64Attr, [IntPositive,
                         IntMaxValue<255>]>:$size,
                       UnitAttr:$is_store,
                       DefaultValuedAttr<ConfinedAttr<I64Attr, [
                         IntNonNegative, IntMaxValue<255>]>, "0">:$hint);
  let results = (outs VM_PointerType:$ptr, I1:$ok);
  let assemblyFormat = [{
    (`store` $is_store^)? $hart `,` $ea `size` $size (`hint` $hint^)? attr-dict
    `:` type($ptr)
  }];
}

def VM_ControlOp : VM_Op<"control", [Pure]> {
  let summary = "where the launch's control block is";
  let description = [{
    A pointer to the vmjit_control of ABI/Control.h, null if the launch has
    none. With `hart`, that of its launch.
  }];
  let arguments = (ins Optional<VM_HartType>:$hart);
  let results = (outs VM_PointerType:$result);
  let assemblyFormat = "(`of` $hart^)? attr-dict `:` type($result)";
}

def VM_DispatchOp : VM_Op<"dispatch", [
    Terminator, Pure,
    DeclareOpInterfaceMethods<BranchOpInterface, ["getSuccessorForOperands"]>
  ]> {
  let summary = "goes to the block for a guest address";
  let description = [{
    To the successor at the position of `pc` in `addresses`, or to `otherwise`.
    Unlike `cf.switch` it passes nothing on: a program may have thousands of
    blocks and dozens of registers, and the product of both is too much for one
    op. Each successor is a block that passes on what its target needs.
  }];
  let arguments = (ins I64:$pc, DenseI64ArrayAttr:$addresses);
  let successors = (successor AnySuccessor:$otherwise,
                              VariadicSuccessor<AnySuccessor>:$targets);
  let assemblyFormat = [{
    $pc `otherwise` $otherwise `,` $addresses `to` $targets attr-dict
  }];
  let hasVerifier = 1;
}

def VM_ExitOp : VM_Op<"exit", [Terminator, MemoryEffects<[MemWrite]>]> {
  let summary = "ends the hart with an exit record";
  let description = [{
    The operands are the words of the record in ABI/Hart.h. In hart mode they
    are stored for `hart`. In kernel mode, without one, the thread ends.
  }];
  let arguments = (ins Optional<VM_HartType>:$hart, I64:$status, I64:$pc, I64:$op_index, I64:$detail,
                       I64:$access, I64:$next_pc, I64:$next_op);
  let assemblyFormat = [{
    (`of` $hart^)? $status `at` $pc `,` $op_index `detail` $detail `access` $access
    `next` $next_pc `,` $next_op attr-dict
  }];
}

#endif // VMJIT_DIALECT_VM_IR_VMVALUEFORMOPS_TD
