// RUN: vm-opt %s --convert-vm-to-llvm=target=nvvm | FileCheck %s -DAPART=256
// RUN: vm-opt %s --convert-vm-to-llvm=target=rocdl | FileCheck %s -DAPART=512
// RUN: vm-opt %s --convert-vm-to-llvm=target=host | FileCheck %s --check-prefix=HOST

// Accesses go through one search of the memory map, which reads the launch
// record only.

// CHECK: llvm.func internal @vmjit.translate(%{{.*}}: !llvm.ptr<1>, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64) -> !llvm.struct<(ptr<1>, i1)>
// CHECK-SAME: memory_effects = #llvm.memory_effects<other = none, argMem = read
// CHECK-COUNT-6: llvm.load %{{.*}} invariant
// CHECK-LABEL: llvm.func @hart(%{{.*}}: !llvm.ptr<1>)
// CHECK: %[[PAIR:.*]] = llvm.call @vmjit.translate(
// CHECK: %[[PTR:.*]] = llvm.extractvalue %[[PAIR]][0]
// CHECK: llvm.load %[[PTR]] {alignment = 1 : i64}

// On the host a hart has its regions in its frame, and remembers none when it
// starts. The search begins with the region that is remembered, goes on with
// the hart's, and copies the one that it finds; the rest is for the search of
// the launch's own records.

// HOST: llvm.func internal @vmjit.search(%[[REGIONS:.*]]: !llvm.ptr, %{{.*}}: i64, %{{.*}}: i64) -> !llvm.struct<(ptr, i1)>
// HOST-SAME: memory_effects = #llvm.memory_effects<other = read, argMem = read
// HOST: llvm.func internal @vmjit.regions(%{{.*}}: !llvm.ptr, %{{.*}}: i64, %{{.*}}: !llvm.ptr)
// HOST: llvm.func internal @vmjit.translate(%[[REGIONS:.*]]: !llvm.ptr, %[[EA:.*]]: i64, %[[ACCESS:.*]]: i64) -> !llvm.struct<(ptr, i1)>
// HOST-SAME: memory_effects = #llvm.memory_effects<other = read, argMem = readwrite
// HOST: llvm.call @vmjit.search(%[[REGIONS]], %[[EA]], %[[ACCESS]])
// HOST: "llvm.intr.memcpy"
// HOST-LABEL: llvm.func @hart.thread(
// HOST: %[[BYTES:.*]] = llvm.mlir.constant(800 : i64) : i64
// HOST: %[[REGIONS:.*]] = llvm.alloca %[[BYTES]] x i8
// HOST: %[[HINTS:.*]] = llvm.getelementptr inbounds %[[REGIONS]][544]
// HOST: "llvm.intr.memset"(%[[HINTS]]
// HOST: llvm.call @vmjit.regions(%{{.*}}, %{{.*}}, %[[REGIONS]])
// Eight bytes, to be read, in the region at 544 + 7 * 32.
// HOST: llvm.mlir.constant(50331912 : i64) : i64
// HOST: llvm.call @vmjit.translate(
// HOST: %[[DISTANCE:.*]] = llvm.mlir.constant(8 : i64) : i64
// HOST: llvm.mul %{{.*}}, %[[DISTANCE]]

// Between the words of a hart are those of the others of its warp or wavefront,
// or none; the exit's seven are stored before the thread ends.

// CHECK: %[[DISTANCE:.*]] = llvm.mlir.constant([[APART]] : i64) : i64
// CHECK: llvm.mul %{{.*}}, %[[DISTANCE]]
// CHECK: llvm.getelementptr
// CHECK: llvm.store %{{.*}} {alignment = 8 : i64} : i64, !llvm.ptr<1>
// CHECK-COUNT-7: llvm.store %{{.*}} {alignment = 8 : i64} : i64, !llvm.ptr<1>
// CHECK-NOT: llvm.store
// CHECK: llvm.return
func.func @hart(%launch: !vm.ptr<global>)
    attributes {vm.mode = #vm.mode<hart>} {
  %id = arith.constant 0 : i64
  %hart = vm.hart.enter %launch, %id : <global>
  %word = arith.constant 5 : i64
  %ptr, %ok = vm.hart.translate %hart, %id size 8 hint 7 : <global>
  %value = vm.ptr.load %ptr align 1 : <global> -> i64
  vm.hart.store %value, %hart[%word]
  vm.exit of %hart %id at %id, %id detail %id access %id next %id, %id
}

// What is remembered is for accesses of at most 16 bytes.

// HOST-LABEL: llvm.func @large.thread(
// HOST: llvm.call @vmjit.search(
// HOST-NOT: llvm.call @vmjit.translate(
func.func @large(%launch: !vm.ptr<global>)
    attributes {vm.mode = #vm.mode<hart>} {
  %id = arith.constant 0 : i64
  %hart = vm.hart.enter %launch, %id : <global>
  %ptr, %ok = vm.hart.translate %hart, %id size 17 : <global>
  vm.hart.store %id, %hart[%id]
  vm.exit of %hart %id at %id, %id detail %id access %id next %id, %id
}
