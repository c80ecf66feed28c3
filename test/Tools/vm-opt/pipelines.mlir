// RUN: vm-opt %s --vm-lower-to-nvvm | FileCheck %s
// RUN: vm-opt %s --vm-lower-to-rocdl | FileCheck %s
// RUN: vm-opt %s --vm-lower-to-rocdl=code-object-version=4 | FileCheck %s --check-prefixes=CHECK,V4
// RUN: vm-opt %s --vm-lower-to-host | FileCheck %s --check-prefix=HOST

// Each pipeline leaves only what translates to LLVM IR.

// CHECK-NOT: {{(vm|arith|cf|func|gpu|memref)\.[a-z]}}
// CHECK: llvm.func @f(%{{.*}}: !llvm.ptr<1>, %{{.*}}: i32)
// CHECK-NOT: {{= (vm|arith|cf|func|gpu|memref)\.[a-z]}}
// V4: llvm.amdgcn.dispatch.ptr
// HOST: llvm.func @f.thread(
// HOST-NOT: {{= (vm|arith|cf|func|gpu|memref)\.[a-z]}}
vm.program @f entry 0x1000 attributes {
    params = [#vm.param<buffer>, #vm.param<i32>]} {
  vm.block 0x1000 {
    %id = vm.gpu.global_id x
    %p = vm.reg.read x[10] : i64
    vm.store %id, %p[0] size 4
    vm.ret
  }
}
