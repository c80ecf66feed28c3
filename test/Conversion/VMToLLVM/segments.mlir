// RUN: vm-opt %s --convert-vm-to-llvm=target=nvvm | FileCheck %s --check-prefix=NVVM
// RUN: vm-opt %s --convert-vm-to-llvm=target=rocdl | FileCheck %s --check-prefix=ROCDL
// RUN: vm-opt %s --convert-vm-to-llvm=target=host | FileCheck %s --check-prefix=HOST

// NVVM: llvm.mlir.global internal constant @data.segment.0("abc"){{.*}}addr_space = 4 : i32
// NVVM: llvm.mlir.global internal @data.segment.1("def"){{.*}}addr_space = 1 : i32
// NVVM: llvm.mlir.addressof @data.segment.0 : !llvm.ptr<4>
// ROCDL: llvm.mlir.global internal constant @data.segment.0("abc"){{.*}}addr_space = 4 : i32
// ROCDL: llvm.mlir.global internal @data.segment.1("def"){{.*}}addr_space = 1 : i32
// HOST: llvm.mlir.global internal constant @data.thread.segment.0("abc") {addr_space = 0
// HOST: llvm.func @data.thread
func.func @data() attributes {vm.mode = #vm.mode<kernel>, vm.segments = [
    #vm.segment<4096, writable = false, "abc">,
    #vm.segment<8192, writable = true, "def">]} {
  %0 = vm.ptr.segment 0 : <constant>
  %1 = vm.ptr.load %0 align 1 : <constant> -> i8
  %2 = vm.ptr.segment 1 : <global>
  vm.ptr.store %1, %2 align 1 : i8, <global>
  return
}
