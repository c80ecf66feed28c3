// Lanes within registers.
// RUN: vm-opt %s | vm-opt | FileCheck %s
// RUN: vm-opt %s --emit-bytecode | vm-opt | FileCheck %s

vm.program @vector entry 0x1000 {
  vm.block 0x1000 {
    %a = vm.reg.read x[5] : i64
    %b = vm.reg.read x[6] : i64
    %add = vm.vec.binary add, %a, %b lanes 4
    %sub = vm.vec.binary sub, %a, %b lanes 4
    %mul = vm.vec.binary mul, %a, %b lanes 4
    %shl = vm.vec.shift shl, %a, %b lanes 2
    %srl = vm.vec.shift srl, %a, %b lanes 2
    %sra = vm.vec.shift sra, %a, %b lanes 2
    %sat = vm.vec.saturating add signed (%a), (%b) lanes 1 : (i64), (i64) -> (i64)
    %sat2:2 = vm.vec.saturating add (%a, %b), (%b, %a) lanes 2 : (i64, i64), (i64, i64) -> (i64, i64)
    %sat4:4 = vm.vec.saturating mul (%a, %b, %a, %b), (%b, %a, %b, %a) lanes 8 : (i64, i64, i64, i64), (i64, i64, i64, i64) -> (i64, i64, i64, i64)
    %broadcast = vm.broadcast %a size 4
    vm.ret
  }
}

// CHECK: vm.program @vector entry 0x1000 {
// CHECK-NEXT: vm.block 0x1000 {
// CHECK-NEXT: %{{.*}} = vm.reg.read x[5] : i64
// CHECK-NEXT: %{{.*}} = vm.reg.read x[6] : i64
// CHECK-NEXT: %{{.*}} = vm.vec.binary add, %{{.*}}, %{{.*}} lanes 4
// CHECK-NEXT: %{{.*}} = vm.vec.binary sub, %{{.*}}, %{{.*}} lanes 4
// CHECK-NEXT: %{{.*}} = vm.vec.binary mul, %{{.*}}, %{{.*}} lanes 4
// CHECK-NEXT: %{{.*}} = vm.vec.shift shl, %{{.*}}, %{{.*}} lanes 2
// CHECK-NEXT: %{{.*}} = vm.vec.shift srl, %{{.*}}, %{{.*}} lanes 2
// CHECK-NEXT: %{{.*}} = vm.vec.shift sra, %{{.*}}, %{{.*}} lanes 2
// CHECK-NEXT: %{{.*}} = vm.vec.saturating add signed(%{{.*}}), (%{{.*}}) lanes 1 : (i64), (i64) -> (i64)
// CHECK-NEXT: %{{.*}} = vm.vec.saturating add(%{{.*}}, %{{.*}}), (%{{.*}}, %{{.*}}) lanes 2 : (i64, i64), (i64, i64) -> (i64, i64)
// CHECK-NEXT: %{{.*}} = vm.vec.saturating mul(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}), (%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) lanes 8 : (i64, i64, i64, i64), (i64, i64, i64, i64) -> (i64, i64, i64, i64)
// CHECK-NEXT: %{{.*}} = vm.broadcast %{{.*}} size 4
// CHECK-NEXT: vm.ret
// CHECK-NEXT: }
// CHECK-NEXT: }
// CHECK-NEXT: }
