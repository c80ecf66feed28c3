// RUN: vm-compile %s --target=nvptx64:sm_90 --emit=ptx | FileCheck %s

// IEEE arithmetic: nothing is contracted, approximated or flushed to zero.

// CHECK-LABEL: .visible .entry float(
// CHECK-NOT: {{\.ftz|\.approx|fma\.}}
// CHECK: mul.rn.f32
// CHECK-NOT: {{\.ftz|\.approx|fma\.}}
// CHECK: add.rn.f32
// CHECK-NOT: {{\.ftz|\.approx|fma\.}}
// CHECK: div.rn.f32
// CHECK-NOT: {{\.ftz|\.approx|fma\.}}
// CHECK: sqrt.rn.f32
// CHECK-NOT: {{\.ftz|\.approx|fma\.}}
// CHECK: div.rn.f64
// CHECK-NOT: {{\.ftz|\.approx|fma\.}}
// CHECK: fma.rn.f64
// CHECK-NOT: {{\.ftz|\.approx}}
// CHECK: ret;
vm.program @float entry 0x1000 attributes {
    params = [#vm.param<buffer>, #vm.param<f32>, #vm.param<f64>]} {
  vm.block 0x1000 {
    %p = vm.reg.read x[10] : i64
    %a = vm.reg.read f[10] : f32
    %0 = vm.fmul %a, %a : f32
    %1 = vm.fadd %0, %a : f32
    %2 = vm.fdiv %1, %a : f32
    %3 = vm.fsqrt %2 : f32
    vm.reg.write f[2], %3 : f32
    %4 = vm.reg.read f[2] : i64
    vm.fstore %4, %p[0] size 4
    %b = vm.reg.read f[11] : f64
    %5 = vm.fdiv %b, %b : f64
    %6 = vm.fmadd %5, %b, %b : f64
    vm.reg.write f[1], %6 : f64
    %7 = vm.reg.read f[1] : i64
    vm.fstore %7, %p[8] size 8
    vm.ret
  }
}
