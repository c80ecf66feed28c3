// RUN: vm-opt %s --pass-pipeline='builtin.module(func.func(convert-vm-to-gpu))' \
// RUN:   | FileCheck %s

// With the bounds that launches keep.

// CHECK-LABEL: func.func @position
// CHECK: gpu.thread_id z upper_bound 64
// CHECK: gpu.block_id x upper_bound 2147483647
// CHECK: gpu.block_dim y upper_bound 1024
// CHECK: gpu.grid_dim z upper_bound 65535
func.func @position() -> (i64, i64, i64, i64) {
  %0 = vm.gpu.thread_id z
  %1 = vm.gpu.block_id x
  %2 = vm.gpu.block_dim y
  %3 = vm.gpu.grid_dim z
  return %0, %1, %2, %3 : i64, i64, i64, i64
}

// CHECK-LABEL: func.func @global_id
// CHECK-DAG: %[[BLOCK:.*]] = arith.index_castui %block_id_y
// CHECK-DAG: %[[DIM:.*]] = arith.index_castui %block_dim_y
// CHECK-DAG: %[[THREAD:.*]] = arith.index_castui %thread_id_y
// CHECK: %[[FIRST:.*]] = arith.muli %[[BLOCK]], %[[DIM]] overflow<nsw, nuw>
// CHECK: arith.addi %[[FIRST]], %[[THREAD]] overflow<nsw, nuw>
func.func @global_id() -> i64 {
  %0 = vm.gpu.global_id y
  return %0 : i64
}

// CHECK-LABEL: func.func @linear_id
// CHECK-DAG: gpu.block_id z
// CHECK-DAG: gpu.thread_id z
// CHECK-DAG: gpu.grid_dim y
func.func @linear_id() -> i64 {
  %0 = vm.gpu.linear_id
  return %0 : i64
}

// CHECK-LABEL: func.func @barrier
// CHECK: gpu.lane_id
// CHECK: gpu.barrier
func.func @barrier() -> i64 {
  %0 = vm.gpu.lane_id
  vm.gpu.barrier
  return %0 : i64
}
