// RUN: vm-opt %s --split-input-file --vm-link-blocks | FileCheck %s

// A loop with what is before and behind it is one interval: registers are
// loaded where control enters if their values matter, and stored where the hart
// ends. The loop does neither.

// CHECK-LABEL: func.func @loop(
// CHECK-DAG: %[[W5:.*]] = vm.constant 5 : i64
// CHECK-DAG: %[[W6:.*]] = vm.constant 6 : i64
// CHECK: ^[[ALL:bb[0-9]+]]:
// CHECK-NEXT: %[[X6:.*]] = vm.hart.load %[[HART:[0-9]+]][%[[W6]]]
// CHECK-NEXT: vm.reg.write x[6], %[[X6]]
// CHECK-NEXT: cf.br
// CHECK-NOT: vm.hart
// CHECK: cf.br ^[[LOOP:bb[0-9]+]]
// CHECK: ^[[LOOP]]:
// CHECK-NOT: vm.hart
// CHECK: cf.cond_br %{{.*}}, ^[[AGAIN:bb[0-9]+]], ^{{.*}}
// CHECK: ^[[AGAIN]]:
// CHECK-NEXT: cf.br ^[[LOOP]]
// CHECK: cf.br ^[[FAULT:bb[0-9]+]](

// The loop is there a second time for harts that start there. It is left for
// where 0x30 stands alone, with x[5] stored; x[6] has not changed.

// CHECK: vm.hart.load %[[HART]][%[[W5]]]
// CHECK: vm.hart.load %[[HART]][%[[W6]]]
// CHECK-NOT: vm.hart
// CHECK: vm.hart.store %{{[0-9]+}}, %[[HART]][%[[W5]]]
// CHECK-NEXT: cf.br ^[[END_ALONE:bb[0-9]+]]

// CHECK: vm.dispatch %{{.*}} otherwise ^{{.*}}, [16, 32, 48] to ^[[TO_ALL:bb[0-9]+]], ^[[TO_BODY:bb[0-9]+]], ^[[TO_END:bb[0-9]+]]
// CHECK: ^[[TO_ALL]]:
// CHECK-NEXT: cf.br ^[[ALL]]
// CHECK: ^[[TO_BODY]]:
// CHECK-NEXT: cf.br ^{{bb[0-9]+}}
// CHECK: ^[[TO_END]]:
// CHECK-NEXT: cf.br ^[[END_ALONE]]

// An interval ends a hart by itself.

// CHECK: ^[[FAULT]](
// CHECK-NEXT: %[[LAST:.*]] = vm.reg.read x[5]
// CHECK-NEXT: vm.hart.store %[[LAST]], %[[HART]][%[[W5]]]
// CHECK-NEXT: cf.br ^{{bb[0-9]+}}(
vm.program @loop entry 0x10 {
  vm.block 0x10 {
    %0 = vm.constant 9 : i64
    vm.reg.write x[5], %0 : i64
    vm.jmp 0x20
  }
  vm.block 0x20 {
    %0 = vm.reg.read x[5] : i64
    %1 = vm.reg.read x[6] : i64
    %2 = vm.add %0, %1 : i64
    vm.reg.write x[5], %2 : i64
    vm.cond_jmp %2, 0x20, 0x30
  }
  vm.block 0x30 {
    vm.fault 1
  }
}

// -----

// A block whose address is a constant is where something will return to: it is
// an interval of its own, so that it is there only once, and x[7] with it.

// CHECK-LABEL: func.func @call(
// CHECK: %[[W7:.*]] = vm.constant 7 : i64
// CHECK: vm.hart.load %{{.*}}[%[[W7]]]
// CHECK-NOT: [%[[W7]]]
// CHECK: vm.exit
vm.program @call entry 0x10 {
  vm.block 0x10 {
    %0 = vm.constant 0x20 : i64
    vm.reg.write x[1], %0 : i64
    vm.jmp 0x20
  }
  vm.block 0x20 {
    %0 = vm.reg.read x[7] : i64
    vm.reg.write x[8], %0 : i64
    vm.jmp_reg %0, 0
  }
}

// -----

// Nobody starts inside of a loop whose blocks are inner, nor gets there by a
// computed transfer: it is there once.

// CHECK-LABEL: func.func @inner(
// CHECK: vm.reg.read x[6]
// CHECK-NOT: vm.reg.read x[6]
// CHECK: vm.dispatch %{{.*}} otherwise ^{{.*}}, [16, 48] to
// CHECK-NOT: vm.dispatch
vm.program @inner entry 0x10 {
  vm.block 0x10 {
    vm.jmp 0x20
  }
  vm.block inner 0x20 {
    %0 = vm.reg.read x[5] : i64
    %1 = vm.reg.read x[6] : i64
    %2 = vm.add %0, %1 : i64
    vm.reg.write x[5], %2 : i64
    vm.cond_jmp %2, 0x20, 0x30
  }
  vm.block 0x30 {
    vm.fault 1
  }
}

// -----

// Where a hart may start in the middle, what follows there has copies, too.

// CHECK-LABEL: func.func @follows(
// CHECK-COUNT-2: vm.reg.read x[6]
// CHECK-NOT: vm.reg.read x[6]
// CHECK: vm.dispatch %{{.*}} otherwise ^{{.*}}, [16, 32] to
// CHECK-NOT: vm.dispatch
vm.program @follows entry 0x10 {
  vm.block 0x10 {
    vm.jmp 0x20
  }
  vm.block 0x20 {
    vm.jmp 0x30
  }
  vm.block inner 0x30 {
    %0 = vm.reg.read x[6] : i64
    vm.reg.write x[5], %0 : i64
    vm.fault 1
  }
}
