//===- VMGPUOps.td - Position in the grid, barriers, shared memory -*- tablegen -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_DIALECT_VM_IR_VMGPUOPS_TD
#define VMJIT_DIALECT_VM_IR_VMGPUOPS_TD

include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "vmjit/Dialect/VM/IR/VMTypes.td"

/// A position or an extent, zero-extended.
class VM_PositionOp<string mnemonic> : VM_Op<mnemonic, [Pure]> {
  let arguments = (ins VM_DimensionAttr:$dim);
  let results = (outs I64:$result);
  let assemblyFormat = "$dim attr-dict";
}
def VM_ThreadIdOp : VM_PositionOp<"gpu.thread_id"> {
  let summary = "the thread's coordinate in its block";
}
def VM_BlockIdOp : VM_PositionOp<"gpu.block_id"> {
  let summary = "the block's coordinate in the grid";
}
def VM_BlockDimOp : VM_PositionOp<"gpu.block_dim"> {
  let summary = "threads in a block";
}
def VM_GridDimOp : VM_PositionOp<"gpu.grid_dim"> {
  let summary = "blocks in the grid";
}
def VM_GlobalIdOp : VM_PositionOp<"gpu.global_id"> {
  let summary = "block id * block dim + thread id";
}
def VM_LinearIdOp : VM_Op<"gpu.linear_id", [Pure]> {
  let summary = "the thread's number in the grid, x running fastest";
  let description = [{
    Blocks are numbered x fastest, threads within a block likewise; the number
    is block number * threads in a block + thread number. It is `mhartid`.
  }];
  let results = (outs I64:$result);
  let assemblyFormat = "attr-dict";
}
def VM_LaneIdOp : VM_Op<"gpu.lane_id", [Pure]> {
  let summary = "the lane in the warp or wavefront; 0 on the host";
  let results = (outs I64:$result);
  let assemblyFormat = "attr-dict";
}
def VM_SharedBaseOp : VM_Op<"gpu.shared_base", [Pure]> {
  let summary = "the address of the block's shared memory";
  let results = (outs I64:$result);
  let assemblyFormat = "attr-dict";
}
def VM_BarrierOp : VM_Op<"gpu.barrier", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "waits for all threads of the block";
  let description = [{
    Orders global and shared memory within the block. Undefined where only some
    threads of a block reach it.
  }];
  let assemblyFormat = "attr-dict";
}

#endif // VMJIT_DIALECT_VM_IR_VMGPUOPS_TD
