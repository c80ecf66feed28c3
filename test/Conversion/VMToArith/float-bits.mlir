// RUN: vm-opt %s --pass-pipeline='builtin.module(func.func(convert-vm-to-arith))' \
// RUN:   | FileCheck %s

// CHECK-LABEL: func.func @box
// CHECK: %[[BITS:.*]] = arith.bitcast %{{.*}} : f32 to i32
// CHECK: %[[LOW:.*]] = arith.extui %[[BITS]] : i32 to i64
// CHECK: arith.ori %[[LOW]], %c-4294967296_i64
func.func @box(%a: f32) -> i64 {
  %0 = vm.box %a
  return %0 : i64
}

// CHECK-LABEL: func.func @unbox(
// CHECK-SAME: %[[RAW:.*]]: i64)
// CHECK: %[[IS_BOXED:.*]] = arith.cmpi uge, %[[RAW]], %c-4294967296_i64
// CHECK: %[[LOW:.*]] = arith.trunci %[[RAW]] : i64 to i32
// CHECK: %[[SINGLE:.*]] = arith.bitcast %[[LOW]] : i32 to f32
// CHECK: %[[NAN:.*]] = arith.constant 0x7FC00000 : f32
// CHECK: arith.select %[[IS_BOXED]], %[[SINGLE]], %[[NAN]]
func.func @unbox(%raw: i64) -> f32 {
  %0 = vm.unbox %raw
  return %0 : f32
}

// The bit of the class, by its number.

// CHECK-LABEL: func.func @classify_single
// CHECK: arith.bitcast %{{.*}} : f32 to i32
// CHECK: %[[MASK:.*]] = arith.shli %c1_i32{{.*}}, %{{.*}} : i32
// CHECK: arith.extui %[[MASK]] : i32 to i64
func.func @classify_single(%a: f32) -> i64 {
  %0 = vm.fclass %a : f32
  return %0 : i64
}

// Signs are injected by copysign, which keeps the bits of NaNs.

// CHECK-LABEL: func.func @sign_injection(
// CHECK-SAME: %[[A:.*]]: f32, %[[B:.*]]: f32)
// CHECK: math.copysign %[[A]], %[[B]]
// CHECK: %[[INVERTED:.*]] = arith.negf %[[B]]
// CHECK: math.copysign %[[A]], %[[INVERTED]]
// CHECK: arith.xori
// CHECK: %[[SIGNS:.*]] = arith.bitcast %{{.*}} : i32 to f32
// CHECK: math.copysign %[[A]], %[[SIGNS]]
func.func @sign_injection(%a: f32, %b: f32) -> (f32, f32, f32) {
  %0 = vm.fsgnj copy, %a, %b : f32
  %1 = vm.fsgnj invert, %a, %b : f32
  %2 = vm.fsgnj xor, %a, %b : f32
  return %0, %1, %2 : f32, f32, f32
}

// CHECK-LABEL: func.func @canonicalize(
// CHECK-SAME: %[[A:.*]]: f64)
// CHECK: %[[IS_NAN:.*]] = arith.cmpf uno, %[[A]], %[[A]]
// CHECK: %[[NAN:.*]] = arith.constant 0x7FF8000000000000 : f64
// CHECK: arith.select %[[IS_NAN]], %[[NAN]], %[[A]]
func.func @canonicalize(%a: f64) -> f64 {
  %0 = vm.canonicalize_nan %a : f64
  return %0 : f64
}
