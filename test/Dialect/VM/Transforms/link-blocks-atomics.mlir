// RUN: vm-opt %s --split-input-file --vm-link-blocks | FileCheck %s

// In hart mode an atomic is aligned, and its region both readable and writable.
// CHECK-LABEL: func.func @rmw
// CHECK-DAG: %[[ZERO:.*]] = vm.constant 0 : i64
// CHECK-DAG: %[[LOW:.*]] = vm.constant 3 : i64
// CHECK: %[[X:.*]] = vm.reg.read x[10]
// CHECK: %[[EXCESS:.*]] = vm.and %[[X]], %[[LOW]]
// CHECK: arith.cmpi eq, %[[EXCESS]], %[[ZERO]]
// CHECK: vm.hart.translate %{{.*}}, %[[X]] size 4
// CHECK: %[[PTR:.*]], %{{.*}} = vm.hart.translate store %{{.*}}, %[[X]] size 4
// CHECK: %[[LOW32:.*]] = arith.trunci %{{.*}} : i64 to i32
// CHECK: %[[OLD:.*]] = vm.ptr.atomic_rmw min_s acquire, %[[PTR]], %[[LOW32]]
// CHECK: %[[WIDE:.*]] = arith.extui %[[OLD]]
// CHECK: vm.reg.write x[12], %[[WIDE]]
vm.program @rmw entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    %y = vm.reg.read x[11] : i64
    %r = vm.atomic_rmw min_s, %x, %y size 4 flags <order = acquire>
    vm.reg.write x[12], %r : i64
    vm.jmp 0x2000
  }
}

// -----

// Without flags the order is the strongest. The flag wins over the old value by
// being written last.
// CHECK-LABEL: func.func @kernel
// CHECK: %[[PTR:.*]] = vm.ptr.from_int
// CHECK: %[[OLD:.*]], %[[DONE:.*]] = vm.ptr.atomic_cmpxchg seq_cst, %[[PTR]],
// CHECK: %[[FLAG:.*]] = arith.extui %[[DONE]] : i1 to i64
// CHECK: vm.reg.write x[12], %[[OLD]]
// CHECK: vm.reg.write x[12], %[[FLAG]]
vm.program @kernel entry 0x2000 attributes {params = [#vm.param<buffer>]} {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    %y = vm.reg.read x[11] : i64
    %r:2 = vm.atomic_cmpxchg_flag %x, %y, %y size 8
    vm.reg.write x[12], %r#0 : i64
    vm.reg.write x[12], %r#1 : i64
    vm.ret
  }
}

// -----

// CHECK-LABEL: func.func @reserve
// CHECK-DAG: %[[EIGHT:.*]] = vm.constant 8 : i64
// CHECK-DAG: %[[ZERO:.*]] = vm.constant 0 : i64
// CHECK-DAG: %[[ONE:.*]] = vm.constant 1 : i64
// CHECK: %[[LOADED:.*]] = vm.ptr.atomic_load acquire, %{{.*}} -> i64
// CHECK: vm.reg.write reservation[0]
// CHECK: vm.reg.write reservation[1], %[[EIGHT]]
// CHECK: vm.reg.write reservation[2], %[[LOADED]]
// CHECK: %[[ADDRESS:.*]] = vm.reg.read reservation[0]
// CHECK: %[[SIZE:.*]] = vm.reg.read reservation[1]
// CHECK: %[[VALUE:.*]] = vm.reg.read reservation[2]
// CHECK: %[[SAME:.*]] = arith.cmpi eq, %[[ADDRESS]]
// CHECK: %[[SAMESIZE:.*]] = arith.cmpi eq, %[[SIZE]], %[[EIGHT]]
// CHECK: %[[HELD:.*]] = arith.andi %[[SAME]], %[[SAMESIZE]]
// CHECK: cf.cond_br %[[HELD]], ^[[TRY:.*]], ^[[AFTER:.*]](%[[ONE]] : i64)
// CHECK: ^[[TRY]]:
// CHECK: vm.ptr.atomic_cmpxchg release, %{{.*}}, %[[VALUE]],
// CHECK: ^[[AFTER]](%[[FLAG:.*]]: i64):
// CHECK: vm.reg.write reservation[1], %[[ZERO]]
// CHECK: vm.reg.write x[12], %[[FLAG]]
vm.program @reserve entry 0x2000 attributes {params = [#vm.param<buffer>]} {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    %r = vm.load_reserve %x[0] size 8 flags <order = acquire>
    %f = vm.store_cond %r, %x[0] size 8 flags <order = release>
    vm.reg.write x[12], %f : i64
    vm.ret
  }
}

// -----

// There are reservations of 4 and 8 bytes only, and what follows the exit is
// not reached.
// CHECK-LABEL: func.func @bad_size
// CHECK-DAG: %[[BADOP:.*]] = vm.constant 10 : i64
// CHECK: cf.br ^{{.*}}(%[[BADOP]],
// CHECK-NOT: vm.ptr.atomic
vm.program @bad_size entry 0x2000 attributes {params = [#vm.param<buffer>]} {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    %r = vm.load_reserve %x[0] size 2
    %s = vm.atomic_rmw add, %x, %x size 4
    vm.ret
  }
}
