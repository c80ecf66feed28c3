// RUN: vm-opt %s --split-input-file \
// RUN:   --pass-pipeline='builtin.module(func.func(vm-promote-registers))' \
// RUN:   | FileCheck %s

// A register that a loop changes is an argument of the loop; no access of a
// register or slot is left.

// CHECK-LABEL: func.func @loop(
// CHECK-SAME: , %[[START:.*]]: i64)
// CHECK-NOT: memref
// CHECK-NOT: vm.reg
// CHECK: cf.br ^[[LOOP:.*]](%[[START]] : i64)
// CHECK: ^[[LOOP]](%[[X10:.*]]: i64):
// CHECK: %[[NEXT:.*]] = vm.add %[[X10]]
// CHECK: cf.cond_br %{{.*}}, ^[[LOOP]](%[[NEXT]] : i64), ^[[DONE:.*]]
// CHECK: ^[[DONE]]:
// CHECK: vm.ptr.store %[[NEXT]]
func.func @loop(%ptr: !vm.ptr<global>, %start: i64)
    attributes {vm.mode = #vm.mode<kernel>} {
  vm.reg.write x[10], %start : i64
  cf.br ^loop
^loop:
  %one = vm.constant 1 : i64
  %x = vm.reg.read x[10] : i64
  %next = vm.add %x, %one : i64
  vm.reg.write x[10], %next : i64
  %zero = vm.constant 0 : i64
  %more = arith.cmpi ne, %next, %zero : i64
  cf.cond_br %more, ^loop, ^done
^done:
  %last = vm.reg.read x[10] : i64
  vm.ptr.store %last, %ptr align 8 : i64, <global>
  return
}

// -----

// Register files are told apart, and blocks that nothing reaches go.

// CHECK-LABEL: func.func @files(
// CHECK-SAME: , %[[A:[^:]*]]: i64, %[[B:[^:]*]]: i64)
// CHECK: vm.ptr.store %[[A]]
// CHECK: vm.ptr.store %[[B]]
// CHECK-NOT: vm.nop
func.func @files(%ptr: !vm.ptr<global>, %a: i64, %b: i64)
    attributes {vm.mode = #vm.mode<kernel>} {
  vm.reg.write x[3], %a : i64
  vm.reg.write f[3], %b : i64
  %0 = vm.reg.read x[3] : i64
  vm.ptr.store %0, %ptr align 8 : i64, <global>
  %1 = vm.reg.read f[3] : i64
  vm.ptr.store %1, %ptr align 8 : i64, <global>
  return
^unreached:
  vm.nop
  cf.br ^unreached
}

// -----

// A function that is no linked program is left alone.

// CHECK-LABEL: func.func @other
// CHECK: vm.reg.read x[3]
func.func @other() -> i64 {
  %0 = vm.reg.read x[3] : i64
  return %0 : i64
}
