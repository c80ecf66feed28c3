// RUN: vm-opt %s --convert-vm-to-llvm=target=nvvm | FileCheck %s --check-prefix=NVVM
// RUN: vm-opt %s --convert-vm-to-llvm='target=rocdl code-object-version=5' \
// RUN:   | FileCheck %s --check-prefixes=ROCDL,V5
// RUN: vm-opt %s --convert-vm-to-llvm='target=rocdl code-object-version=4' \
// RUN:   | FileCheck %s --check-prefixes=ROCDL,V4
// RUN: vm-opt %s --convert-vm-to-llvm=target=host | FileCheck %s --check-prefix=HOST

// Positions have known ranges. AMD's extents are in the hidden arguments, before
// code object version 5 in the dispatch packet, which counts threads.

// NVVM-LABEL: llvm.func @position
// NVVM: nvvm.read.ptx.sreg.tid.x range <i32, 0, 1024>
// NVVM: nvvm.read.ptx.sreg.ntid.y range <i32, 1, 1025>
// NVVM: nvvm.read.ptx.sreg.nctaid.x
// NVVM: nvvm.barrier
// ROCDL-LABEL: llvm.func @position
// ROCDL: rocdl.workitem.id.x range <i32, 0, 1024>
// V5: %[[HIDDEN:.*]] = llvm.call_intrinsic "llvm.amdgcn.implicitarg.ptr"
// V5: llvm.getelementptr %[[HIDDEN]][14]
// V5: llvm.load %{{.*}} invariant {{.*}} -> i16
// V5: llvm.call_intrinsic "llvm.amdgcn.implicitarg.ptr"
// V5: llvm.load %{{.*}} invariant {{.*}} -> i32
// V5-NOT: llvm.udiv
// V4: %[[PACKET:.*]] = llvm.call_intrinsic "llvm.amdgcn.dispatch.ptr"
// V4: llvm.getelementptr %[[PACKET]][6]
// V4: llvm.udiv
// V4-NOT: implicitarg
// HOST-LABEL: llvm.func @position.thread(
// HOST-SAME: %{{.*}}: !llvm.ptr, %[[X:[^:]*]]: i32,
// HOST: llvm.zext nneg %[[X]] : i32 to i64
// HOST: llvm.call @{{.*barrier.*}}() : () -> ()
func.func @position() attributes {vm.mode = #vm.mode<kernel>} {
  %0 = gpu.thread_id x upper_bound 1024
  %1 = gpu.block_dim y upper_bound 1024
  %2 = gpu.grid_dim x upper_bound 2147483647
  gpu.barrier
  %3 = arith.index_castui %0 : index to i64
  %4 = arith.index_castui %1 : index to i64
  %5 = arith.index_castui %2 : index to i64
  vm.exit %3 at %4, %5 detail %5 access %5 next %5, %5
}
