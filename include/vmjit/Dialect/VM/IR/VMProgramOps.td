//===- VMProgramOps.td - Programs, blocks, terminators and registers -*- tablegen -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_DIALECT_VM_IR_VMPROGRAMOPS_TD
#define VMJIT_DIALECT_VM_IR_VMPROGRAMOPS_TD

include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/RegionKindInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "vmjit/Dialect/VM/IR/VMTypes.td"

def VM_ProgramOp : VM_Op<"program", [
    IsolatedFromAbove, Symbol, NoTerminator, SingleBlock, NoRegionArguments]> {
  let summary = "the unit of compilation, in register form";
  let description = [{
    Holds the `vm.block`s of one program in the order in which they came. With
    `params` it is run in kernel mode, without in hart mode.

    Example:

    ```mlir
    vm.program @f entry 0x1000 {
      vm.block 0x1000 { vm.ret }
    }
    ```
  }];
  let arguments = (ins
    SymbolNameAttr:$sym_name,
    VM_GuestAddrAttr:$entry,
    OptionalAttr<VM_ParamTypeArrayAttr>:$params,
    DefaultValuedAttr<BoolAttr, "true">:$zero_reg,
    DefaultValuedAttr<I64Attr, "0">:$stack_bytes,
    DefaultValuedAttr<I64Attr, "0">:$shared_bytes,
    OptionalAttr<VM_SegmentArrayAttr>:$segments
  );
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $sym_name `entry` custom<GuestAddr>($entry) attr-dict-with-keyword $body
  }];
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    bool isKernelMode() { return getParams().has_value(); }
  }];
}

def VM_BlockOp : VM_Op<"block", [HasParent<"ProgramOp">, SingleBlock,
                                 NoRegionArguments]> {
  let summary = "a block of guest code";
  let description = [{
    Ops in order, and a terminator that says where control goes. Values do not
    cross blocks; registers do. Only transfers that name an `inner` block go to
    it; for others, and where harts start, it is not there.
  }];
  let arguments = (ins VM_GuestAddrAttr:$pc, UnitAttr:$inner);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    (`inner` $inner^)? custom<GuestAddr>($pc) attr-dict-with-keyword $body
  }];
  let hasRegionVerifier = 1;
}

class VM_TerminatorOp<string mnemonic, list<Trait> traits = []>
    : VM_Op<mnemonic, traits # [Terminator, HasParent<"BlockOp">]>;

def VM_RetOp : VM_TerminatorOp<"ret"> {
  let summary = "pops the hart's call stack";
  let description = [{
    Control goes to what the last `vm.call` pushed. With an empty call stack the
    hart exits with Return.
  }];
  let assemblyFormat = "attr-dict";
}

def VM_JmpOp : VM_TerminatorOp<"jmp"> {
  let summary = "goes to a guest address";
  let arguments = (ins VM_GuestAddrAttr:$target);
  let assemblyFormat = "custom<GuestAddr>($target) attr-dict";
}

def VM_JmpRegOp : VM_TerminatorOp<"jmp_reg"> {
  let summary = "goes to a computed guest address";
  let description = "The target is `base + offset` modulo 2^64, unmasked.";
  let arguments = (ins I64:$base, I64Attr:$offset);
  let assemblyFormat = "$base `,` $offset attr-dict";
}

def VM_CondJmpOp : VM_TerminatorOp<"cond_jmp"> {
  let summary = "goes to one of two guest addresses";
  let description = "Takes the first target if any bit of `cond` is set.";
  let arguments = (ins I64:$cond, VM_GuestAddrAttr:$target_true,
                       VM_GuestAddrAttr:$target_false);
  let assemblyFormat = [{
    $cond `,` custom<GuestAddr>($target_true) `,`
    custom<GuestAddr>($target_false) attr-dict
  }];
}

def VM_CallOp : VM_TerminatorOp<"call"> {
  let summary = "pushes a return address and goes to a guest address";
  let description = [{
    With a full call stack the hart exits with Call and nothing is pushed.
  }];
  let arguments = (ins VM_GuestAddrAttr:$target, VM_GuestAddrAttr:$ret_pc);
  let assemblyFormat = [{
    custom<GuestAddr>($target) `,` custom<GuestAddr>($ret_pc) attr-dict
  }];
}

def VM_FaultOp : VM_TerminatorOp<"fault"> {
  let summary = "exits with Fault";
  let arguments = (ins I64Attr:$cause);
  let assemblyFormat = "$cause attr-dict";
}

def VM_InterruptOp : VM_TerminatorOp<"interrupt"> {
  let summary = "exits with Interrupt";
  let arguments = (ins I64Attr:$vector);
  let assemblyFormat = "$vector attr-dict";
}

def VM_RegReadOp : VM_Op<"reg.read", [MemoryEffects<[MemRead]>]> {
  let summary = "reads a guest register";
  let description = [{
    An integer register and the raw bits of a floating-point register read as
    i64, a floating-point register also as f64 or, NaN-boxed, as f32: one that
    is not boxed reads as the canonical f32 NaN. Integer registers from 32 on
    are temporaries of their block, 0 if read before written.

    Only in linked functions there is the file `steps`, which counts for
    stoppable code: 0, an i32, is the number of the step at which the thread
    asks for more; 1, an i64, how many it was given so far.
  }];
  let arguments = (ins VM_RegFileAttr:$file, I32Attr:$index);
  let results = (outs AnyTypeOf<[I64, I32, F64, F32]>:$result);
  let assemblyFormat = "$file `[` $index `]` attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def VM_RegWriteOp : VM_Op<"reg.write", [MemoryEffects<[MemWrite]>]> {
  let summary = "writes a guest register";
  let description = [{
    An f32 is NaN-boxed. Writes of integer register 0 are dropped unless the
    program says that it is an ordinary register.
  }];
  let arguments = (ins VM_RegFileAttr:$file, I32Attr:$index,
                       AnyTypeOf<[I64, I32, F64, F32]>:$value);
  let assemblyFormat = [{
    $file `[` $index `]` `,` $value attr-dict `:` type($value)
  }];
  let hasVerifier = 1;
}

def VM_NopOp : VM_Op<"nop", [MemoryEffects<[MemWrite]>]> {
  let summary = "does nothing";
  let description = "Keeps the op indices of what was imported.";
  let assemblyFormat = "attr-dict";
}

#endif // VMJIT_DIALECT_VM_IR_VMPROGRAMOPS_TD
