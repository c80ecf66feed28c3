// RUN: vm-opt %s --pass-pipeline='builtin.module(func.func(vm-recognize-idioms))' \
// RUN:   | FileCheck %s

// CHECK-LABEL: func.func @sign_extensions(
// CHECK-SAME: %[[A:.*]]: i64)
// CHECK: %[[BYTE:.*]] = arith.trunci %[[A]] : i64 to i8
// CHECK: %[[EXTENDED_BYTE:.*]] = arith.extsi %[[BYTE]] : i8 to i64
// CHECK: %[[HALF:.*]] = arith.trunci %[[A]] : i64 to i16
// CHECK: %[[EXTENDED_HALF:.*]] = arith.extsi %[[HALF]] : i16 to i64
// CHECK: %[[WORD:.*]] = arith.trunci %[[A]] : i64 to i32
// CHECK: %[[EXTENDED_WORD:.*]] = arith.extsi %[[WORD]] : i32 to i64
// CHECK: return %[[EXTENDED_BYTE]], %[[EXTENDED_HALF]], %[[EXTENDED_WORD]]
func.func @sign_extensions(%a: i64) -> (i64, i64, i64) {
  %c56 = vm.constant 56 : i64
  %c48 = vm.constant 48 : i64
  %c32 = vm.constant 32 : i64
  %0 = vm.shl %a, %c56 : i64
  %1 = vm.shrs %0, %c56 : i64
  %2 = vm.shl %a, %c48 : i64
  %3 = vm.shrs %2, %c48 : i64
  %4 = vm.shl %a, %c32 : i64
  %5 = vm.shrs %4, %c32 : i64
  return %1, %3, %5 : i64, i64, i64
}

// CHECK-LABEL: func.func @zero_extensions(
// CHECK-SAME: %[[A:.*]]: i64)
// CHECK: %[[BYTE:.*]] = arith.trunci %[[A]] : i64 to i8
// CHECK: arith.extui %[[BYTE]] : i8 to i64
// CHECK: %[[HALF:.*]] = arith.trunci %[[A]] : i64 to i16
// CHECK: arith.extui %[[HALF]] : i16 to i64
// CHECK: %[[WORD:.*]] = arith.trunci %[[A]] : i64 to i32
// CHECK: arith.extui %[[WORD]] : i32 to i64
func.func @zero_extensions(%a: i64) -> (i64, i64, i64) {
  %byte = vm.constant 0xff : i64
  %c48 = vm.constant 48 : i64
  %word = vm.constant 0xffffffff : i64
  %0 = vm.and %a, %byte : i64
  %1 = vm.shl %a, %c48 : i64
  %2 = vm.shru %1, %c48 : i64
  %3 = vm.and %a, %word : i64
  return %0, %2, %3 : i64, i64, i64
}

// A load gives what it loads zero-extended.

// CHECK-LABEL: func.func @load(
// CHECK: %[[LOADED:.*]] = vm.ptr.load
// CHECK-NEXT: %[[EXTENDED:.*]] = arith.extsi %[[LOADED]] : i8 to i64
// CHECK-NEXT: return %[[EXTENDED]]
func.func @load(%ptr: !vm.ptr<global>) -> i64 {
  %c56 = vm.constant 56 : i64
  %0 = vm.ptr.load %ptr align 1 : <global> -> i8
  %1 = arith.extui %0 : i8 to i64
  %2 = vm.shl %1, %c56 : i64
  %3 = vm.shrs %2, %c56 : i64
  return %3 : i64
}

// A shift and an extension in two shifts.

// CHECK-LABEL: func.func @shifts(
// CHECK-SAME: %[[A:.*]]: i64)
// CHECK-DAG: %[[FIVE:.*]] = vm.constant 5 : i32
// CHECK-DAG: %[[WORD:.*]] = arith.trunci %[[A]] : i64 to i32
// CHECK: %[[LEFT:.*]] = vm.shl %[[WORD]], %[[FIVE]] : i32
// CHECK: arith.extsi %[[LEFT]] : i32 to i64
// CHECK: %[[RIGHT:.*]] = vm.shru %{{.*}}, %[[FIVE]] : i32
// CHECK: arith.extui %[[RIGHT]] : i32 to i64
// CHECK: %[[SIGNED:.*]] = vm.shrs %{{.*}}, %[[FIVE]] : i32
// CHECK: arith.extsi %[[SIGNED]] : i32 to i64
func.func @shifts(%a: i64) -> (i64, i64, i64) {
  %c32 = vm.constant 32 : i64
  %c37 = vm.constant 37 : i64
  %0 = vm.shl %a, %c37 : i64
  %1 = vm.shrs %0, %c32 : i64
  %2 = vm.shl %a, %c32 : i64
  %3 = vm.shru %2, %c37 : i64
  %4 = vm.shl %a, %c32 : i64
  %5 = vm.shrs %4, %c37 : i64
  return %1, %3, %5 : i64, i64, i64
}

// These are no extensions.

// CHECK-LABEL: func.func @other(
// CHECK-NOT: arith
// CHECK: return
func.func @other(%a: i64, %b: i64) -> (i64, i64, i64, i64) {
  %c31 = vm.constant 31 : i64
  %c24 = vm.constant 24 : i64
  %c16 = vm.constant 16 : i64
  %mask = vm.constant 0x1fe : i64
  %0 = vm.shl %a, %c31 : i64
  %1 = vm.shrs %0, %c31 : i64
  %2 = vm.shl %a, %c16 : i64
  %3 = vm.shrs %2, %c24 : i64
  %4 = vm.and %a, %mask : i64
  %5 = vm.shl %a, %b : i64
  %6 = vm.shrs %5, %b : i64
  return %1, %3, %4, %6 : i64, i64, i64, i64
}
