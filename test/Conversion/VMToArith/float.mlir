// RUN: vm-opt %s --pass-pipeline='builtin.module(func.func(convert-vm-to-arith))' \
// RUN:   | FileCheck %s

// CHECK-LABEL: func.func @minimum_maximum
// CHECK: llvm.call_intrinsic "llvm.minimumnum"{{.*}}(f32, f32) -> f32
// CHECK: llvm.call_intrinsic "llvm.maximumnum"{{.*}}(f64, f64) -> f64
func.func @minimum_maximum(%a: f32, %b: f64) -> (f32, f64) {
  %0 = vm.fmin %a, %a : f32
  %1 = vm.fmax %b, %b : f64
  return %0, %1 : f32, f64
}

// Nothing may be contracted or reordered.

// CHECK-LABEL: func.func @plain
// CHECK-NOT: fastmath
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: arith.divf
// CHECK: math.sqrt
// CHECK-NOT: fastmath
func.func @plain(%a: f32) -> f32 {
  %0 = vm.fmul %a, %a : f32
  %1 = vm.fadd %0, %a : f32
  %2 = vm.fdiv %1, %a : f32
  %3 = vm.fsqrt %2 : f32
  return %3 : f32
}

// RISC-V negates the product.

// CHECK-LABEL: func.func @fused(
// CHECK-SAME: %[[A:.*]]: f64, %[[B:.*]]: f64, %[[C:.*]]: f64)
// CHECK: math.fma %[[A]], %[[B]], %[[C]]
// CHECK: %[[MINUS_C:.*]] = arith.negf %[[C]]
// CHECK: math.fma %[[A]], %[[B]], %[[MINUS_C]]
// CHECK-DAG: %[[MINUS_A:.*]] = arith.negf %[[A]]
// CHECK-DAG: %[[MINUS_C2:.*]] = arith.negf %[[C]]
// CHECK: math.fma %[[MINUS_A]], %[[B]], %[[MINUS_C2]]
// CHECK: %[[MINUS_A2:.*]] = arith.negf %[[A]]
// CHECK: math.fma %[[MINUS_A2]], %[[B]], %[[C]]
func.func @fused(%a: f64, %b: f64, %c: f64) -> (f64, f64, f64, f64) {
  %0 = vm.fmadd %a, %b, %c : f64
  %1 = vm.fmsub %a, %b, %c : f64
  %2 = vm.fnmadd %a, %b, %c : f64
  %3 = vm.fnmsub %a, %b, %c : f64
  return %0, %1, %2, %3 : f64, f64, f64, f64
}

// LLVM's saturating conversion makes 0 of a NaN, RISC-V's the maximum. A word is
// sign-extended even where it is unsigned.

// CHECK-LABEL: func.func @to_integer(
// CHECK-SAME: %[[A:.*]]: f32, %[[B:.*]]: f64)
// CHECK: %[[WORD:.*]] = llvm.call_intrinsic "llvm.fptoui.sat"(%[[A]]) : (f32) -> i32
// CHECK: %[[IS_NAN:.*]] = arith.cmpf uno, %[[A]], %[[A]]
// CHECK: %[[RESULT:.*]] = arith.select %[[IS_NAN]], %c-1_i32, %[[WORD]]
// CHECK: arith.extsi %[[RESULT]] : i32 to i64
// CHECK: %[[LONG:.*]] = llvm.call_intrinsic "llvm.fptosi.sat"(%[[B]]) : (f64) -> i64
// CHECK: arith.select %{{.*}}, %c9223372036854775807_i64, %[[LONG]]
func.func @to_integer(%a: f32, %b: f64) -> (i64, i64) {
  %0 = vm.f_to_int 32, %a : f32
  %1 = vm.f_to_int signed 64, %b : f64
  return %0, %1 : i64, i64
}

// CHECK-LABEL: func.func @from_integer
// CHECK: %[[WORD:.*]] = arith.trunci %{{.*}} : i64 to i32
// CHECK: arith.sitofp %[[WORD]] : i32 to f64
// CHECK: arith.uitofp %{{.*}} : i64 to f32
func.func @from_integer(%a: i64) -> (f64, f32) {
  %0 = vm.int_to_f signed 32, %a : f64
  %1 = vm.int_to_f 64, %a : f32
  return %0, %1 : f64, f32
}

// A NaN compares as false.

// CHECK-LABEL: func.func @compare
// CHECK: arith.cmpf ole
func.func @compare(%a: f64) -> i64 {
  %0 = vm.fcmp le, %a, %a : f64
  return %0 : i64
}
