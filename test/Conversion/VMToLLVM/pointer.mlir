// RUN: vm-opt %s --convert-vm-to-llvm=target=nvvm | FileCheck %s --check-prefixes=CHECK,NVVM
// RUN: vm-opt %s --convert-vm-to-llvm=target=rocdl | FileCheck %s --check-prefixes=CHECK,ROCDL
// RUN: vm-opt %s --convert-vm-to-llvm=target=host | FileCheck %s --check-prefixes=CHECK,HOST

// Spaces become the target's numbers.

// CHECK-LABEL: llvm.func @spaces
// NVVM-SAME: !llvm.ptr<1>{{.*}}!llvm.ptr<3>{{.*}}!llvm.ptr<4>{{.*}}!llvm.ptr{{[,)]}}
// ROCDL-SAME: !llvm.ptr<1>{{.*}}!llvm.ptr<3>{{.*}}!llvm.ptr<4>{{.*}}!llvm.ptr<5>
// HOST-NOT: !llvm.ptr<
// CHECK: llvm.return
func.func @spaces(%global: !vm.ptr<global>, %shared: !vm.ptr<shared>,
                  %constant: !vm.ptr<constant>, %private: !vm.ptr<private>) {
  return
}

// Global addresses are generic ones; others have to be cast.

// CHECK-LABEL: llvm.func @integers
// CHECK: llvm.ptrtoint
// NVVM: %[[GENERIC:.*]] = llvm.addrspacecast %{{.*}} : !llvm.ptr<3> to !llvm.ptr
// NVVM: llvm.ptrtoint %[[GENERIC]] : !llvm.ptr to i64
// ROCDL: llvm.addrspacecast
// HOST-NOT: llvm.addrspacecast
func.func @integers(%global: !vm.ptr<global>, %shared: !vm.ptr<shared>)
    -> (i64, i64) {
  %0 = vm.ptr.to_int %global : <global>
  %1 = vm.ptr.to_int %shared : <shared>
  return %0, %1 : i64, i64
}

// An offset is in bytes and may wrap.

// CHECK-LABEL: llvm.func @add
// CHECK: llvm.getelementptr %{{.*}}[%{{.*}}] : {{.*}}, i8
func.func @add(%ptr: !vm.ptr<global>, %offset: i64) -> !vm.ptr<global> {
  %0 = vm.ptr.add %ptr, %offset : <global>
  return %0 : !vm.ptr<global>
}

// CHECK-LABEL: llvm.func @accesses
// CHECK: llvm.load volatile %{{.*}} {alignment = 2 : i64}
// CHECK: llvm.store %{{.*}} {alignment = 8 : i64}
func.func @accesses(%ptr: !vm.ptr<global>, %value: i64) -> i32 {
  %0 = vm.ptr.load volatile %ptr align 2 : <global> -> i32
  vm.ptr.store %value, %ptr align 8 : i64, <global>
  return %0 : i32
}

// CHECK-LABEL: llvm.func @stack
// CHECK: llvm.alloca %{{.*}} x !llvm.array<48 x i8> {alignment = 16 : i64}
// ROCDL-SAME: !llvm.ptr<5>
func.func @stack() -> i64 {
  %0 = vm.ptr.alloca 48 : <private>
  %1 = vm.ptr.to_int %0 : <private>
  return %1 : i64
}

// A fence of scope hart or order none is none.

// CHECK-LABEL: llvm.func @fences
// CHECK-NOT: llvm.fence{{.*}} seq_cst
// NVVM: llvm.fence syncscope("block") acquire
// NVVM: llvm.fence syncscope("device") release
// NVVM: llvm.fence acq_rel
// ROCDL: llvm.fence syncscope("workgroup") acquire
// ROCDL: llvm.fence syncscope("agent") release
// ROCDL: llvm.fence acq_rel
// HOST: llvm.fence acquire
// HOST: llvm.fence release
// HOST: llvm.fence acq_rel
// CHECK-NOT: llvm.fence
func.func @fences() {
  vm.fence seq_cst, "hart"
  vm.fence acquire, "block"
  vm.fence release, "device"
  vm.fence acq_rel, "system"
  vm.fence none, "system"
  return
}
