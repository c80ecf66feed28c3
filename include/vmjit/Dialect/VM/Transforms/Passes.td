//===- Passes.td - Passes on the vm dialect ---------------*- tablegen -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_DIALECT_VM_TRANSFORMS_PASSES_TD
#define VMJIT_DIALECT_VM_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def VMLinkBlocksPass : Pass<"vm-link-blocks", "::mlir::ModuleOp"> {
  let summary = "Turn each vm.program into a function with a CFG";
  let description = [{
    The blocks of a program become the blocks of a `func.func`. A jump to a
    block of the program is a branch, a computed jump goes through one shared
    dispatch, and ways to end share an exit. Registers are still read and
    written as such; temporaries become values.

    In kernel mode the function has the program's parameters. In hart mode it
    takes the launch record of ABI/Hart.h, starts at the hart's next_pc and
    checks each access against the memory map. There the program is divided
    into intervals, which load the registers that they name from the hart's
    state where control enters, and store those that they change where it
    leaves or the hart exits.

    An op that the lowering does not know is an error at that op.
  }];
  let options = [
    Option<"alignedAccessOnly", "aligned-access-only", "bool", "false",
           "The target faults on misaligned accesses: hart mode tests the "
           "address and takes a path of narrow accesses">,
    Option<"joinIntervals", "join-intervals", "bool", "false",
           "Keep registers of harts as values over calls and returns, at the "
           "price of loops with several entries">,
    Option<"stoppable", "stoppable", "bool", "false",
           "Count steps and look at the launch's control block, which may end "
           "the thread; kernel mode reports threads that do not return there">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::cf::ControlFlowDialect",
    "::mlir::func::FuncDialect", "::vmjit::vm::VMDialect"
  ];
}

def VMPromoteRegistersPass
    : Pass<"vm-promote-registers", "::mlir::func::FuncOp"> {
  let summary = "Turn guest registers into SSA values";
  let description = [{
    A read becomes the value that was written last. Where that is one or another
    by where control comes from, it is an argument of a block. A register that
    nothing has written is poison.
  }];
  let dependentDialects = ["::mlir::ub::UBDialect"];
}

def VMTypeFloatRegistersPass
    : Pass<"vm-type-float-registers", "::mlir::func::FuncOp"> {
  let summary = "Give floating-point registers that cross blocks their type";
  let description = [{
    After promotion a block argument that carries a floating-point register is
    i64, its raw bits. Where all that flows in is boxed f32, or some use or
    source is f64, the argument becomes f32 or f64, and boxes move to where raw
    bits are asked for. The bits are the same either way.
  }];
}

def VMInferPointersPass : Pass<"vm-infer-pointers", "::mlir::func::FuncOp"> {
  let summary = "Follow addresses back to what they point into";
  let description = [{
    For each `vm.ptr.from_int` whose address is arithmetic on a buffer
    parameter, a segment, the private stack or shared memory, builds the same
    arithmetic on pointers, through block arguments and selects. Where one
    address may come from several memory spaces, the pointer is generic. An
    address of unknown origin keeps its vm.ptr.from_int.

    Segments have guest addresses that differ from their device addresses. Only
    accesses are redirected; the integers that a program computes with stay the
    guest's. An address of unknown origin is compared with the ranges of the
    segments at run time.
  }];
}

def VMRecognizeIdiomsPass
    : Pass<"vm-recognize-idioms", "::mlir::func::FuncOp"> {
  let summary = "Turn sequences for what VM IR does not have back into it";
  let description = [{
    VM IR has no zero extensions and no 32-bit arithmetic, and programs may do
    without its sign extension and high multiply. This pass finds what is
    written in their place:

    - Pairs of shifts and masks become extensions of 8, 16 and 32 bits.
    - Arithmetic, division, shifts, comparisons and the high multiply of values
      that are extended from 32 bits, or of which 32 bits are used, become 32-bit
      ops.
    - The multiplication of 32-bit halves, in the forms of ProductForms.h,
      becomes `arith.mului_extended` or `arith.mulsi_extended`.

    Rotates, byte swaps, minima and maxima are left to LLVM, which knows them.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def VMCanonicalizeNaNsPass
    : Pass<"vm-canonicalize-nans", "::mlir::func::FuncOp"> {
  let summary = "Make NaN results canonical where their bits can be seen";
  let description = [{
    Ops of the vm dialect give canonical NaNs, the instructions that they become
    do not. Arithmetic cannot tell one NaN from another, so only where bits are
    seen (stores, raw registers, sign injection) is vm.canonicalize_nan put in,
    and only for values that arithmetic made.
  }];
}

#endif // VMJIT_DIALECT_VM_TRANSFORMS_PASSES_TD
