// Integer arithmetic, shifts, comparisons and constants.
// RUN: vm-opt %s | vm-opt | FileCheck %s
// RUN: vm-opt %s --emit-bytecode | vm-opt | FileCheck %s

vm.program @integer entry 0x1000 {
  vm.block 0x1000 {
    %a = vm.reg.read x[5] : i64
    %b = vm.reg.read x[6] : i64
    %add = vm.add %a, %b : i64
    %sub = vm.sub %a, %b : i64
    %mul = vm.mul %a, %b : i64
    %and = vm.and %a, %b : i64
    %or = vm.or %a, %b : i64
    %xor = vm.xor %a, %b : i64
    %shl = vm.shl %a, %b : i64
    %shru = vm.shru %a, %b : i64
    %shrs = vm.shrs %a, %b : i64
    %div = vm.div %a, %b : i64
    %sdiv = vm.div signed %a, %b : i64
    %rem = vm.rem %a, %b : i64
    %srem = vm.rem signed %a, %b : i64
    %mulh = vm.mul_high signed %a, signed %b : i64
    %mulhsu = vm.mul_high signed %a, %b : i64
    %mulhu = vm.mul_high %a, %b : i64
    %byte = vm.sign_extend 8, %a
    %not = vm.not %a : i64
    %cmp_eq = vm.cmp eq, %a, %b : i64
    %cmp_ne = vm.cmp ne, %a, %b : i64
    %cmp_lt = vm.cmp lt, %a, %b : i64
    %cmp_ltu = vm.cmp ltu, %a, %b : i64
    %cmp_ge = vm.cmp ge, %a, %b : i64
    %cmp_geu = vm.cmp geu, %a, %b : i64
    %select = vm.select %a, %a, %b : i64
    %c = vm.constant -1 : i64
    %f = vm.constant 1.500000e+00 : f32
    vm.nop
    vm.ret
  }
}

// CHECK: vm.program @integer entry 0x1000 {
// CHECK-NEXT: vm.block 0x1000 {
// CHECK-NEXT: %{{.*}} = vm.reg.read x[5] : i64
// CHECK-NEXT: %{{.*}} = vm.reg.read x[6] : i64
// CHECK-NEXT: %{{.*}} = vm.add %{{.*}}, %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.sub %{{.*}}, %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.mul %{{.*}}, %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.and %{{.*}}, %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.or %{{.*}}, %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.xor %{{.*}}, %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.shl %{{.*}}, %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.shru %{{.*}}, %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.shrs %{{.*}}, %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.div %{{.*}}, %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.div signed %{{.*}}, %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.rem %{{.*}}, %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.rem signed %{{.*}}, %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.mul_high signed %{{.*}}, signed %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.mul_high signed %{{.*}}, %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.mul_high %{{.*}}, %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.sign_extend 8, %{{.*}}
// CHECK-NEXT: %{{.*}} = vm.not %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.cmp eq, %{{.*}}, %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.cmp ne, %{{.*}}, %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.cmp lt, %{{.*}}, %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.cmp ltu, %{{.*}}, %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.cmp ge, %{{.*}}, %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.cmp geu, %{{.*}}, %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.select %{{.*}}, %{{.*}}, %{{.*}} : i64
// CHECK-NEXT: %{{.*}} = vm.constant -1 : i64
// CHECK-NEXT: %{{.*}} = vm.constant 1.500000e+00 : f32
// CHECK-NEXT: vm.nop
// CHECK-NEXT: vm.ret
// CHECK-NEXT: }
// CHECK-NEXT: }
// CHECK-NEXT: }
