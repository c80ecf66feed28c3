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
// CHECK-DAG: %[[REASON:.*]] = vm.constant 11 : i64
// CHECK-DAG: %[[PC:.*]] = vm.constant 8192 : i64
// CHECK-DAG: %[[ZERO:.*]] = vm.constant 0 : i64
// CHECK: cf.br ^{{.*}}(%[[REASON]], %[[PC]], %[[ZERO]], %[[ZERO]], %[[ZERO]], %[[PC]], %[[ZERO]] :
vm.program @vendor entry 0x2000 attributes {params = []} {
  vm.block 0x2000 {
    vm.vendor.config "v", 0, "c"
    vm.ret
  }
}

// -----

// So is what the interpreter has to do, and there is a word for fcsr.
// CHECK-LABEL: func.func @environment
// CHECK-SAME: vm.csrs = array<i32: 3>
// CHECK-DAG: %[[REASON:.*]] = vm.constant 11 : i64
// CHECK-DAG: %[[PC:.*]] = vm.constant 8192 : i64
// CHECK-DAG: %[[ZERO:.*]] = vm.constant 0 : i64
// CHECK: cf.br ^{{.*}}(%[[REASON]], %[[PC]], %[[ZERO]], %[[ZERO]], %[[ZERO]], %[[PC]], %[[ZERO]] :
// CHECK-NOT: vm.fenv
vm.program @environment entry 0x2000 {
  vm.block 0x2000 {
    %a = vm.reg.read f[1] : f64
    %root = vm.fenv.arith "sqrt" %a rounding "dyn" : (f64) -> f64
    vm.reg.write f[2], %root : f64
    vm.ret
  }
}

// -----

// Extensions and high products are arith's.
// CHECK-LABEL: func.func @integers
// CHECK: %[[A:.*]] = vm.reg.read x[5]
// CHECK: %[[LOW:.*]] = arith.trunci %[[A]] : i64 to i16
// CHECK: arith.extsi %[[LOW]] : i16 to i64
// CHECK: arith.mulsi_extended
// CHECK: %{{.*}}, %[[HIGH:.*]] = arith.mului_extended
// CHECK: %[[MASK:.*]] = vm.shrs %{{.*}}, %{{.*}}
// CHECK: %[[CORRECTION:.*]] = vm.and %[[MASK]], %{{.*}}
// CHECK: vm.sub %[[HIGH]], %[[CORRECTION]]
vm.program @integers entry 0x2000 {
  vm.block 0x2000 {
    %a = vm.reg.read x[5] : i64
    %b = vm.reg.read x[6] : i64
    %half = vm.sign_extend 16, %a
    vm.reg.write x[7], %half : i64
    %signed = vm.mul_high signed %a, signed %b : i64
    vm.reg.write x[8], %signed : i64
    %mixed = vm.mul_high %a, signed %b : i64
    vm.reg.write x[9], %mixed : i64
    vm.ret
  }
}

// -----

// CSRs 1 and 2 are views of 3. Each CSR that is named has a word, in order.
// CHECK-LABEL: func.func @csr
// CHECK-SAME: vm.csrs = array<i32: 3, 768>
// CHECK-DAG: %[[FIVE:.*]] = vm.constant 5 : i64
// CHECK-DAG: %[[SEVEN:.*]] = vm.constant 7 : i64
// CHECK-DAG: %[[FLAGS:.*]] = vm.constant 31 : i64
// CHECK-DAG: %[[OTHERS:.*]] = vm.constant 224 : i64
// CHECK: %[[VALUE:.*]] = vm.reg.read x[10]
// CHECK: %[[OLD:.*]] = vm.reg.read csr[768]
// CHECK: vm.or %[[OLD]], %[[VALUE]]
// CHECK: vm.reg.write csr[768]
// CHECK: %[[FCSR:.*]] = vm.reg.read csr[3]
// CHECK: %[[SHIFTED:.*]] = vm.shru %[[FCSR]], %[[FIVE]]
// CHECK: %[[FRM:.*]] = vm.and %[[SHIFTED]], %[[SEVEN]]
// CHECK: vm.reg.write x[5], %[[FRM]]
// CHECK: %[[NEW:.*]] = vm.and %[[VALUE]], %[[FLAGS]]
// CHECK: %[[WHOLE:.*]] = vm.reg.read csr[3]
// CHECK: %[[KEPT:.*]] = vm.and %[[WHOLE]], %[[OTHERS]]
// CHECK: %[[MERGED:.*]] = vm.or %[[NEW]], %[[KEPT]]
// CHECK: vm.reg.write csr[3], %[[MERGED]]
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
