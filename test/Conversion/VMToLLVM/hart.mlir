// RUN: vm-opt %s --convert-vm-to-llvm=target=nvvm | FileCheck %s
// RUN: vm-opt %s --convert-vm-to-llvm=target=rocdl | FileCheck %s
// RUN: vm-opt %s --convert-vm-to-llvm=target=host | FileCheck %s --check-prefix=HOST

// Accesses go through one search of the memory map, which reads the launch
// record only.

// CHECK: llvm.func internal @vmjit.translate(%{{.*}}: !llvm.ptr<1>, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64) -> !llvm.struct<(ptr<1>, i1)>
// CHECK-SAME: memory_effects = #llvm.memory_effects<other = none, argMem = read
// CHECK-LABEL: llvm.func @hart(%{{.*}}: !llvm.ptr<1>)
// CHECK: %[[PAIR:.*]] = llvm.call @vmjit.translate(
// CHECK: %[[PTR:.*]] = llvm.extractvalue %[[PAIR]][0]
// CHECK: llvm.load %[[PTR]] {alignment = 1 : i64}

// On the host the search begins with the region that is remembered, and ends
// with one to remember; a hart remembers none when it starts.

// HOST: llvm.func internal @vmjit.translate(%{{.*}}: !llvm.ptr, %{{.*}}: i64, %[[EA:.*]]: i64, %{{.*}}: i64, %{{.*}}: i64, %[[REGION:.*]]: !llvm.ptr) -> !llvm.struct<(ptr, i1)>
// HOST-SAME: memory_effects = #llvm.memory_effects<other = none, argMem = readwrite
// HOST: %[[DISTANCE_AT:.*]] = llvm.getelementptr %[[REGION]][8]
// HOST: %[[DISTANCE:.*]] = llvm.load %[[DISTANCE_AT]]
// HOST: llvm.add %[[EA]], %[[DISTANCE]]
// HOST: llvm.return
// HOST-COUNT-4: llvm.store
// HOST: llvm.return
// HOST-LABEL: llvm.func @hart.thread(
// HOST: %[[COUNT:.*]] = llvm.mlir.constant(8 : i64) : i64
// HOST: %[[REGIONS:.*]] = llvm.alloca %[[COUNT]] x !llvm.array<4 x i64>
// HOST: %[[BYTES:.*]] = llvm.mlir.constant(256 : i64) : i64
// HOST: "llvm.intr.memset"(%[[REGIONS]], %{{.*}}, %[[BYTES]])
// HOST: %[[OWN:.*]] = llvm.getelementptr inbounds %{{.*}}[224]
// HOST: llvm.call @vmjit.translate({{.*}}, %[[OWN]])

// The words of a hart are 64 words apart; the exit's seven are stored before
// the thread ends.

// CHECK: llvm.mul
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
