// RUN: vm-opt %s --split-input-file --vm-link-blocks | FileCheck %s

// A system call resumes after its op.
// CHECK-LABEL: func.func @syscall
// CHECK-DAG: %[[SYSCALL:.*]] = vm.constant 4 : i64
// CHECK-DAG: %[[PC:.*]] = vm.constant 8192 : i64
// CHECK-DAG: %[[ZERO:.*]] = vm.constant 0 : i64
// CHECK-DAG: %[[ONE:.*]] = vm.constant 1 : i64
// CHECK-DAG: %[[TWO:.*]] = vm.constant 2 : i64
// CHECK: cf.br ^{{.*}}(%[[SYSCALL]], %[[PC]], %[[ONE]], %[[ZERO]], %[[ZERO]], %[[PC]], %[[TWO]] :
vm.program @syscall entry 0x2000 attributes {params = []} {
  vm.block 0x2000 {
    vm.nop
    vm.syscall
    vm.ret
  }
}

// -----

// What only a vendor knows is an exit at the op.
// CHECK-LABEL: func.func @vendor
// CHECK-DAG: %[[UNSUPPORTED:.*]] = vm.constant 11 : i64
// CHECK-DAG: %[[PC:.*]] = vm.constant 8192 : i64
// CHECK-DAG: %[[ZERO:.*]] = vm.constant 0 : i64
// CHECK: cf.br ^{{.*}}(%[[UNSUPPORTED]], %[[PC]], %[[ZERO]], %[[ZERO]], %[[ZERO]], %[[PC]], %[[ZERO]] :
vm.program @vendor entry 0x2000 attributes {params = []} {
  vm.block 0x2000 {
    vm.vendor.config "v", 0, "c"
    vm.ret
  }
}

// -----

// CSRs 1 and 2 are views of 3. Each CSR that is named has a word, in order.
// CHECK-LABEL: func.func @csr
// CHECK-SAME: vm.csrs = array<i32: 3, 768>
// CHECK-DAG: %[[FIVE:.*]] = vm.constant 5 : i64
// CHECK-DAG: %[[SEVEN:.*]] = vm.constant 7 : i64
// CHECK-DAG: %[[MASK:.*]] = vm.constant 31 : i64
// CHECK: %[[OLD:.*]] = vm.reg.read csr[768]
// CHECK: vm.or %[[OLD]]
// CHECK: vm.reg.write csr[768]
// CHECK: %[[FCSR:.*]] = vm.reg.read csr[3]
// CHECK: %[[SHIFTED:.*]] = vm.shru %[[FCSR]], %[[FIVE]]
// CHECK: %[[FRM:.*]] = vm.and %[[SHIFTED]], %[[SEVEN]]
// CHECK: vm.reg.write x[5], %[[FRM]]
// CHECK: %[[FLAGS:.*]] = vm.and %{{.*}}, %[[MASK]]
// CHECK: %[[WHOLE:.*]] = vm.or %[[FLAGS]]
// CHECK: vm.reg.write csr[3], %[[WHOLE]]
vm.program @csr entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.csr.update set, 768, %x
    %frm = vm.csr.read 2
    vm.reg.write x[5], %frm : i64
    vm.csr.update write, 1, %x
    vm.jmp 0x2000
  }
}

// -----

// A position in the grid cannot be written.
// CHECK-LABEL: func.func @position
// CHECK-DAG: %[[BADOP:.*]] = vm.constant 10 : i64
// CHECK: cf.br ^{{.*}}(%[[BADOP]],
vm.program @position entry 0x2000 attributes {params = []} {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.csr.update set, 3264, %x
    vm.ret
  }
}

// -----

// Condition 1 (NE) is the inverse of 0 (EQ), the zero flag.
// CHECK-LABEL: func.func @condition
// CHECK-DAG: %[[ONE:.*]] = vm.constant 1 : i64
// CHECK-DAG: %[[BIT:.*]] = vm.constant 30 : i64
// CHECK: %[[FLAGS:.*]] = vm.reg.read nzcv[0]
// CHECK: %[[SHIFTED:.*]] = vm.shru %[[FLAGS]], %[[BIT]]
// CHECK: %[[Z:.*]] = vm.and %[[SHIFTED]], %[[ONE]]
// CHECK: %[[NE:.*]] = vm.xor %[[Z]], %[[ONE]]
// CHECK: vm.reg.write x[5], %[[NE]]
vm.program @condition entry 0x2000 attributes {params = []} {
  vm.block 0x2000 {
    %ne = vm.pstate.condition 1
    vm.reg.write x[5], %ne : i64
    vm.ret
  }
}
