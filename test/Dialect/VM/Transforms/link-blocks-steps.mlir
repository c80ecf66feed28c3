// RUN: vm-opt %s --split-input-file --vm-link-blocks=stoppable | FileCheck %s
// RUN: vm-opt %s --split-input-file --vm-link-blocks | FileCheck %s --check-prefix=OFF
// RUN: vm-opt %s --split-input-file --vm-link-blocks=stoppable --vm-promote-registers \
// RUN:   | FileCheck %s --check-prefix=PROMOTED

// OFF-NOT: {{steps|stoppable|vm.control|atomic}}

// A jump back takes a tick. Only the last one leads to the control block, which
// gives more, up to the interval, or ends the hart where it would go.

// CHECK-LABEL: func.func @back
// CHECK-SAME: vm.stoppable
// CHECK-DAG: %[[FUEL:.*]] = vm.constant 14 : i64
// CHECK-DAG: %[[STOPPED:.*]] = vm.constant 15 : i64
// CHECK-DAG: %[[FROM:.*]] = vm.constant 32 : i64
// CHECK-DAG: %[[TO:.*]] = vm.constant 16 : i64
// CHECK-DAG: %[[ZERO:.*]] = vm.constant 0 : i64
// CHECK: %[[ONE:.*]] = arith.constant 1 : i32
// CHECK: vm.reg.write steps[0], %[[ONE]] : i32
// CHECK: vm.reg.write steps[1], %[[ZERO]] : i64
// CHECK: %[[HART:.*]] = vm.hart.enter
// The jump up is no step.
// CHECK: ^{{bb[0-9]+}}:
// CHECK-NEXT: cf.br ^[[B10:bb[0-9]+]]
// CHECK: ^[[B10]]:
// CHECK-NEXT: cf.br ^[[B20:bb[0-9]+]]
// CHECK: ^[[B20]]:
// CHECK: %[[TICKS:.*]] = vm.reg.read steps[0] : i32
// CHECK: %[[LEFT:.*]] = arith.subi %[[TICKS]], %{{.*}} : i32
// CHECK: vm.reg.write steps[0], %[[LEFT]] : i32
// CHECK: cf.cond_br %{{.*}} weights([1, 1024]), ^[[ASK:bb[0-9]+]], ^[[GO:bb[0-9]+]]
// CHECK: ^[[GO]]:
// CHECK-NEXT: cf.br ^[[B10]]
// CHECK: ^[[ASK]]:
// CHECK: %[[CONTROL:.*]] = vm.control of %[[HART]] : <global>
// CHECK: vm.ptr.load %{{.*}} align 8 : <global> -> i64
// CHECK: cf.br ^{{.*}}(%[[FUEL]], %[[FROM]], %[[ZERO]], %[[ZERO]], %[[ZERO]], %[[TO]], %[[ZERO]] :
// CHECK: vm.ptr.atomic_load none, %{{.*}} : <global> -> i32
// CHECK: cf.br ^{{.*}}(%[[STOPPED]], %[[FROM]], %[[ZERO]], %[[ZERO]], %[[ZERO]], %[[TO]], %[[ZERO]] :
// CHECK: arith.minui
// CHECK: cf.br ^[[GO]]
// A start is no step either.
// CHECK: %[[NO:.*]] = arith.constant false
// CHECK: cf.cond_br %{{.*}}, ^{{.*}}(%{{.*}}, %{{.*}}, %{{.*}}, %[[NO]] : i64, i64, i64, i1)

// The count is values like any register.
// PROMOTED-LABEL: func.func @back
// PROMOTED-NOT: steps
vm.program @back entry 0x10 {
  vm.block 0x10 { vm.jmp 0x20 }
  vm.block 0x20 { vm.jmp 0x10 }
}

// -----

// The dispatch counts what its users say is a step. Where the thread may not
// take it, a target that is no block is still that.

// CHECK-LABEL: func.func @dispatch
// CHECK: %[[DOWN:.*]] = arith.cmpi ule
// CHECK: cf.br ^[[DISPATCH:bb[0-9]+]](%{{.*}}, %{{.*}}, %{{.*}}, %[[DOWN]] : i64, i64, i64, i1)
// CHECK: ^[[DISPATCH]](%[[TARGET:.*]]: i64, %[[PC:.*]]: i64, %[[OP:.*]]: i64, %[[STEP:.*]]: i1):
// CHECK: %[[TAKEN:.*]] = arith.extui %[[STEP]] : i1 to i32
// CHECK: arith.subi %{{.*}}, %[[TAKEN]] : i32
// CHECK: vm.dispatch %[[TARGET]] otherwise ^[[LEFT:bb[0-9]+]], [16] to ^{{.*}}
// CHECK: cf.br ^[[STOPPED:bb[0-9]+]](%{{.*}}, %[[TARGET]], %[[PC]], %[[OP]] : i64, i64, i64, i64)
// CHECK: ^[[LEFT]]:
// CHECK-NEXT: cf.br ^[[EXIT:bb[0-9]+]](%[[LEFT_REGION:[0-9]+]], %[[PC]], %[[OP]],
// CHECK: ^[[STOPPED]](%[[STATUS:.*]]: i64, %[[TO:.*]]: i64, %[[FROM:.*]]: i64, %[[AT:.*]]: i64):
// CHECK-NEXT: vm.dispatch %[[TO]] otherwise ^[[NO_BLOCK:bb[0-9]+]], [16] to ^[[END:bb[0-9]+]]
// CHECK-NEXT: ^[[END]]:
// CHECK-NEXT: cf.br ^[[EXIT]](%[[STATUS]], %[[FROM]], %[[AT]],
// CHECK-NEXT: ^[[NO_BLOCK]]:
// CHECK-NEXT: cf.br ^[[EXIT]](%[[LEFT_REGION]], %[[FROM]], %[[AT]],
vm.program @dispatch entry 0x10 {
  vm.block 0x10 {
    %0 = vm.reg.read x[5] : i64
    vm.jmp_reg %0, 0
  }
}

// -----

// A kernel has no hart to keep an exit record: the first thread that does not
// return writes it to the control block.

// CHECK-LABEL: func.func @kernel
// CHECK: %[[ONE:.*]] = vm.constant 1 : i64
// CHECK: ^{{.*}}(%[[STATUS:.*]]: i64, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64):
// CHECK: %[[BAD:.*]] = arith.cmpi ne, %[[STATUS]], %[[ONE]]
// CHECK: cf.cond_br %[[BAD]], ^{{.*}}, ^[[END:bb[0-9]+]]
// CHECK: vm.control : <global>
// CHECK: vm.ptr.atomic_rmw add none
// CHECK: vm.ptr.store %[[STATUS]]
// CHECK-COUNT-3: vm.gpu.block_id
// CHECK: ^[[END]]:
// CHECK-NEXT: vm.exit
vm.program @kernel entry 0x10 attributes {params = []} {
  vm.block 0x10 { vm.fault 7 }
}
