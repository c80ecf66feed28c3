// RUN: vm-compile %s --target=nvptx64:sm_90 --emit=ptx | FileCheck %s

// A load and its extension by shifts are one instruction.

// CHECK-LABEL: .visible .entry loads(
// CHECK-NOT: {{shl|shr|cvt\.s64}}
// CHECK: ld.global.s8
// CHECK-NOT: {{shl|shr|cvt\.s64}}
// CHECK: ld.global.s16
// CHECK-NOT: {{shl|shr|cvt\.s64}}
// CHECK: ld.global.s32
// CHECK-NOT: {{shl|shr|cvt\.s64}}
// CHECK: ret;
vm.program @loads entry 0x1000 attributes {
    params = [#vm.param<buffer>, #vm.param<i64>, #vm.param<i64>]} {
  vm.block 0x1000 {
    %p = vm.reg.read x[10] : i64
    %a = vm.reg.read x[11] : i64
    %b = vm.reg.read x[12] : i64
    %c56 = vm.constant 56 : i64
    %c48 = vm.constant 48 : i64
    %c32 = vm.constant 32 : i64
    %l0 = vm.load %p[0] size 1
    %u0 = vm.shl %l0, %c56 : i64
    %s0 = vm.shrs %u0, %c56 : i64
    vm.store %s0, %p[32] size 8
    %l1 = vm.load %p[8] size 2
    %u1 = vm.shl %l1, %c48 : i64
    %s1 = vm.shrs %u1, %c48 : i64
    vm.store %s1, %p[40] size 8
    %l2 = vm.load %p[16] size 4
    %u2 = vm.shl %l2, %c32 : i64
    %s2 = vm.shrs %u2, %c32 : i64
    vm.store %s2, %p[48] size 8
    vm.ret
  }
}
