// RUN: vm-opt %s --split-input-file --vm-link-blocks | FileCheck %s

// Irreducible flow and a jump back into the middle: blocks 0x20 and 0x30 form a
// loop with two ways in.

// CHECK-LABEL: func.func @irreducible
// CHECK: cf.br ^[[B10:.*]]
// CHECK: ^[[B10]]:
// CHECK: cf.cond_br %{{.*}}, ^[[TO20:.*]], ^[[TO30:.*]]
// CHECK: ^[[TO20]]:
// CHECK-NEXT: cf.br ^[[B20:.*]]
// CHECK: ^[[TO30]]:
// CHECK-NEXT: cf.br ^[[B30:.*]]
// CHECK: ^[[B20]]:
// CHECK-NEXT: cf.br ^[[B30]]
// CHECK: ^[[B30]]:
// CHECK: cf.cond_br %{{.*}}, ^[[BACK:.*]], ^[[OUT:.*]]
// CHECK: ^[[BACK]]:
// CHECK-NEXT: cf.br ^[[B20]]
vm.program @irreducible entry 0x10 attributes {params = [#vm.param<i64>]} {
  vm.block 0x10 {
    %0 = vm.reg.read x[10] : i64
    vm.cond_jmp %0, 0x20, 0x30
  }
  vm.block 0x20 { vm.jmp 0x30 }
  vm.block 0x30 {
    %0 = vm.reg.read x[11] : i64
    vm.cond_jmp %0, 0x20, 0x40
  }
  vm.block 0x40 { vm.fault 0 }
}

// -----

// A jump out of the program exits with LeftRegion and says where to.

// CHECK-LABEL: func.func @leaves
// CHECK-DAG: %[[PC:.*]] = vm.constant 16 : i64
// CHECK-DAG: %[[LEFT:.*]] = vm.constant 2 : i64
// CHECK-DAG: %[[TARGET:.*]] = vm.constant 2457 : i64
// CHECK-DAG: %[[ZERO:.*]] = vm.constant 0 : i64
// CHECK: cf.br ^{{.*}}(%[[LEFT]], %[[PC]], %[[ZERO]], %[[ZERO]], %[[ZERO]], %[[TARGET]], %[[ZERO]] :
vm.program @leaves entry 0x10 attributes {params = []} {
  vm.block 0x10 { vm.jmp 0x999 }
}

// -----

// In hart mode the same jump may be the way home.

// CHECK-LABEL: func.func @returns
// CHECK: %[[HOME:.*]] = vm.hart.return_pc
// CHECK: %[[LEAVES:.*]] = arith.cmpi ne, %{{.*}}, %[[HOME]]
// CHECK: cf.cond_br %[[LEAVES]]
vm.program @returns entry 0x10 {
  vm.block 0x10 { vm.jmp 0x999 }
}

// -----

// All computed jumps go through one dispatch.

// CHECK-LABEL: func.func @computed
// CHECK: cf.br ^[[DISPATCH:.*]](%{{.*}}, %{{.*}}, %{{.*}} :
// CHECK: cf.br ^[[DISPATCH]](%{{.*}}, %{{.*}}, %{{.*}} :
// CHECK: ^[[DISPATCH]](%[[TARGET:[0-9]+]]: i64
// CHECK: vm.dispatch %[[TARGET]] otherwise ^{{.*}}, [16, 32]
// CHECK-NOT: vm.dispatch
vm.program @computed entry 0x10 attributes {params = [#vm.param<i64>]} {
  vm.block 0x10 {
    %0 = vm.reg.read x[10] : i64
    vm.jmp_reg %0, 4
  }
  vm.block 0x20 {
    %0 = vm.reg.read x[10] : i64
    vm.jmp_reg %0, -4
  }
}

// -----

// A kernel's thread has a call stack of its own. With 32 entries a call exits,
// with none a return does.

// CHECK-LABEL: func.func @calls
// CHECK-DAG: %[[EIGHT:.*]] = vm.constant 8 : i64
// CHECK-DAG: %[[FULL:.*]] = vm.constant 32 : i64
// CHECK-DAG: %[[RET_PC:.*]] = vm.constant 48 : i64
// CHECK-DAG: %[[CALL:.*]] = vm.constant 3 : i64
// CHECK-DAG: %[[TARGET:.*]] = vm.constant 1280 : i64
// CHECK-DAG: %[[ZERO:.*]] = vm.constant 0 : i64
// CHECK-DAG: %[[ONE:.*]] = vm.constant 1 : i64
// CHECK-DAG: %[[STACK:.*]] = vm.ptr.alloca 256 : <private>
// CHECK: %[[DEPTH:.*]] = vm.reg.read call_depth[0]
// CHECK: %[[FITS:.*]] = arith.cmpi ult, %[[DEPTH]], %[[FULL]]
// CHECK: cf.cond_br %[[FITS]], ^{{.*}}, ^{{.*}}(%[[CALL]], %{{.*}}, %{{.*}}, %[[RET_PC]], %[[ZERO]], %[[TARGET]], %[[ZERO]] :
// CHECK: %[[OFFSET:.*]] = vm.mul %[[DEPTH]], %[[EIGHT]]
// CHECK: %[[SLOT:.*]] = vm.ptr.add %[[STACK]], %[[OFFSET]]
// CHECK: vm.ptr.store %[[RET_PC]], %[[SLOT]]
// CHECK: %[[DEEPER:.*]] = vm.add %[[DEPTH]], %[[ONE]]
// CHECK: vm.reg.write call_depth[0], %[[DEEPER]]
// CHECK: vm.sub
// CHECK: vm.ptr.load
vm.program @calls entry 0x10 attributes {params = []} {
  vm.block 0x10 { vm.call 0x500, 0x30 }
  vm.block 0x500 { vm.ret }
  vm.block 0x30 { vm.ret }
}

// -----

// A hart's call stack is part of its state.

// CHECK-LABEL: func.func @hart_calls
// CHECK-NOT: vm.ptr.alloca
// CHECK: vm.hart.store
vm.program @hart_calls entry 0x10 {
  vm.block 0x10 { vm.call 0x20, 0x30 }
  vm.block 0x20 { vm.ret }
  vm.block 0x30 { vm.ret }
}

// -----

// Fault and Interrupt resume at the terminator itself, the op after the last.

// CHECK-LABEL: func.func @ends
// CHECK-DAG: %[[ONE:.*]] = vm.constant 1 : i64
// CHECK-DAG: %[[ZERO:.*]] = vm.constant 0 : i64
// CHECK-DAG: %[[PC_FAULT:.*]] = vm.constant 16 : i64
// CHECK-DAG: %[[FAULT:.*]] = vm.constant 6 : i64
// CHECK-DAG: %[[CAUSE:.*]] = vm.constant 77 : i64
// CHECK-DAG: %[[PC_INTERRUPT:.*]] = vm.constant 32 : i64
// CHECK-DAG: %[[INTERRUPT:.*]] = vm.constant 7 : i64
// CHECK-DAG: %[[VECTOR:.*]] = vm.constant 88 : i64
// CHECK: cf.br ^[[EXIT:.*]](%[[FAULT]], %[[PC_FAULT]], %[[ONE]], %[[CAUSE]], %[[ZERO]], %[[PC_FAULT]], %[[ONE]] :
// CHECK: cf.br ^[[EXIT]](%[[INTERRUPT]], %[[PC_INTERRUPT]], %[[ZERO]], %[[VECTOR]], %[[ZERO]], %[[PC_INTERRUPT]], %[[ZERO]] :
vm.program @ends entry 0x10 attributes {params = []} {
  vm.block 0x10 {
    vm.nop
    vm.fault 77
  }
  vm.block 0x20 { vm.interrupt 88 }
}
