// RUN: vm-opt %s --split-input-file --convert-vm-to-llvm=target=nvvm | FileCheck %s --check-prefixes=CHECK,GPU
// RUN: vm-opt %s --split-input-file --convert-vm-to-llvm=target=rocdl | FileCheck %s --check-prefixes=CHECK,GPU
// RUN: vm-opt %s --split-input-file --convert-vm-to-llvm=target=host | FileCheck %s --check-prefixes=CHECK,HOST

// The program's own share is a variable of its size. The host's is where the
// block record says.

// GPU: llvm.mlir.global internal @static.shared() {addr_space = 3 : i32, alignment = 16 : i64} : !llvm.array<256 x i8>
// CHECK-LABEL: llvm.func @static
// GPU: llvm.mlir.addressof @static.shared : !llvm.ptr<3>
// HOST: llvm.load
// HOST-NOT: llvm.mlir.addressof
func.func @static(%ptr: !vm.ptr<global>) attributes {vm.mode = #vm.mode<kernel>,
    vm.shared_bytes = 256 : i64} {
  %0 = vm.ptr.shared : <shared>
  %1 = vm.ptr.load %0 align 4 : <shared> -> i32
  vm.ptr.store %1, %ptr align 4 : i32, <global>
  return
}

// -----

// Where a program declares none, it is the launch's.

// GPU: llvm.mlir.global external @__vmjit_dynamic_shared() {addr_space = 3 : i32, alignment = 16 : i64} : !llvm.array<0 x i8>
// CHECK-LABEL: llvm.func @dynamic
// GPU: llvm.mlir.addressof @__vmjit_dynamic_shared : !llvm.ptr<3>
func.func @dynamic(%ptr: !vm.ptr<global>) attributes {vm.mode = #vm.mode<kernel>,
    vm.shared_bytes = 0 : i64} {
  %0 = vm.gpu.shared_base
  vm.ptr.store %0, %ptr align 8 : i64, <global>
  return
}
