// RUN: vm-opt %s --vm-link-blocks | FileCheck %s

// A thread without a hart, and a hart that is not at a block's start, does
// nothing; one that is at the return address has returned. Registers that are
// read come from the state's words where control enters, and those that are
// written go back there where it leaves.

// CHECK-LABEL: func.func @hart(
// CHECK-SAME: %[[LAUNCH:.*]]: !vm.ptr<global>)
// CHECK-SAME: vm.mode = #vm.mode<hart>
// CHECK-DAG: %[[F3_WORD:.*]] = vm.constant 35 : i64
// CHECK-DAG: %[[X10_WORD:.*]] = vm.constant 10 : i64
// CHECK-DAG: %[[STATUS_WORD:.*]] = vm.constant 65 : i64
// CHECK-DAG: %[[NEXT_PC_WORD:.*]] = vm.constant 70 : i64
// CHECK-DAG: %[[NEXT_OP_WORD:.*]] = vm.constant 71 : i64
// CHECK: %[[HART:.*]] = vm.hart.enter %[[LAUNCH]]
// CHECK: %[[EXISTS:.*]] = vm.hart.exists %[[HART]]
// CHECK: cf.cond_br %[[EXISTS]]
// CHECK: ^[[LANDING:bb[0-9]+]]:
// CHECK: %[[X10:.*]] = vm.hart.load %[[HART]][%[[X10_WORD]]]
// CHECK: vm.reg.write x[10], %[[X10]]
// CHECK-NOT: vm.hart.load %[[HART]][%[[F3_WORD]]]
// CHECK-DAG: vm.hart.load %[[HART]][%[[STATUS_WORD]]]
// CHECK-DAG: vm.hart.load %[[HART]][%[[NEXT_OP_WORD]]]
// CHECK: %[[NEXT_PC:.*]] = vm.hart.load %[[HART]][%[[NEXT_PC_WORD]]]
// CHECK: %[[HOME:.*]] = vm.hart.return_pc %[[HART]]
// CHECK: %[[IS_AWAY:.*]] = arith.cmpi ne, %[[NEXT_PC]], %[[HOME]]
// CHECK: cf.cond_br %[[IS_AWAY]], ^[[DISPATCH:[a-z0-9]+]](%[[NEXT_PC]], %[[NEXT_PC]],
// CHECK: ^[[DISPATCH]](%[[TARGET:[0-9]+]]: i64, {{.*}}):
// CHECK: vm.dispatch %[[TARGET]] otherwise ^{{.*}}, [4096, 8192] to ^[[FIRST:bb[0-9]+]],
// CHECK: ^[[FIRST]]:
// CHECK-NEXT: cf.br ^[[LANDING]]
// CHECK: vm.exit of %[[HART]]
// CHECK-NOT: vm.reg.read x[10]
// CHECK: %[[LAST:.*]] = vm.reg.read f[3]
// CHECK: vm.hart.store %[[LAST]], %[[HART]][%[[F3_WORD]]]
vm.program @hart entry 0x1000 {
  vm.block 0x1000 {
    %0 = vm.reg.read x[10] : i64
    vm.reg.write f[3], %0 : i64
    vm.jmp 0x2000
  }
  vm.block 0x2000 {
    vm.fault 1
  }
}
