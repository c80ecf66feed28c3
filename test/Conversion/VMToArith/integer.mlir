// RUN: vm-opt %s --pass-pipeline='builtin.module(func.func(convert-vm-to-arith))' \
// RUN:   | FileCheck %s

// Amounts are taken modulo the width; a constant below it needs no mask.

// CHECK-LABEL: func.func @shifts(
// CHECK-SAME: %[[A:.*]]: i64, %[[N:.*]]: i64, %[[A32:.*]]: i32, %[[N32:.*]]: i32)
// CHECK: %[[MASKED:.*]] = arith.andi %[[N]], %c63_i64
// CHECK: arith.shli %[[A]], %[[MASKED]]
// CHECK: %[[MASKED32:.*]] = arith.andi %[[N32]], %c31_i32
// CHECK: arith.shrsi %[[A32]], %[[MASKED32]]
// CHECK-NOT: arith.andi
// CHECK: arith.shrui %[[A]], %c7_i64
func.func @shifts(%a: i64, %n: i64, %a32: i32, %n32: i32) -> (i64, i32, i64) {
  %0 = vm.shl %a, %n : i64
  %1 = vm.shrs %a32, %n32 : i32
  %seven = vm.constant 7 : i64
  %2 = vm.shru %a, %seven : i64
  return %0, %1, %2 : i64, i32, i64
}

// CHECK-LABEL: func.func @compare
// CHECK: %[[LESS:.*]] = arith.cmpi ult
// CHECK: arith.extui %[[LESS]] : i1 to i64
func.func @compare(%a: i64, %b: i64) -> i64 {
  %0 = vm.cmp ltu, %a, %b : i64
  return %0 : i64
}

// All bits of the condition count.

// CHECK-LABEL: func.func @select(
// CHECK-SAME: %[[COND:.*]]: i64, %[[A:.*]]: i64, %[[B:.*]]: i64)
// CHECK: %[[IS_SET:.*]] = arith.cmpi ne, %[[COND]], %c0_i64
// CHECK: arith.select %[[IS_SET]], %[[A]], %[[B]]
func.func @select(%cond: i64, %a: i64, %b: i64) -> i64 {
  %0 = vm.select %cond, %a, %b : i64
  return %0 : i64
}

// CHECK-LABEL: func.func @not
// CHECK: arith.xori %{{.*}}, %c-1_i64
func.func @not(%a: i64) -> i64 {
  %0 = vm.not %a : i64
  return %0 : i64
}
