// RUN: vm-opt %s --split-input-file \
// RUN:   --pass-pipeline='builtin.module(func.func(vm-type-float-registers,canonicalize))' \
// RUN:   | FileCheck %s

// Only boxed f32 flow in: the argument is an f32, without boxes in the loop.

// CHECK-LABEL: func.func @single
// CHECK: ^[[LOOP:.*]](%[[SUM:.*]]: f32):
// CHECK-NEXT: %[[NEXT:.*]] = vm.fadd %[[SUM]]
// CHECK-NOT: vm.unbox
// CHECK: cf.cond_br %{{.*}}, ^[[LOOP]](%[[NEXT]] : f32)
func.func @single(%start: f32, %more: i1) -> i64 {
  %box = vm.box %start
  cf.br ^loop(%box : i64)
^loop(%raw: i64):
  %x = vm.unbox %raw
  %sum = vm.fadd %x, %x : f32
  %next = vm.box %sum
  cf.cond_br %more, ^loop(%next : i64), ^done
^done:
  return %next : i64
}

// -----

// A constant with the bits of a boxed f32 does not stand in the way.

// CHECK-LABEL: func.func @single_constant
// CHECK: ^{{.*}}(%{{.*}}: f32):
func.func @single_constant(%start: f32, %more: i1) -> i64 {
  %one = vm.constant -3229614080 : i64
  %box = vm.box %start
  cf.cond_br %more, ^join(%one : i64), ^other
^other:
  vm.gpu.barrier
  cf.br ^join(%box : i64)
^join(%raw: i64):
  return %raw : i64
}

// -----

// CHECK-LABEL: func.func @double
// CHECK: ^[[LOOP:.*]](%[[SUM:.*]]: f64):
// CHECK-NEXT: %[[NEXT:.*]] = vm.fadd %[[SUM]]
// CHECK: cf.cond_br %{{.*}}, ^[[LOOP]](%[[NEXT]] : f64)
func.func @double(%start: i64, %more: i1) -> i64 {
  cf.br ^loop(%start : i64)
^loop(%raw: i64):
  %x = arith.bitcast %raw : i64 to f64
  %sum = vm.fadd %x, %x : f64
  %next = arith.bitcast %sum : f64 to i64
  cf.cond_br %more, ^loop(%next : i64), ^done
^done:
  return %next : i64
}

// -----

// Bits of unknown origin may be no boxed f32: they stay raw.

// CHECK-LABEL: func.func @mixed
// CHECK: ^{{.*}}(%[[RAW:.*]]: i64):
// CHECK: vm.unbox %[[RAW]]
func.func @mixed(%single: f32, %bits: i64, %choice: i1) -> f32 {
  %box = vm.box %single
  cf.cond_br %choice, ^join(%box : i64), ^other
^other:
  vm.gpu.barrier
  cf.br ^join(%bits : i64)
^join(%raw: i64):
  %x = vm.unbox %raw
  return %x : f32
}

// -----

// Integers stay integers.

// CHECK-LABEL: func.func @integer
// CHECK: ^{{.*}}(%{{.*}}: i64):
func.func @integer(%start: i64, %more: i1) -> i64 {
  cf.br ^loop(%start : i64)
^loop(%x: i64):
  %next = vm.add %x, %x : i64
  cf.cond_br %more, ^loop(%next : i64), ^done
^done:
  return %next : i64
}

// -----

// What only passes through a block on its way is an f64 there, too.

// CHECK-LABEL: func.func @passed_on
// CHECK: ^{{.*}}(%{{.*}}: f64):
// CHECK: ^{{.*}}(%{{.*}}: f64):
// CHECK: ^{{.*}}(%{{.*}}: f64):
// CHECK-NOT: i64):
func.func @passed_on(%start: f64, %more: i1, %leave: i1) -> f64 {
  %first = arith.bitcast %start : f64 to i64
  cf.br ^head(%first : i64)
^head(%raw: i64):
  cf.cond_br %leave, ^done(%raw : i64), ^body(%raw : i64)
^body(%passed: i64):
  vm.gpu.barrier
  cf.br ^latch(%passed : i64)
^latch(%last: i64):
  %x = arith.bitcast %last : i64 to f64
  %sum = vm.fadd %x, %x : f64
  %next = arith.bitcast %sum : f64 to i64
  cf.cond_br %more, ^head(%next : i64), ^done(%next : i64)
^done(%end: i64):
  %result = arith.bitcast %end : i64 to f64
  return %result : f64
}
