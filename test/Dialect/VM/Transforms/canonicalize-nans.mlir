// RUN: vm-opt %s --split-input-file \
// RUN:   --pass-pipeline='builtin.module(func.func(vm-canonicalize-nans))' \
// RUN:   | FileCheck %s

// CHECK-LABEL: func.func @stored
// CHECK: %[[SUM:.*]] = vm.fadd
// CHECK: %[[CANONICAL:.*]] = vm.canonicalize_nan %[[SUM]] : f32
// CHECK: arith.bitcast %[[CANONICAL]]
func.func @stored(%a: f32, %ptr: !vm.ptr<global>) {
  %sum = vm.fadd %a, %a : f32
  %bits = arith.bitcast %sum : f32 to i32
  vm.ptr.store %bits, %ptr align 4 : i32, <global>
  return
}

// -----

// Arithmetic cannot tell one NaN from another.

// CHECK-LABEL: func.func @chain
// CHECK: vm.fmul
// CHECK-NEXT: vm.fadd
// CHECK-NEXT: vm.canonicalize_nan
// CHECK-NEXT: vm.box
func.func @chain(%a: f32) -> i64 {
  %product = vm.fmul %a, %a : f32
  %sum = vm.fadd %product, %a : f32
  %bits = vm.box %sum
  return %bits : i64
}

// -----

// An accumulator is made canonical after its loop.

// CHECK-LABEL: func.func @accumulator
// CHECK: ^[[LOOP:.*]](%{{.*}}: f64):
// CHECK-NEXT: %[[SUM:.*]] = vm.fadd
// CHECK: cf.cond_br %{{.*}}, ^[[LOOP]](%[[SUM]] : f64), ^[[DONE:.*]](%[[SUM]] : f64)
// CHECK: ^[[DONE]](%[[LAST:.*]]: f64):
// CHECK-NEXT: %[[CANONICAL:.*]] = vm.canonicalize_nan %[[LAST]]
// CHECK: arith.bitcast %[[CANONICAL]]
func.func @accumulator(%x: f64, %more: i1) -> i64 {
  %zero = vm.constant 0.0 : f64
  cf.br ^loop(%zero : f64)
^loop(%acc: f64):
  %sum = vm.fadd %acc, %x : f64
  cf.cond_br %more, ^loop(%sum : f64), ^done(%sum : f64)
^done(%last: f64):
  %bits = arith.bitcast %last : f64 to i64
  return %bits : i64
}

// -----

// Bits that were loaded stay, also with another sign.

// CHECK-LABEL: func.func @loaded
// CHECK-NOT: vm.canonicalize_nan
func.func @loaded(%raw: i64) -> (i64, i64) {
  %x = arith.bitcast %raw : i64 to f64
  %negated = vm.fneg %x : f64
  %same = arith.bitcast %x : f64 to i64
  %bits = arith.bitcast %negated : f64 to i64
  return %same, %bits : i64, i64
}

// -----

// Sign injection changes the canonical NaN, so it comes before.

// CHECK-LABEL: func.func @sign_injection
// CHECK: %[[SUM:.*]] = vm.fadd
// CHECK: %[[CANONICAL:.*]] = vm.canonicalize_nan %[[SUM]]
// CHECK: %[[INJECTED:.*]] = vm.fsgnj invert, %[[CANONICAL]], %[[CANONICAL]]
// CHECK: arith.bitcast %[[INJECTED]]
func.func @sign_injection(%a: f64) -> i64 {
  %sum = vm.fadd %a, %a : f64
  %injected = vm.fsgnj invert, %sum, %sum : f64
  %bits = arith.bitcast %injected : f64 to i64
  return %bits : i64
}

// -----

// A result of arithmetic that meets loaded bits is made canonical on its edge.

// CHECK-LABEL: func.func @mixed
// CHECK: %[[SUM:.*]] = vm.fadd
// CHECK: %[[CANONICAL:.*]] = vm.canonicalize_nan %[[SUM]]
// CHECK: cf.br ^[[JOIN:.*]](%[[CANONICAL]] : f64)
// CHECK: ^[[JOIN]](%[[X:.*]]: f64):
// CHECK-NEXT: arith.bitcast %[[X]]
func.func @mixed(%raw: i64, %choice: i1) -> i64 {
  %x = arith.bitcast %raw : i64 to f64
  cf.cond_br %choice, ^join(%x : f64), ^add
^add:
  %sum = vm.fadd %x, %x : f64
  cf.br ^join(%sum : f64)
^join(%either: f64):
  %bits = arith.bitcast %either : f64 to i64
  return %bits : i64
}

// -----

// Nobody sees the bits of what is only compared.

// CHECK-LABEL: func.func @compared
// CHECK-NOT: vm.canonicalize_nan
func.func @compared(%a: f64) -> i64 {
  %sum = vm.fadd %a, %a : f64
  %0 = vm.fcmp lt, %sum, %a : f64
  return %0 : i64
}

// -----

// vm.fclass tells quiet from signalling NaNs.

// CHECK-LABEL: func.func @classified
// CHECK: %[[CANONICAL:.*]] = vm.canonicalize_nan
// CHECK: vm.fclass %[[CANONICAL]]
func.func @classified(%a: f64) -> i64 {
  %sum = vm.fadd %a, %a : f64
  %0 = vm.fclass %sum : f64
  return %0 : i64
}
