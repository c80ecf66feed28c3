// RUN: vm-opt %s --pass-pipeline='builtin.module(func.func(convert-vm-to-arith))' \
// RUN:   | FileCheck %s

// A divisor of 0, and the minimum by -1, divide by 1 instead.

// CHECK-LABEL: func.func @signed(
// CHECK-SAME: %[[A:.*]]: i64, %[[B:.*]]: i64)
// CHECK: %[[IS_ZERO:.*]] = arith.cmpi eq, %[[B]], %c0_i64
// CHECK: %[[IS_MINIMUM:.*]] = arith.cmpi eq, %[[A]], %c-9223372036854775808_i64
// CHECK: %[[IS_MINUS_ONE:.*]] = arith.cmpi eq, %[[B]], %c-1_i64
// CHECK: %[[OVERFLOWS:.*]] = arith.andi %{{.*}}, %{{.*}} : i1
// CHECK: %[[IS_HARMFUL:.*]] = arith.ori %[[IS_ZERO]], %[[OVERFLOWS]] : i1
// CHECK: %[[SAFE:.*]] = arith.select %[[IS_HARMFUL]], %c1_i64, %[[B]]
// CHECK: %[[QUOTIENT:.*]] = arith.divsi %[[A]], %[[SAFE]]
// CHECK: arith.select %[[IS_ZERO]], %c-1_i64{{.*}}, %[[QUOTIENT]]
func.func @signed(%a: i64, %b: i64) -> i64 {
  %0 = vm.div signed %a, %b : i64
  return %0 : i64
}

// The remainder by 0 is the dividend.

// CHECK-LABEL: func.func @unsigned_remainder(
// CHECK-SAME: %[[A:.*]]: i64, %[[B:.*]]: i64)
// CHECK: %[[IS_ZERO:.*]] = arith.cmpi eq, %[[B]], %c0_i64
// CHECK: %[[SAFE:.*]] = arith.select %[[IS_ZERO]], %c1_i64, %[[B]]
// CHECK: %[[REMAINDER:.*]] = arith.remui %[[A]], %[[SAFE]]
// CHECK: arith.select %[[IS_ZERO]], %[[A]], %[[REMAINDER]]
func.func @unsigned_remainder(%a: i64, %b: i64) -> i64 {
  %0 = vm.rem %a, %b : i64
  return %0 : i64
}

// A divisor that is known to be harmless has no guard.

// CHECK-LABEL: func.func @by_constant
// CHECK-NOT: arith.select
// CHECK: arith.divsi
// CHECK-NOT: arith.select
// CHECK: arith.remui
// CHECK-NOT: arith.select
// CHECK: return
func.func @by_constant(%a: i64) -> (i64, i64) {
  %ten = vm.constant 10 : i64
  %minus_one = vm.constant -1 : i64
  %0 = vm.div signed %a, %ten : i64
  %1 = vm.rem %a, %minus_one : i64
  return %0, %1 : i64, i64
}

// -1 is not, for signed division.

// CHECK-LABEL: func.func @by_minus_one
// CHECK: arith.select
// CHECK: arith.divsi
func.func @by_minus_one(%a: i64) -> i64 {
  %minus_one = vm.constant -1 : i64
  %0 = vm.div signed %a, %minus_one : i64
  return %0 : i64
}
