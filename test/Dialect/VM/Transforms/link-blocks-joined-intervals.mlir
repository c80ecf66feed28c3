// RUN: vm-opt %s --split-input-file --vm-link-blocks=join-intervals=true | FileCheck %s
// RUN: vm-opt %s --split-input-file --vm-link-blocks="join-intervals=true stoppable=true" | FileCheck %s --check-prefix=STEPS

// A function, where it is called and where it returns to are one interval. It
// is entered for an address, and the function returns inside of it.

// CHECK-LABEL: func.func @call(
// CHECK-DAG: %[[W1:.*]] = vm.constant 1 : i64
// CHECK-DAG: %[[W5:.*]] = vm.constant 5 : i64
// CHECK-DAG: %[[W6:.*]] = vm.constant 6 : i64
// CHECK: ^[[CALLER:bb[0-9]+]]: // 2 preds
// CHECK-DAG: vm.hart.load %[[HART:[0-9]+]][%[[W5]]]
// CHECK-DAG: vm.hart.load %[[HART]][%[[W6]]]
// CHECK: ^[[RETURNED:bb[0-9]+]]: // 2 preds
// CHECK-DAG: vm.hart.load %[[HART]][%[[W5]]]
// CHECK-DAG: vm.hart.load %[[HART]][%[[W6]]]
// CHECK: ^[[LANDING:bb[0-9]+]](%[[ENTERED:.*]]: i64):
// CHECK-NEXT: vm.dispatch %[[ENTERED]] otherwise ^[[ENTER_10:bb[0-9]+]], [32] to ^[[ENTER_20:bb[0-9]+]]

// Where it returns, what has changed on the way there is stored.

// CHECK-NOT: vm.hart.{{load|store}}
// CHECK: %[[RETURN:.*]] = vm.reg.read x[1]
// CHECK: %[[TARGET:.*]] = vm.add %[[RETURN]],
// CHECK: vm.hart.store %{{.*}}, %[[HART]][%[[W1]]]
// CHECK: vm.hart.store %{{.*}}, %[[HART]][%[[W5]]]
// CHECK-NEXT: cf.br ^[[INSIDE:bb[0-9]+]](%[[TARGET]], %{{.*}}, %{{.*}} : i64, i64, i64)

// The function may be where a hart starts, too; that is not inside.

// CHECK: vm.dispatch %{{.*}} otherwise ^{{.*}}, [16, 32, 48, 64] to ^[[TO_10:bb[0-9]+]], ^[[TO_20:bb[0-9]+]], ^{{.*}}, ^{{.*}}
// CHECK: ^[[TO_10]]:
// CHECK-NEXT: cf.br ^[[LANDING]](
// CHECK: ^[[TO_20]]:
// CHECK-NEXT: cf.br ^[[LANDING]](
// CHECK: ^[[ENTER_10]]:
// CHECK-NEXT: cf.br ^[[CALLER]]
// CHECK: ^[[ENTER_20]]:
// CHECK-NEXT: cf.br ^[[RETURNED]]
// CHECK: ^[[INSIDE]](%[[TO:.*]]: i64, %{{.*}}: i64, %{{.*}}: i64):
// CHECK-NEXT: vm.dispatch %[[TO]] otherwise ^[[LEAVE:bb[0-9]+]], [16, 32] to
// CHECK: ^[[LEAVE]]:
// CHECK-NEXT: cf.br ^{{.*}}(%[[TO]],

// A step inside is counted there. Getting in is no step, and what leaves is not
// counted again.

// STEPS-LABEL: func.func @call(
// STEPS: ^{{.*}}(%[[ENTERED:.*]]: i64):
// STEPS-NEXT: vm.dispatch %[[ENTERED]] otherwise ^{{bb[0-9]+}}, [32] to
// STEPS: arith.cmpi ule
// STEPS-NEXT: vm.reg.read x[1]
// STEPS: cf.br ^[[INSIDE:bb[0-9]+]](
// STEPS: ^[[INSIDE]](%[[TO:.*]]: i64, %[[FROM:.*]]: i64, %[[AT:.*]]: i64, %[[STEP:.*]]: i1):
// STEPS-NEXT: vm.reg.read
// STEPS-NEXT: arith.extui %[[STEP]]
// STEPS: vm.dispatch %[[TO]] otherwise ^[[LEAVE:bb[0-9]+]], [16, 32] to
// STEPS: ^[[LEAVE]]:
// STEPS: cf.br ^{{.*}}(%[[TO]], %[[FROM]], %[[AT]], %[[AGAIN:.*]] : i64, i64, i64, i1)
vm.program @call entry 0x10 {
  vm.block 0x10 {
    %0 = vm.constant 0x20 : i64
    vm.reg.write x[1], %0 : i64
    vm.jmp 0x40
  }
  vm.block 0x20 {
    %0 = vm.reg.read x[5] : i64
    vm.cond_jmp %0, 0x10, 0x30
  }
  vm.block 0x30 {
    vm.fault 1
  }
  vm.block 0x40 {
    %0 = vm.reg.read x[5] : i64
    %1 = vm.reg.read x[6] : i64
    %2 = vm.add %0, %1 : i64
    vm.reg.write x[5], %2 : i64
    %3 = vm.reg.read x[1] : i64
    vm.jmp_reg %3, 0
  }
}

// -----

// A function at 0x80 that is called from two places. Where it is called, x[1]
// and x[5] are stored, and control goes to where x[5] is loaded; the function
// stores x[6] only. Where both calls have returned, x[7] of the last one is
// stored, and x[8] of what follows only behind it.

// CHECK-LABEL: func.func @function(
// CHECK-DAG: %[[W1:.*]] = vm.constant 1 : i64
// CHECK-DAG: %[[W5:.*]] = vm.constant 5 : i64
// CHECK-DAG: %[[W6:.*]] = vm.constant 6 : i64
// CHECK-DAG: %[[W7:.*]] = vm.constant 7 : i64
// CHECK-DAG: %[[W8:.*]] = vm.constant 8 : i64
// CHECK: ^[[FUNCTION:bb[0-9]+]]: // 4 preds
// CHECK-NEXT: vm.hart.load %[[HART:[0-9]+]][%[[W5]]]
// CHECK-NEXT: vm.reg.write x[5]
// CHECK-NEXT: vm.hart.load %[[HART]][%[[W1]]]
// CHECK-NEXT: vm.reg.write x[1]
// CHECK-NEXT: cf.br
// CHECK: vm.constant 9 : i64
// CHECK-NEXT: vm.reg.write x[5]
// CHECK: vm.hart.store %{{.*}}, %[[HART]][%[[W5]]]
// CHECK-NEXT: vm.reg.read x[1]
// CHECK-NEXT: vm.hart.store %{{.*}}, %[[HART]][%[[W1]]]
// CHECK-NEXT: cf.br ^[[FUNCTION]]
// CHECK: vm.reg.write x[7]
// CHECK: vm.hart.store %{{.*}}, %[[HART]][%[[W7]]]
// CHECK-NEXT: cf.br ^[[LAST:bb[0-9]+]]
// CHECK: ^[[LAST]]: // 3 preds
// CHECK: vm.reg.write x[8]
// CHECK-NOT: vm.hart.store %{{.*}}, %[[HART]][%[[W7]]]
// CHECK: vm.reg.write x[6]
// CHECK: vm.hart.store %{{.*}}, %[[HART]][%[[W6]]]
// CHECK-NEXT: cf.br
vm.program @function entry 0x10 {
  vm.block 0x10 {
    %0 = vm.constant 9 : i64
    vm.reg.write x[5], %0 : i64
    %1 = vm.constant 0x20 : i64
    vm.reg.write x[1], %1 : i64
    vm.jmp 0x80
  }
  vm.block 0x20 {
    %0 = vm.reg.read x[6] : i64
    vm.cond_jmp %0, 0x30, 0x50
  }
  vm.block 0x30 {
    %1 = vm.constant 0x40 : i64
    vm.reg.write x[1], %1 : i64
    vm.jmp 0x80
  }
  vm.block 0x40 {
    %0 = vm.reg.read x[6] : i64
    vm.reg.write x[7], %0 : i64
    vm.jmp 0x50
  }
  vm.block 0x50 {
    %0 = vm.reg.read x[6] : i64
    vm.reg.write x[8], %0 : i64
    vm.fault 1
  }
  vm.block 0x80 {
    %0 = vm.reg.read x[5] : i64
    vm.reg.write x[6], %0 : i64
    %1 = vm.reg.read x[1] : i64
    vm.jmp_reg %1, 0
  }
}

// -----

// No computed transfer goes to a loop that is inner, also not where the loop is
// the head of a part, nor one that stops.

// CHECK-LABEL: func.func @inner_loop(
// CHECK-DAG: vm.dispatch %{{.*}} otherwise ^{{.*}}, [16, 32, 80] to
// CHECK-DAG: vm.dispatch %{{.*}} otherwise ^{{.*}}, [16, 32] to
// CHECK-NOT: 64] to
// STEPS-LABEL: func.func @inner_loop(
// STEPS-COUNT-2: vm.dispatch %{{.*}} otherwise ^{{.*}}, [16, 32, 80] to
vm.program @inner_loop entry 0x10 {
  vm.block 0x10 {
    %0 = vm.constant 0x20 : i64
    vm.reg.write x[1], %0 : i64
    vm.jmp 0x40
  }
  vm.block 0x20 {
    vm.fault 1
  }
  vm.block inner 0x40 {
    %0 = vm.reg.read x[5] : i64
    vm.cond_jmp %0, 0x40, 0x50
  }
  vm.block 0x50 {
    %0 = vm.reg.read x[1] : i64
    vm.jmp_reg %0, 0
  }
}
