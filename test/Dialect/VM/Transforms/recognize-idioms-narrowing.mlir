// RUN: vm-opt %s --pass-pipeline='builtin.module(func.func(vm-recognize-idioms))' \
// RUN:   | FileCheck %s

// CHECK-LABEL: func.func @sum(
// CHECK-SAME: %[[A:.*]]: i64, %[[B:.*]]: i64)
// CHECK: %[[A32:.*]] = arith.trunci %[[A]] : i64 to i32
// CHECK: %[[B32:.*]] = arith.trunci %[[B]] : i64 to i32
// CHECK: %[[SUM:.*]] = vm.add %[[A32]], %[[B32]] : i32
// CHECK: %[[EXTENDED:.*]] = arith.extsi %[[SUM]] : i32 to i64
// CHECK: return %[[EXTENDED]]
func.func @sum(%a: i64, %b: i64) -> i64 {
  %c32 = vm.constant 32 : i64
  %0 = vm.add %a, %b : i64
  %1 = vm.shl %0, %c32 : i64
  %2 = vm.shrs %1, %c32 : i64
  return %2 : i64
}

// Nothing is extended in between.

// CHECK-LABEL: func.func @chain(
// CHECK: vm.mul %{{.*}}, %{{.*}} : i32
// CHECK-NOT: arith.ext
// CHECK: vm.sub %{{.*}}, %{{.*}} : i32
// CHECK-NOT: arith.ext
// CHECK: vm.xor %{{.*}}, %{{.*}} : i32
// CHECK-NOT: arith.ext
// CHECK: %[[LAST:.*]] = vm.shl %{{.*}}, %{{.*}} : i32
// CHECK-NEXT: %[[EXTENDED:.*]] = arith.extsi %[[LAST]]
// CHECK-NEXT: return %[[EXTENDED]]
func.func @chain(%a: i64, %b: i64) -> i64 {
  %c31 = vm.constant 31 : i64
  %c32 = vm.constant 32 : i64
  %0 = vm.mul %a, %b : i64
  %1 = vm.shl %0, %c32 : i64
  %2 = vm.shrs %1, %c32 : i64
  %3 = vm.sub %2, %b : i64
  %4 = vm.not %a : i64
  %5 = vm.xor %3, %4 : i64
  %6 = vm.and %b, %c31 : i64
  %7 = vm.shl %5, %6 : i64
  %8 = vm.shl %7, %c32 : i64
  %9 = vm.shrs %8, %c32 : i64
  return %9 : i64
}

// The upper half is used.

// CHECK-LABEL: func.func @used_twice(
// CHECK: vm.add %{{.*}}, %{{.*}} : i64
func.func @used_twice(%a: i64, %b: i64) -> (i64, i64) {
  %c32 = vm.constant 32 : i64
  %0 = vm.add %a, %b : i64
  %1 = vm.shl %0, %c32 : i64
  %2 = vm.shrs %1, %c32 : i64
  return %0, %2 : i64, i64
}

// A shift amount may be 32 or more, which shifts by less in 32 bits.

// CHECK-LABEL: func.func @unknown_amount(
// CHECK: vm.shl %{{.*}}, %{{.*}} : i64
// CHECK: vm.shru %{{.*}}, %{{.*}} : i64
func.func @unknown_amount(%a: i64, %b: i64) -> (i64, i64) {
  %c32 = vm.constant 32 : i64
  %c63 = vm.constant 63 : i64
  %word = vm.constant 0xffffffff : i64
  %0 = vm.and %b, %c63 : i64
  %1 = vm.shl %a, %0 : i64
  %2 = vm.shl %1, %c32 : i64
  %3 = vm.shrs %2, %c32 : i64
  %4 = vm.and %a, %word : i64
  %5 = vm.shru %4, %0 : i64
  return %3, %5 : i64, i64
}

// CHECK-LABEL: func.func @shifts_right(
// CHECK-SAME: %[[A:.*]]: i32, %[[B:.*]]: i32)
// CHECK: %[[LOGICAL:.*]] = vm.shru %[[A]], %{{.*}} : i32
// CHECK: arith.extui %[[LOGICAL]] : i32 to i64
// CHECK: %[[ARITHMETIC:.*]] = vm.shrs %[[B]], %{{.*}} : i32
// CHECK: arith.extsi %[[ARITHMETIC]] : i32 to i64
func.func @shifts_right(%a: i32, %b: i32) -> (i64, i64) {
  %c31 = vm.constant 31 : i64
  %0 = arith.extui %a : i32 to i64
  %1 = arith.extsi %b : i32 to i64
  %2 = vm.and %1, %c31 : i64
  %3 = vm.shru %0, %2 : i64
  %4 = vm.shrs %1, %2 : i64
  return %3, %4 : i64, i64
}

// Zeroes do not come in from a sign.

// CHECK-LABEL: func.func @shift_of_other_sign(
// CHECK: vm.shru %{{.*}}, %{{.*}} : i64
func.func @shift_of_other_sign(%a: i32) -> i64 {
  %c5 = vm.constant 5 : i64
  %0 = arith.extsi %a : i32 to i64
  %1 = vm.shru %0, %c5 : i64
  return %1 : i64
}

// CHECK-LABEL: func.func @rotate(
// CHECK: vm.shru %{{.*}}, %{{.*}} : i32
// CHECK: vm.shl %{{.*}}, %{{.*}} : i32
// CHECK: vm.or %{{.*}}, %{{.*}} : i32
func.func @rotate(%a: i64) -> i64 {
  %word = vm.constant 0xffffffff : i64
  %c13 = vm.constant 13 : i64
  %c19 = vm.constant 19 : i64
  %c32 = vm.constant 32 : i64
  %0 = vm.and %a, %word : i64
  %1 = vm.shru %0, %c13 : i64
  %2 = vm.shl %0, %c19 : i64
  %3 = vm.or %1, %2 : i64
  %4 = vm.shl %3, %c32 : i64
  %5 = vm.shrs %4, %c32 : i64
  return %5 : i64
}

// Quotients fit in 32 bits once they are truncated, remainders always do.

// CHECK-LABEL: func.func @division(
// CHECK-SAME: %[[A:.*]]: i32, %[[B:.*]]: i32)
// CHECK-DAG: %[[QUOTIENT:.*]] = vm.div signed %[[A]], %[[B]] : i32
// CHECK-DAG: %[[REMAINDER:.*]] = vm.rem signed %[[A]], %[[B]] : i32
// CHECK-DAG: arith.extsi %[[QUOTIENT]]
// CHECK-DAG: arith.extsi %[[REMAINDER]]
func.func @division(%a: i32, %b: i32) -> (i64, i64) {
  %c32 = vm.constant 32 : i64
  %0 = arith.extsi %a : i32 to i64
  %1 = arith.extsi %b : i32 to i64
  %2 = vm.div signed %0, %1 : i64
  %3 = vm.shl %2, %c32 : i64
  %4 = vm.shrs %3, %c32 : i64
  %5 = vm.rem signed %0, %1 : i64
  return %4, %5 : i64, i64
}

// CHECK-LABEL: func.func @unsigned_division(
// CHECK-SAME: %[[A:.*]]: i32, %[[B:.*]]: i32)
// CHECK-DAG: %[[QUOTIENT:.*]] = vm.div %[[A]], %[[B]] : i32
// CHECK-DAG: %[[REMAINDER:.*]] = vm.rem %[[A]], %[[B]] : i32
// CHECK-DAG: arith.extsi %[[QUOTIENT]]
// CHECK-DAG: arith.extui %[[REMAINDER]]
func.func @unsigned_division(%a: i32, %b: i32) -> (i64, i64) {
  %c32 = vm.constant 32 : i64
  %0 = arith.extui %a : i32 to i64
  %1 = arith.extui %b : i32 to i64
  %2 = vm.div %0, %1 : i64
  %3 = vm.shl %2, %c32 : i64
  %4 = vm.shrs %3, %c32 : i64
  %5 = vm.rem %0, %1 : i64
  return %4, %5 : i64, i64
}

// -2^31 / -1 is 2^31, x / 0 is all ones: both have an upper half of their own.

// CHECK-LABEL: func.func @whole_quotient(
// CHECK: vm.div signed %{{.*}}, %{{.*}} : i64
// CHECK: vm.div %{{.*}}, %{{.*}} : i64
// CHECK: vm.div signed %{{.*}}, %{{.*}} : i64
func.func @whole_quotient(%a: i32, %b: i32) -> (i64, i64, i64) {
  %minus_one = vm.constant -1 : i64
  %0 = arith.extsi %a : i32 to i64
  %1 = arith.extsi %b : i32 to i64
  %2 = vm.div signed %0, %1 : i64
  %3 = arith.extui %a : i32 to i64
  %4 = arith.extui %b : i32 to i64
  %5 = vm.div %3, %4 : i64
  %6 = vm.div signed %0, %minus_one : i64
  return %2, %5, %6 : i64, i64, i64
}

// Operands of the other kind divide to something else.

// CHECK-LABEL: func.func @division_of_other_sign(
// CHECK: vm.rem signed %{{.*}}, %{{.*}} : i64
// CHECK: vm.rem %{{.*}}, %{{.*}} : i64
// CHECK: vm.rem signed %{{.*}}, %{{.*}} : i64
func.func @division_of_other_sign(%a: i32, %b: i32) -> (i64, i64, i64) {
  %0 = arith.extsi %a : i32 to i64
  %1 = arith.extui %b : i32 to i64
  %2 = vm.rem signed %1, %1 : i64
  %3 = vm.rem %0, %0 : i64
  %4 = vm.rem signed %0, %1 : i64
  return %2, %3, %4 : i64, i64, i64
}

// CHECK-LABEL: func.func @by_constant(
// CHECK: vm.div signed %{{.*}}, %{{.*}} : i32
// CHECK: vm.div %{{.*}}, %{{.*}} : i32
func.func @by_constant(%a: i32) -> (i64, i64) {
  %ten = vm.constant 10 : i64
  %0 = arith.extsi %a : i32 to i64
  %1 = vm.div signed %0, %ten : i64
  %2 = arith.extui %a : i32 to i64
  %3 = vm.div %2, %ten : i64
  return %1, %3 : i64, i64
}

// CHECK-LABEL: func.func @high_multiply(
// CHECK-SAME: %[[A:.*]]: i32, %[[B:.*]]: i32)
// CHECK: %{{.*}}, %[[SIGNED:.*]] = arith.mulsi_extended %[[A]], %[[B]] : i32
// CHECK: arith.extsi %[[SIGNED]] : i32 to i64
// CHECK: %{{.*}}, %[[UNSIGNED:.*]] = arith.mului_extended %[[A]], %[[B]] : i32
// CHECK: arith.extui %[[UNSIGNED]] : i32 to i64
func.func @high_multiply(%a: i32, %b: i32) -> (i64, i64) {
  %c32 = vm.constant 32 : i64
  %0 = arith.extsi %a : i32 to i64
  %1 = arith.extsi %b : i32 to i64
  %2 = vm.mul %0, %1 : i64
  %3 = vm.shrs %2, %c32 : i64
  %4 = arith.extui %a : i32 to i64
  %5 = arith.extui %b : i32 to i64
  %6 = vm.mul %4, %5 : i64
  %7 = vm.shru %6, %c32 : i64
  return %3, %7 : i64, i64
}

// Factors of two kinds, a shift by less, a product that is used as a whole.

// CHECK-LABEL: func.func @no_high_multiply(
// CHECK-NOT: _extended
// CHECK: return
func.func @no_high_multiply(%a: i32, %b: i32) -> (i64, i64, i64, i64) {
  %c31 = vm.constant 31 : i64
  %c32 = vm.constant 32 : i64
  %0 = arith.extsi %a : i32 to i64
  %1 = arith.extui %b : i32 to i64
  %2 = vm.mul %0, %1 : i64
  %3 = vm.shrs %2, %c32 : i64
  %4 = vm.mul %0, %0 : i64
  %5 = vm.shrs %4, %c31 : i64
  %6 = vm.mul %1, %1 : i64
  %7 = vm.shru %6, %c32 : i64
  return %3, %5, %6, %7 : i64, i64, i64, i64
}

// CHECK-LABEL: func.func @comparisons(
// CHECK-SAME: %[[A:.*]]: i32, %[[B:.*]]: i32)
// CHECK: vm.cmp lt, %[[A]], %[[B]] : i32
// CHECK: vm.cmp ltu, %[[A]], %[[B]] : i32
// CHECK: vm.cmp geu, %[[A]], %[[B]] : i32
// CHECK: vm.cmp lt, %{{.*}}, %{{.*}} : i64
func.func @comparisons(%a: i32, %b: i32) -> (i64, i64, i64, i64) {
  %0 = arith.extsi %a : i32 to i64
  %1 = arith.extsi %b : i32 to i64
  %2 = vm.cmp lt, %0, %1 : i64
  %3 = vm.cmp ltu, %0, %1 : i64
  %4 = arith.extui %a : i32 to i64
  %5 = arith.extui %b : i32 to i64
  %6 = vm.cmp ge, %4, %5 : i64
  %7 = vm.cmp lt, %0, %5 : i64
  return %2, %3, %6, %7 : i64, i64, i64, i64
}

// CHECK-LABEL: func.func @selection(
// CHECK-SAME: %[[A:.*]]: i32, %[[B:.*]]: i32, %[[C:.*]]: i64)
// CHECK: %[[SELECTED:.*]] = vm.select %[[C]], %[[A]], %[[B]] : i32
// CHECK: arith.extsi %[[SELECTED]] : i32 to i64
func.func @selection(%a: i32, %b: i32, %c: i64) -> i64 {
  %0 = arith.extsi %a : i32 to i64
  %1 = arith.extsi %b : i32 to i64
  %2 = vm.select %c, %0, %1 : i64
  return %2 : i64
}
