// Position in the grid, barriers, shared memory.
// RUN: vm-opt %s | vm-opt | FileCheck %s
// RUN: vm-opt %s --emit-bytecode | vm-opt | FileCheck %s

vm.program @gpu entry 0x1000 {
  vm.block 0x1000 {
    %thread_id_x = vm.gpu.thread_id x
    %thread_id_y = vm.gpu.thread_id y
    %thread_id_z = vm.gpu.thread_id z
    %block_id_x = vm.gpu.block_id x
    %block_id_y = vm.gpu.block_id y
    %block_id_z = vm.gpu.block_id z
    %block_dim_x = vm.gpu.block_dim x
    %block_dim_y = vm.gpu.block_dim y
    %block_dim_z = vm.gpu.block_dim z
    %grid_dim_x = vm.gpu.grid_dim x
    %grid_dim_y = vm.gpu.grid_dim y
    %grid_dim_z = vm.gpu.grid_dim z
    %global_id_x = vm.gpu.global_id x
    %global_id_y = vm.gpu.global_id y
    %global_id_z = vm.gpu.global_id z
    %linear = vm.gpu.linear_id
    %lane = vm.gpu.lane_id
    %shared = vm.gpu.shared_base
    vm.gpu.barrier
    vm.ret
  }
}

// CHECK: vm.program @gpu entry 0x1000 {
// CHECK-NEXT: vm.block 0x1000 {
// CHECK-NEXT: %{{.*}} = vm.gpu.thread_id x
// CHECK-NEXT: %{{.*}} = vm.gpu.thread_id y
// CHECK-NEXT: %{{.*}} = vm.gpu.thread_id z
// CHECK-NEXT: %{{.*}} = vm.gpu.block_id x
// CHECK-NEXT: %{{.*}} = vm.gpu.block_id y
// CHECK-NEXT: %{{.*}} = vm.gpu.block_id z
// CHECK-NEXT: %{{.*}} = vm.gpu.block_dim x
// CHECK-NEXT: %{{.*}} = vm.gpu.block_dim y
// CHECK-NEXT: %{{.*}} = vm.gpu.block_dim z
// CHECK-NEXT: %{{.*}} = vm.gpu.grid_dim x
// CHECK-NEXT: %{{.*}} = vm.gpu.grid_dim y
// CHECK-NEXT: %{{.*}} = vm.gpu.grid_dim z
// CHECK-NEXT: %{{.*}} = vm.gpu.global_id x
// CHECK-NEXT: %{{.*}} = vm.gpu.global_id y
// CHECK-NEXT: %{{.*}} = vm.gpu.global_id z
// CHECK-NEXT: %{{.*}} = vm.gpu.linear_id
// CHECK-NEXT: %{{.*}} = vm.gpu.lane_id
// CHECK-NEXT: %{{.*}} = vm.gpu.shared_base
// CHECK-NEXT: vm.gpu.barrier
// CHECK-NEXT: vm.ret
// CHECK-NEXT: }
// CHECK-NEXT: }
// CHECK-NEXT: }
