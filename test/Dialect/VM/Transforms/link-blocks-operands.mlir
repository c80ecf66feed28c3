// RUN: vm-opt %s --split-input-file --vm-link-blocks | FileCheck %s

// A side exit to a block of the program goes there; what follows goes on in a
// block of its own.
// CHECK-LABEL: func.func @side_branch
// CHECK: %[[TAKEN:.*]] = vm.cmp geu
// CHECK: %[[IS:.*]] = arith.cmpi ne, %[[TAKEN]]
// CHECK: cf.cond_br %[[IS]], ^[[LEAVE:.*]], ^[[NEXT:.*]]
// CHECK: ^[[LEAVE]]:
// CHECK-NEXT: cf.br
// CHECK: ^[[NEXT]]:
// CHECK: vm.reg.write x[5]
vm.program @side_branch entry 0x2000 attributes {params = []} {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    %y = vm.reg.read x[11] : i64
    vm.side_branch geu, %x, %y, 0x2000
    vm.reg.write x[5], %y : i64
    vm.ret
  }
}

// -----

// Operands are evaluated where they stand, left before right.
// CHECK-LABEL: func.func @binary
// CHECK-DAG: %[[SEVEN:.*]] = vm.constant 7 : i64
// CHECK: %[[BASE:.*]] = vm.reg.read x[6]
// CHECK: %[[ADDRESS:.*]] = vm.add %[[BASE]]
// CHECK: %[[POINTER:.*]] = vm.ptr.from_int %[[ADDRESS]]
// CHECK: %[[BYTES:.*]] = vm.ptr.load %[[POINTER]]
// CHECK: %[[LEFT:.*]] = arith.extui %[[BYTES]]
// CHECK: %[[RESULT:.*]] = vm.div signed %[[LEFT]], %[[SEVEN]]
// CHECK: vm.reg.write x[5], %[[RESULT]]
vm.program @binary entry 0x2000 attributes {params = []} {
  vm.block 0x2000 {
    %r = vm.operand.binary "Div" custom 0, #vm.operand<mem 6[8] size 4>, #vm.operand<imm 7>
    vm.reg.write x[5], %r : i64
    vm.ret
  }
}

// -----

// The target is evaluated only where the branch is taken; a link has no meaning.
// CHECK-LABEL: func.func @cond_branch
// CHECK-DAG: %[[BADOP:.*]] = vm.constant 10 : i64
// CHECK-DAG: %[[REASON:.*]] = vm.constant 11 : i64
// CHECK: %[[CONDITION:.*]] = vm.reg.read x[6]
// CHECK: cf.cond_br %{{.*}}, ^[[TAKEN:.*]], ^[[NEXT:.*]]
// CHECK: ^[[TAKEN]]:
// CHECK: cf.br ^{{.*}}(%[[BADOP]],
// CHECK: ^[[NEXT]]:
// CHECK: cf.br ^{{.*}}(%[[REASON]],
vm.program @cond_branch entry 0x2000 attributes {params = []} {
  vm.block 0x2000 {
    vm.cond_branch #vm.operand<reg 6>, #vm.operand<imm64 8192> link
    %r = vm.operand.binary "Custom" custom 9, #vm.operand<reg 6>, #vm.operand<none>
    vm.ret
  }
}
