// RUN: vm-opt %s --split-input-file --vm-link-blocks | FileCheck %s
// RUN: vm-opt %s --split-input-file --vm-link-blocks=aligned-access-only \
// RUN:   | FileCheck %s --check-prefix=ALIGNED

// What a kernel accesses is naturally aligned unless it says otherwise.

// CHECK-LABEL: func.func @kernel
// CHECK: vm.ptr.load %{{.*}} align 2 : <generic> -> i16
// CHECK: vm.ptr.load volatile %{{.*}} align 1 : <generic> -> i64
// CHECK: vm.ptr.load %{{.*}} align 4 : <generic> -> i32
// CHECK: vm.box
// CHECK: vm.fence seq_cst, "system"
// CHECK: vm.ptr.store %{{.*}} align 16 : i64
// CHECK-NEXT: vm.fence seq_cst, "system"
// CHECK: vm.ptr.store %{{.*}} align 4 : i32
// ALIGNED-LABEL: func.func @kernel
// ALIGNED-NOT: cf.cond_br
vm.program @kernel entry 0x10 attributes {params = [#vm.param<buffer>]} {
  vm.block 0x10 {
    %p = vm.reg.read x[10] : i64
    %0 = vm.load %p[0] size 2
    %1 = vm.load %p[8] size 8 flags #vm.mem_flags<isVolatile = true, align = 1>
    %2 = vm.fload %p[16] size 4
    vm.store %1, %p[16] size 8 flags #vm.mem_flags<align = 16,
        fenceBefore = true, fenceAfter = true>
    vm.fstore %2, %p[4] size 4
    vm.fault 0
  }
}

// -----

// A hart's access is looked up in its memory map: what is no access of one
// region is a memory fault of so many bytes, with bit 8 for a store.

// CHECK-LABEL: func.func @hart
// CHECK-DAG: %[[FAULT:.*]] = vm.constant 8 : i64
// CHECK-DAG: %[[STORE:.*]] = vm.constant 260 : i64
// CHECK: %[[PTR:.*]], %[[OK:.*]] = vm.hart.translate %{{.*}}, %[[EA:.*]] size 2 : <global>
// CHECK: cf.cond_br %[[OK]], ^{{.*}}, ^{{.*}}(%[[FAULT]], %{{.*}}, %{{.*}}, %[[EA]], %{{.*}},
// CHECK: vm.ptr.load %[[PTR]] align 1 : <global> -> i16
// CHECK: vm.hart.translate store %{{.*}}, %[[EA:.*]] size 4 :
// CHECK: cf.cond_br %{{.*}}, ^{{.*}}, ^{{.*}}(%[[FAULT]], %{{.*}}, %{{.*}}, %[[EA]], %[[STORE]],

// Where the target faults on misaligned accesses, the address is tested.

// ALIGNED-LABEL: func.func @hart
// ALIGNED: vm.hart.translate
// ALIGNED: %[[LOW:.*]] = vm.and
// ALIGNED: %[[IS_ALIGNED:.*]] = arith.cmpi eq, %[[LOW]]
// ALIGNED: cf.cond_br %[[IS_ALIGNED]], ^[[WIDE:.*]], ^[[NARROW:.*]]
// ALIGNED: ^[[WIDE]]:
// ALIGNED-NEXT: vm.ptr.load %{{.*}} align 2
// ALIGNED: ^[[NARROW]]:
// ALIGNED-NEXT: vm.ptr.load %{{.*}} align 1
vm.program @hart entry 0x10 {
  vm.block 0x10 {
    %p = vm.reg.read x[10] : i64
    %0 = vm.load %p[0] size 2
    vm.store %0, %p[4] size 4
    vm.fault 0
  }
}

// -----

// An alignment that a hart's access promises is checked, and then known.

// CHECK-LABEL: func.func @checked_alignment
// CHECK: %[[LOW:.*]] = vm.and %[[EA:.*]], %{{.*}} : i64
// CHECK: %[[OK:.*]] = arith.cmpi eq, %[[LOW]]
// CHECK: cf.cond_br %[[OK]], ^{{.*}}, ^{{.*}}(%[[ALIGN_FAULT:.*]], %{{.*}}, %{{.*}}, %[[EA]],
// CHECK: vm.ptr.load %{{.*}} align 4
// CHECK: vm.rem
// CHECK: vm.ptr.load %{{.*}} align 2
// ALIGNED-LABEL: func.func @checked_alignment
// ALIGNED: vm.ptr.load %{{.*}} align 4
// ALIGNED-NOT: vm.ptr.load %{{.*}} align 1
vm.program @checked_alignment entry 0x10 {
  vm.block 0x10 {
    %p = vm.reg.read x[10] : i64
    %0 = vm.load %p[0] size 8 flags #vm.mem_flags<align = 4>
    %1 = vm.load %p[0] size 8 flags #vm.mem_flags<align = 6>
    vm.fault 0
  }
}

// -----

// A size that no access has is the exit BadOp; what follows is never reached.

// CHECK-LABEL: func.func @bad_sizes
// CHECK-DAG: %[[BAD_OP:.*]] = vm.constant 10 : i64
// CHECK: cf.br ^{{.*}}(%[[BAD_OP]],
// CHECK: cf.br ^{{.*}}(%[[BAD_OP]],
// CHECK-NOT: vm.ptr
vm.program @bad_sizes entry 0x10 attributes {params = [#vm.param<buffer>]} {
  vm.block 0x10 {
    %p = vm.reg.read x[10] : i64
    %0 = vm.load %p[0] size 3
    vm.store %0, %p[0] size 8
    vm.fault 0
  }
  vm.block 0x20 {
    %p = vm.reg.read x[10] : i64
    vm.fstore %p, %p[0] size 2
    vm.fault 0
  }
}

// -----

// Accesses by a register that the block got from elsewhere, or moves on, share a
// hint within an interval. Those by one that it computes have one each.

// CHECK-LABEL: func.func @hints
// ALIGNED-LABEL: func.func @hints
// CHECK: vm.hart.translate %{{.*}} size 8 : <global>
// CHECK: vm.hart.translate %{{.*}} size 8 : <global>
// CHECK: vm.hart.translate %{{.*}} size 8 hint 1 : <global>
// CHECK: vm.hart.translate %{{.*}} size 8 hint 2 : <global>
// CHECK: vm.hart.translate %{{.*}} size 8 hint 3 : <global>
vm.program @hints entry 0x10 {
  vm.block 0x10 {
    %0 = vm.reg.read x[10] : i64
    %1 = vm.load %0[0] size 8
    %2 = vm.constant 16 : i64
    %3 = vm.add %0, %2 : i64
    vm.reg.write x[10], %3 : i64
    %4 = vm.reg.read x[10] : i64
    %5 = vm.load %4[0] size 8
    vm.reg.write x[11], %5 : i64
    %6 = vm.reg.read x[11] : i64
    %7 = vm.load %6[0] size 8
    %8 = vm.load %6[8] size 8
    vm.fault 0
  }
  vm.block 0x20 {
    %0 = vm.reg.read x[10] : i64
    %1 = vm.load %0[0] size 8
    vm.fault 0
  }
}
