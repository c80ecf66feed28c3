// Programs, blocks, terminators and registers.
// RUN: vm-opt %s | vm-opt | FileCheck %s
// RUN: vm-opt %s --emit-bytecode | vm-opt | FileCheck %s

vm.program @kernel.0 entry 0x1000 attributes {params = [#vm.param<i32>, #vm.param<i64>, #vm.param<f32>, #vm.param<f64>, #vm.param<buffer>], segments = [#vm.segment<8192, writable = false, "\00\FF">, #vm.segment<12288, writable = true, "a">], shared_bytes = 128 : i64, stack_bytes = 64 : i64, zero_reg = false} {
  vm.block 0x1000 {
    %0 = vm.reg.read x[65535] : i64
    vm.reg.write x[0], %0 : i64
    vm.cond_jmp %0, 0x1010, 0xffffffffffffffff
  }
  vm.block inner 0x1010 {
    vm.jmp 0x1020
  }
  vm.block 0x1020 {
    vm.call 0x1030, 0x1010
  }
  vm.block 0x1030 {
    vm.fault -1
  }
  vm.block 0x1040 {
    vm.interrupt 4294967295
  }
  vm.block 0x1050 {
    %0 = vm.reg.read x[1] : i64
    vm.jmp_reg %0, -4
  }
  vm.block 0xffffffffffffffff {
    vm.ret
  }
}
vm.program @hart entry 0x0 {
  vm.block 0x0 {
    vm.ret
  }
}

// CHECK: vm.program @kernel.0 entry 0x1000 attributes {params = [#vm.param<i32>, #vm.param<i64>, #vm.param<f32>, #vm.param<f64>, #vm.param<buffer>], segments = [#vm.segment<8192, writable = false, "\00\FF">, #vm.segment<12288, writable = true, "a">], shared_bytes = 128 : i64, stack_bytes = 64 : i64, zero_reg = false} {
// CHECK-NEXT: vm.block 0x1000 {
// CHECK-NEXT: %{{.*}} = vm.reg.read x[65535] : i64
// CHECK-NEXT: vm.reg.write x[0], %{{.*}} : i64
// CHECK-NEXT: vm.cond_jmp %{{.*}}, 0x1010, 0xffffffffffffffff
// CHECK-NEXT: }
// CHECK-NEXT: vm.block inner 0x1010 {
// CHECK-NEXT: vm.jmp 0x1020
// CHECK-NEXT: }
// CHECK-NEXT: vm.block 0x1020 {
// CHECK-NEXT: vm.call 0x1030, 0x1010
// CHECK-NEXT: }
// CHECK-NEXT: vm.block 0x1030 {
// CHECK-NEXT: vm.fault -1
// CHECK-NEXT: }
// CHECK-NEXT: vm.block 0x1040 {
// CHECK-NEXT: vm.interrupt 4294967295
// CHECK-NEXT: }
// CHECK-NEXT: vm.block 0x1050 {
// CHECK-NEXT: %{{.*}} = vm.reg.read x[1] : i64
// CHECK-NEXT: vm.jmp_reg %{{.*}}, -4
// CHECK-NEXT: }
// CHECK-NEXT: vm.block 0xffffffffffffffff {
// CHECK-NEXT: vm.ret
// CHECK-NEXT: }
// CHECK-NEXT: }
// CHECK-NEXT: vm.program @hart entry 0x0 {
// CHECK-NEXT: vm.block 0x0 {
// CHECK-NEXT: vm.ret
// CHECK-NEXT: }
// CHECK-NEXT: }
// CHECK-NEXT: }
