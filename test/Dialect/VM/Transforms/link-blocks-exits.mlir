// RUN: vm-opt %s --split-input-file --vm-link-blocks | FileCheck %s

// Where a hart ends inside of a block, what was written before is stored and
// nothing else. The second access ends it where x[5] and x[6] were written: x[6]
// is stored, and the rest as where the first one does.

// CHECK-LABEL: func.func @exits(
// CHECK-DAG: %[[W5:.*]] = vm.constant 5 : i64
// CHECK-DAG: %[[W6:.*]] = vm.constant 6 : i64
// CHECK-DAG: %[[W7:.*]] = vm.constant 7 : i64
// CHECK: vm.hart.load %[[HART:[0-9]+]][%[[W7]]]
// CHECK-NOT: vm.hart.load
// CHECK: vm.hart.translate
// CHECK-NEXT: cf.cond_br %{{.*}}, ^[[REST:bb[0-9]+]], ^[[FIRST:bb[0-9]+]](
// CHECK: ^[[REST]]:
// CHECK: vm.hart.translate
// CHECK-NEXT: cf.cond_br %{{.*}}, ^{{.*}}, ^[[SECOND:bb[0-9]+]](
// CHECK: ^[[FIRST]](
// CHECK-NEXT: %[[X5:.*]] = vm.reg.read x[5]
// CHECK-NEXT: vm.hart.store %[[X5]], %[[HART]][%[[W5]]]
// CHECK-NEXT: cf.br
// CHECK: ^[[SECOND]](
// CHECK-NEXT: %[[X6:.*]] = vm.reg.read x[6]
// CHECK-NEXT: vm.hart.store %[[X6]], %[[HART]][%[[W6]]]
// CHECK-NEXT: cf.br ^[[FIRST]](
vm.program @exits entry 0x10 {
  vm.block 0x10 {
    %0 = vm.constant 9 : i64
    vm.reg.write x[5], %0 : i64
    %1 = vm.reg.read x[7] : i64
    %2 = vm.load %1[0] size 8
    vm.reg.write x[6], %2 : i64
    %3 = vm.load %1[8] size 8
    vm.reg.write x[8], %3 : i64
    vm.jmp 0x20
  }
}

// -----

// A branch in front of what its block writes: what x[5] was before matters where
// it goes.

// CHECK-LABEL: func.func @early(
// CHECK-DAG: %[[W5:.*]] = vm.constant 5 : i64
// CHECK-DAG: %[[W7:.*]] = vm.constant 7 : i64
// CHECK: vm.hart.load %[[HART:[0-9]+]][%[[W7]]]
// CHECK-NEXT: vm.reg.write x[7]
// CHECK-NEXT: vm.hart.load %[[HART]][%[[W5]]]
// CHECK-NEXT: vm.reg.write x[5]
// CHECK-NEXT: cf.br
vm.program @early entry 0x10 {
  vm.block 0x10 {
    %0 = vm.reg.read x[7] : i64
    vm.side_branch eq, %0, %0, 0x20
    %1 = vm.constant 9 : i64
    vm.reg.write x[5], %1 : i64
    vm.fault 1
  }
  vm.block 0x20 {
    %0 = vm.reg.read x[5] : i64
    vm.reg.write x[6], %0 : i64
    vm.fault 2
  }
}
