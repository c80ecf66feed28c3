// RUN: vm-opt %s --convert-vm-to-llvm=target=nvvm | FileCheck %s --check-prefixes=CHECK,GPU
// RUN: vm-opt %s --convert-vm-to-llvm=target=rocdl | FileCheck %s --check-prefixes=CHECK,GPU
// RUN: vm-opt %s --convert-vm-to-llvm=target=host | FileCheck %s --check-prefixes=CHECK,HOST

// A GPU's kernels find the control block through a variable that launchers
// set, the host's through the block. There is one variable for all.

// GPU: llvm.mlir.global external protected @vmjit_control_address(0 : i64) {addr_space = 1 : i32, alignment = 8 : i64, dso_local, externally_initialized} : i64
// GPU-NOT: llvm.mlir.global
// HOST-NOT: llvm.mlir.global

// GPU-LABEL: llvm.func @one(
// GPU: %[[VARIABLE:.*]] = llvm.mlir.addressof @vmjit_control_address : !llvm.ptr<1>
// GPU: %[[ADDRESS:.*]] = llvm.load %[[VARIABLE]] {alignment = 8 : i64} : !llvm.ptr<1> -> i64
// GPU: llvm.inttoptr %[[ADDRESS]] : i64 to !llvm.ptr<1>
// HOST-LABEL: llvm.func @one.thread(%{{.*}}: !llvm.ptr
// HOST: llvm.getelementptr %{{.*}}[72]
// HOST: llvm.load %{{.*}} invariant {{.*}} -> !llvm.ptr
func.func @one(%buffer: !vm.ptr<global>) attributes {vm.mode = #vm.mode<kernel>} {
  %control = vm.control : !vm.ptr<global>
  %address = vm.ptr.to_int %control : !vm.ptr<global>
  vm.ptr.store %address, %buffer align 8 : i64, !vm.ptr<global>
  return
}

// GPU-LABEL: llvm.func @two(
// GPU: llvm.mlir.addressof @vmjit_control_address
func.func @two(%buffer: !vm.ptr<global>) attributes {vm.mode = #vm.mode<kernel>} {
  %control = vm.control : !vm.ptr<global>
  %address = vm.ptr.to_int %control : !vm.ptr<global>
  vm.ptr.store %address, %buffer align 8 : i64, !vm.ptr<global>
  return
}

// A launch of harts says it in its record, on every target.

// CHECK-LABEL: llvm.func @hart
// CHECK: %[[FIELD:.*]] = llvm.getelementptr %{{.*}}[40]
// CHECK: %[[CONTROL:.*]] = llvm.load %[[FIELD]] invariant {{.*}} -> i64
// CHECK: llvm.inttoptr %[[CONTROL]]
func.func @hart(%launch: !vm.ptr<global>) attributes {vm.mode = #vm.mode<hart>} {
  %id = arith.constant 0 : i64
  %hart = vm.hart.enter %launch, %id : !vm.ptr<global>
  %control = vm.control of %hart : !vm.ptr<global>
  %address = vm.ptr.to_int %control : !vm.ptr<global>
  vm.hart.store %address, %hart[%id]
  return
}
