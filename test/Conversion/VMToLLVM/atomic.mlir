// RUN: vm-opt %s --convert-vm-to-llvm=target=nvvm | FileCheck %s
// RUN: vm-opt %s --convert-vm-to-llvm=target=rocdl | FileCheck %s --check-prefix=ROCDL

// A load has no use for the release part of its order, a store none for the
// acquire part, and the order of a failure is that of its load.
// CHECK-LABEL: llvm.func @orders
// CHECK: llvm.load volatile %{{.*}} atomic acquire {alignment = 4 : i64} : !llvm.ptr<1> -> i32
// CHECK: llvm.store %{{.*}}, %{{.*}} atomic release {alignment = 4 : i64} : i32, !llvm.ptr<1>
// CHECK: llvm.atomicrmw umin %{{.*}}, %{{.*}} monotonic {alignment = 4 : i64}
// CHECK: llvm.cmpxchg %{{.*}}, %{{.*}}, %{{.*}} acq_rel acquire {alignment = 4 : i64}
func.func @orders(%p: !vm.ptr<global>) attributes {vm.mode = #vm.mode<kernel>} {
  %a = vm.ptr.atomic_load volatile acq_rel, %p : <global> -> i32
  vm.ptr.atomic_store acq_rel, %a, %p : i32, <global>
  %b = vm.ptr.atomic_rmw minu none, %p, %a : <global>, i32
  %c, %d = vm.ptr.atomic_cmpxchg acq_rel, %p, %a, %b : <global>, i32
  return
}

// Nobody else sees private memory.
// ROCDL-LABEL: llvm.func @private
// ROCDL: %[[FIRST:.*]] = llvm.load %{{.*}} {alignment = 8 : i64} : !llvm.ptr<5> -> i64
// ROCDL: %[[OLD:.*]] = llvm.load %{{.*}} {alignment = 8 : i64} : !llvm.ptr<5> -> i64
// ROCDL: %[[MAX:.*]] = llvm.intr.smax(%[[OLD]], %[[FIRST]])
// ROCDL: llvm.store %[[MAX]]
// ROCDL-NOT: llvm.cmpxchg
// ROCDL: llvm.select
func.func @private() attributes {vm.mode = #vm.mode<kernel>} {
  %p = vm.ptr.alloca 8 : <private>
  %a = vm.ptr.atomic_load seq_cst, %p : <private> -> i64
  %b = vm.ptr.atomic_rmw max_s seq_cst, %p, %a : <private>, i64
  %c, %d = vm.ptr.atomic_cmpxchg seq_cst, %p, %a, %b : <private>, i64
  return
}
