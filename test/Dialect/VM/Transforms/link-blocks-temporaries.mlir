// RUN: vm-opt %s --split-input-file --vm-link-blocks | FileCheck %s

// What the rest of the block reads is stored where a hart ends inside it: at the
// store, which is tried again, both; after the system call, which is not, only
// the temporary that is not written first.
// CHECK-LABEL: func.func @live
// CHECK-SAME: vm.temporaries = array<i32: 32, 40>
// CHECK-DAG: %[[WORD32:.*]] = vm.constant 108 : i64
// CHECK-DAG: %[[WORD40:.*]] = vm.constant 109 : i64
// CHECK: %[[SUM:.*]] = vm.add
// CHECK: vm.hart.store %[[SUM]], %{{.*}}[%[[WORD32]]]
// CHECK-NEXT: vm.hart.store %{{.*}}, %{{.*}}[%[[WORD40]]]
// CHECK-NEXT: cf.br
// CHECK: vm.hart.store %[[SUM]], %{{.*}}[%[[WORD32]]]
// CHECK-NEXT: cf.br
vm.program @live entry 0x2000 {
  vm.block 0x2000 {
    %a = vm.reg.read x[10] : i64
    %sum = vm.add %a, %a : i64
    vm.reg.write x[32], %sum : i64
    %b = vm.reg.read x[40] : i64
    vm.store %b, %a[0] size 8
    vm.syscall
    %c = vm.reg.read x[32] : i64
    vm.reg.write x[40], %c : i64
    %d = vm.reg.read x[40] : i64
    vm.reg.write x[5], %d : i64
    vm.jmp 0x2000
  }
}

// -----

// Nothing is left at a block's end, nor by the thread of a kernel.
// CHECK-LABEL: func.func @dead
// CHECK-NOT: vm.temporaries
// CHECK: {
vm.program @dead entry 0x2000 {
  vm.block 0x2000 {
    %a = vm.reg.read x[10] : i64
    vm.reg.write x[32], %a : i64
    %b = vm.reg.read x[32] : i64
    vm.cond_jmp %b, 0x3000, 0x4000
  }
}

// -----

// CHECK-LABEL: func.func @kernel
// CHECK-NOT: vm.temporaries
// CHECK: {
vm.program @kernel entry 0x2000 attributes {params = []} {
  vm.block 0x2000 {
    %a = vm.reg.read x[10] : i64
    vm.reg.write x[32], %a : i64
    vm.syscall
    %b = vm.reg.read x[32] : i64
    vm.reg.write x[5], %b : i64
    vm.ret
  }
}
