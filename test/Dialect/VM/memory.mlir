// Loads, stores, atomic accesses and fences.
// RUN: vm-opt %s | vm-opt | FileCheck %s
// RUN: vm-opt %s --emit-bytecode | vm-opt | FileCheck %s

vm.program @memory entry 0x1000 {
  vm.block 0x1000 {
    %a = vm.reg.read x[5] : i64
    %b = vm.reg.read x[6] : i64
    %load = vm.load %a[-8] size 4
    %load_flags = vm.load %a[0] size 8 flags <isVolatile = true, atomic = true, align = 4, fenceBefore = true, fenceAfter = true, order = seq_cst>
    vm.store %b, %a[16] size 1
    vm.store %b, %a[16] size 2 flags <order = release>
    %fload = vm.fload %a[8] size 4
    vm.fstore %fload, %a[-16] size 8
    %rmw_add = vm.atomic_rmw add, %a, %b size 4
    %rmw_sub = vm.atomic_rmw sub, %a, %b size 4
    %rmw_and = vm.atomic_rmw and, %a, %b size 4
    %rmw_or = vm.atomic_rmw or, %a, %b size 4
    %rmw_xor = vm.atomic_rmw xor, %a, %b size 4
    %rmw_xchg = vm.atomic_rmw xchg, %a, %b size 4
    %rmw_cmpxchg = vm.atomic_rmw cmpxchg, %a, %b size 4
    %rmw_min = vm.atomic_rmw min, %a, %b size 4
    %rmw_max = vm.atomic_rmw max, %a, %b size 4
    %rmw_min_s = vm.atomic_rmw min_s, %a, %b size 4
    %rmw_max_s = vm.atomic_rmw max_s, %a, %b size 4
    %rmw_minu = vm.atomic_rmw minu, %a, %b size 4
    %rmw_maxu = vm.atomic_rmw maxu, %a, %b size 4
    %rmw_swap = vm.atomic_rmw swap, %a, %b size 4
    %rmw = vm.atomic_rmw add, %a, %b size 8 flags <order = acquire>
    %rmw_old, %rmw_flag = vm.atomic_rmw_flag xor, %a, %b size 8
    %cmpxchg = vm.atomic_cmpxchg %a, %b, %a size 8
    %cmpxchg_flags = vm.atomic_cmpxchg %a, %b, %a size 4 flags <order = acq_rel>
    %cmpxchg_old, %cmpxchg_flag = vm.atomic_cmpxchg_flag %a, %b, %a size 2
    %reserve = vm.load_reserve %a[0] size 8
    %reserve_flags = vm.load_reserve %a[4] size 4 flags <order = acquire>
    %cond = vm.store_cond %b, %a[0] size 8
    %cond_flags = vm.store_cond %b, %a[4] size 4 flags <order = release>
    vm.fence seq_cst, "hart"
    vm.fence seq_cst, "block"
    vm.fence seq_cst, "device"
    vm.fence seq_cst, "system"
    vm.tlb_flush
    vm.tlb_flush {vaddr = 4096 : i64}
    vm.ret
  }
}

// CHECK: vm.program @memory entry 0x1000 {
// CHECK-NEXT: vm.block 0x1000 {
// CHECK-NEXT: %{{.*}} = vm.reg.read x[5] : i64
// CHECK-NEXT: %{{.*}} = vm.reg.read x[6] : i64
// CHECK-NEXT: %{{.*}} = vm.load %{{.*}}[-8] size 4
// CHECK-NEXT: %{{.*}} = vm.load %{{.*}}[0] size 8 flags <isVolatile = true, atomic = true, align = 4, fenceBefore = true, fenceAfter = true, order = seq_cst>
// CHECK-NEXT: vm.store %{{.*}}, %{{.*}}[16] size 1
// CHECK-NEXT: vm.store %{{.*}}, %{{.*}}[16] size 2 flags <order = release>
// CHECK-NEXT: %{{.*}} = vm.fload %{{.*}}[8] size 4
// CHECK-NEXT: vm.fstore %{{.*}}, %{{.*}}[-16] size 8
// CHECK-NEXT: %{{.*}} = vm.atomic_rmw add, %{{.*}}, %{{.*}} size 4
// CHECK-NEXT: %{{.*}} = vm.atomic_rmw sub, %{{.*}}, %{{.*}} size 4
// CHECK-NEXT: %{{.*}} = vm.atomic_rmw and, %{{.*}}, %{{.*}} size 4
// CHECK-NEXT: %{{.*}} = vm.atomic_rmw or, %{{.*}}, %{{.*}} size 4
// CHECK-NEXT: %{{.*}} = vm.atomic_rmw xor, %{{.*}}, %{{.*}} size 4
// CHECK-NEXT: %{{.*}} = vm.atomic_rmw xchg, %{{.*}}, %{{.*}} size 4
// CHECK-NEXT: %{{.*}} = vm.atomic_rmw cmpxchg, %{{.*}}, %{{.*}} size 4
// CHECK-NEXT: %{{.*}} = vm.atomic_rmw min, %{{.*}}, %{{.*}} size 4
// CHECK-NEXT: %{{.*}} = vm.atomic_rmw max, %{{.*}}, %{{.*}} size 4
// CHECK-NEXT: %{{.*}} = vm.atomic_rmw min_s, %{{.*}}, %{{.*}} size 4
// CHECK-NEXT: %{{.*}} = vm.atomic_rmw max_s, %{{.*}}, %{{.*}} size 4
// CHECK-NEXT: %{{.*}} = vm.atomic_rmw minu, %{{.*}}, %{{.*}} size 4
// CHECK-NEXT: %{{.*}} = vm.atomic_rmw maxu, %{{.*}}, %{{.*}} size 4
// CHECK-NEXT: %{{.*}} = vm.atomic_rmw swap, %{{.*}}, %{{.*}} size 4
// CHECK-NEXT: %{{.*}} = vm.atomic_rmw add, %{{.*}}, %{{.*}} size 8 flags <order = acquire>
// CHECK-NEXT: %{{.*}}, %{{.*}} = vm.atomic_rmw_flag xor, %{{.*}}, %{{.*}} size 8
// CHECK-NEXT: %{{.*}} = vm.atomic_cmpxchg %{{.*}}, %{{.*}}, %{{.*}} size 8
// CHECK-NEXT: %{{.*}} = vm.atomic_cmpxchg %{{.*}}, %{{.*}}, %{{.*}} size 4 flags <order = acq_rel>
// CHECK-NEXT: %{{.*}}, %{{.*}} = vm.atomic_cmpxchg_flag %{{.*}}, %{{.*}}, %{{.*}} size 2
// CHECK-NEXT: %{{.*}} = vm.load_reserve %{{.*}}[0] size 8
// CHECK-NEXT: %{{.*}} = vm.load_reserve %{{.*}}[4] size 4 flags <order = acquire>
// CHECK-NEXT: %{{.*}} = vm.store_cond %{{.*}}, %{{.*}}[0] size 8
// CHECK-NEXT: %{{.*}} = vm.store_cond %{{.*}}, %{{.*}}[4] size 4 flags <order = release>
// CHECK-NEXT: vm.fence seq_cst, "hart"
// CHECK-NEXT: vm.fence seq_cst, "block"
// CHECK-NEXT: vm.fence seq_cst, "device"
// CHECK-NEXT: vm.fence seq_cst, "system"
// CHECK-NEXT: vm.tlb_flush
// CHECK-NEXT: vm.tlb_flush {vaddr = 4096 : i64}
// CHECK-NEXT: vm.ret
// CHECK-NEXT: }
// CHECK-NEXT: }
// CHECK-NEXT: }
