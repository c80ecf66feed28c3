// RUN: vm-opt %s --split-input-file \
// RUN:   --pass-pipeline='builtin.module(func.func(vm-infer-pointers,canonicalize))' \
// RUN:   | FileCheck %s

// CHECK-LABEL: func.func @buffer(
// CHECK-SAME: %[[BUFFER:.*]]: !vm.ptr<global>, %[[INDEX:.*]]: i64)
// CHECK: %[[PTR:.*]] = vm.ptr.add %[[BUFFER]], %[[INDEX]]
// CHECK: vm.ptr.load %[[PTR]] align 4 : <global>
func.func @buffer(%buffer: !vm.ptr<global>, %index: i64) -> i32 {
  %base = vm.ptr.to_int %buffer : <global>
  %ea = vm.add %index, %base : i64
  %ptr = vm.ptr.from_int %ea : <generic>
  %0 = vm.ptr.load %ptr align 4 : <generic> -> i32
  return %0 : i32
}

// -----

// A pointer that a loop moves is an argument of the loop.

// CHECK-LABEL: func.func @loop(
// CHECK-SAME: %[[BUFFER:.*]]: !vm.ptr<global>,
// CHECK: cf.br ^[[LOOP:.*]](%[[BUFFER]] : !vm.ptr<global>)
// CHECK: ^[[LOOP]](%[[PTR:.*]]: !vm.ptr<global>):
// CHECK: vm.ptr.store %{{.*}}, %[[PTR]] align 8 : i64, <global>
// CHECK: vm.ptr.add %[[PTR]]
func.func @loop(%buffer: !vm.ptr<global>, %more: i1) {
  %eight = vm.constant 8 : i64
  %base = vm.ptr.to_int %buffer : <global>
  cf.br ^loop(%base : i64)
^loop(%ea: i64):
  %ptr = vm.ptr.from_int %ea : <generic>
  vm.ptr.store %ea, %ptr align 8 : i64, <generic>
  %next = vm.add %ea, %eight : i64
  cf.cond_br %more, ^loop(%next : i64), ^done
^done:
  return
}

// -----

// CHECK-LABEL: func.func @select(
// CHECK-SAME: %[[A:.*]]: !vm.ptr<global>, %[[B:.*]]: !vm.ptr<global>, %[[COND:.*]]: i64)
// CHECK: %[[PTR:.*]] = vm.ptr.select %[[COND]], %[[A]], %[[B]] : <global>
// CHECK: vm.ptr.load %[[PTR]]
func.func @select(%a: !vm.ptr<global>, %b: !vm.ptr<global>, %cond: i64) -> i8 {
  %0 = vm.ptr.to_int %a : <global>
  %1 = vm.ptr.to_int %b : <global>
  %ea = vm.select %cond, %0, %1 : i64
  %ptr = vm.ptr.from_int %ea : <generic>
  %2 = vm.ptr.load %ptr align 1 : <generic> -> i8
  return %2 : i8
}

// -----

// A constant in a segment's range points into it: constant memory, or global
// where it is writable.

// CHECK-LABEL: func.func @segment_constant
// CHECK-DAG: %[[READ_ONLY:.*]] = vm.ptr.segment 0 : <constant>
// CHECK-DAG: %[[TWO:.*]] = vm.constant 2 : i64
// CHECK: %[[PTR:.*]] = vm.ptr.add %[[READ_ONLY]], %[[TWO]]
// CHECK: vm.ptr.load %[[PTR]] align 1 : <constant>
// CHECK: %[[WRITABLE:.*]] = vm.ptr.segment 1 : <global>
// CHECK: vm.ptr.store %{{.*}}, %[[WRITABLE]] align 1 : i8, <global>
func.func @segment_constant() attributes {vm.segments = [
    #vm.segment<4096, writable = false, "abcd">,
    #vm.segment<8192, writable = true, "abcd">]} {
  %0 = vm.constant 4098 : i64
  %from = vm.ptr.from_int %0 : <generic>
  %1 = vm.ptr.load %from align 1 : <generic> -> i8
  %2 = vm.constant 8192 : i64
  %to = vm.ptr.from_int %2 : <generic>
  vm.ptr.store %1, %to align 1 : i8, <generic>
  return
}

// -----

// CHECK-LABEL: func.func @segment_index(
// CHECK-SAME: %[[INDEX:.*]]: i64)
// CHECK: %[[SEGMENT:.*]] = vm.ptr.segment 0 : <constant>
// CHECK: %[[PTR:.*]] = vm.ptr.add %[[SEGMENT]], %[[INDEX]]
// CHECK: vm.ptr.load %[[PTR]] align 1 : <constant>
func.func @segment_index(%index: i64) -> i8 attributes {vm.segments = [
    #vm.segment<4096, writable = false, "abcd">]} {
  %base = vm.constant 4096 : i64
  %ea = vm.add %base, %index : i64
  %ptr = vm.ptr.from_int %ea : <generic>
  %0 = vm.ptr.load %ptr align 1 : <generic> -> i8
  return %0 : i8
}

// -----

// An offset that looks like a segment's address is still an offset.

// CHECK-LABEL: func.func @large_offset(
// CHECK-SAME: %[[BUFFER:.*]]: !vm.ptr<global>)
// CHECK: %[[OFFSET:.*]] = vm.constant 4096
// CHECK: vm.ptr.add %[[BUFFER]], %[[OFFSET]]
// CHECK: vm.ptr.load %{{.*}} : <global>
func.func @large_offset(%buffer: !vm.ptr<global>) -> i8
    attributes {vm.segments = [#vm.segment<4096, writable = false, "abcd">]} {
  %base = vm.ptr.to_int %buffer : <global>
  %offset = vm.constant 4096 : i64
  %ea = vm.add %base, %offset : i64
  %ptr = vm.ptr.from_int %ea : <generic>
  %0 = vm.ptr.load %ptr align 1 : <generic> -> i8
  return %0 : i8
}

// -----

// CHECK-LABEL: func.func @stack
// CHECK: %[[STACK:.*]] = vm.ptr.alloca 32 : <private>
// CHECK: %[[SLOT:.*]] = vm.ptr.add %[[STACK]]
// CHECK: vm.ptr.load %[[SLOT]] align 8 : <private>
func.func @stack() -> i64 {
  %stack = vm.ptr.alloca 32 : <private>
  %sp = vm.ptr.to_int %stack : <private>
  %eight = vm.constant 8 : i64
  %ea = vm.add %sp, %eight : i64
  %ptr = vm.ptr.from_int %ea : <generic>
  %0 = vm.ptr.load %ptr align 8 : <generic> -> i64
  return %0 : i64
}

// -----

// A pointer moved down: the subtrahend is negated.

// CHECK-LABEL: func.func @below(
// CHECK-SAME: %[[BUFFER:.*]]: !vm.ptr<global>, %[[INDEX:.*]]: i64)
// CHECK: %[[ZERO:.*]] = vm.constant 0 : i64
// CHECK: %[[OFFSET:.*]] = vm.sub %[[ZERO]], %[[INDEX]]
// CHECK: %[[PTR:.*]] = vm.ptr.add %[[BUFFER]], %[[OFFSET]]
// CHECK: vm.ptr.load %[[PTR]] align 8 : <global>
func.func @below(%buffer: !vm.ptr<global>, %index: i64) -> i64 {
  %base = vm.ptr.to_int %buffer : <global>
  %ea = vm.sub %base, %index : i64
  %ptr = vm.ptr.from_int %ea : <generic>
  %0 = vm.ptr.load %ptr align 8 : <generic> -> i64
  return %0 : i64
}

// -----

// CHECK-LABEL: func.func @shared
// CHECK: %[[SHARED:.*]] = vm.ptr.shared : <shared>
// CHECK: vm.ptr.load %[[SHARED]] align 4 : <shared>
func.func @shared() -> i32 {
  %base = vm.gpu.shared_base
  %ptr = vm.ptr.from_int %base : <generic>
  %0 = vm.ptr.load %ptr align 4 : <generic> -> i32
  return %0 : i32
}

// -----

// One address in two spaces: generic.

// CHECK-LABEL: func.func @buffer_or_segment(
// CHECK-SAME: %[[BUFFER:.*]]: !vm.ptr<global>,
// CHECK: %[[FROM_BUFFER:.*]] = vm.ptr.cast %[[BUFFER]] : <global> -> <generic>
// CHECK: %[[FROM_SEGMENT:.*]] = vm.ptr.cast %{{.*}} : <constant> -> <generic>
// CHECK: %[[PTR:.*]] = vm.ptr.select %{{.*}}, %[[FROM_BUFFER]], %[[FROM_SEGMENT]] : <generic>
// CHECK: vm.ptr.load %[[PTR]] align 1 : <generic>
func.func @buffer_or_segment(%buffer: !vm.ptr<global>, %cond: i64) -> i8
    attributes {vm.segments = [#vm.segment<4096, writable = false, "abcd">]} {
  %base = vm.ptr.to_int %buffer : <global>
  %segment = vm.constant 4096 : i64
  %ea = vm.select %cond, %base, %segment : i64
  %ptr = vm.ptr.from_int %ea : <generic>
  %0 = vm.ptr.load %ptr align 1 : <generic> -> i8
  return %0 : i8
}

// -----

// What is loaded may point anywhere.

// CHECK-LABEL: func.func @loaded_pointer
// CHECK: %[[LOADED:.*]] = vm.ptr.load %{{.*}} align 8 : <global> -> i64
// CHECK: %[[PTR:.*]] = vm.ptr.from_int %[[LOADED]] : <generic>
// CHECK: vm.ptr.load %[[PTR]] align 8 : <generic>
func.func @loaded_pointer(%buffer: !vm.ptr<global>) -> i64 {
  %loaded = vm.ptr.load %buffer align 8 : <global> -> i64
  %ptr = vm.ptr.from_int %loaded : <generic>
  %0 = vm.ptr.load %ptr align 8 : <generic> -> i64
  return %0 : i64
}

// -----

// The sum of two pointers points nowhere in particular.

// CHECK-LABEL: func.func @two_pointers
// CHECK: %[[SUM:.*]] = vm.add
// CHECK: %[[PTR:.*]] = vm.ptr.from_int %[[SUM]] : <generic>
// CHECK: vm.ptr.load %[[PTR]] align 1 : <generic>
func.func @two_pointers(%a: !vm.ptr<global>, %b: !vm.ptr<global>) -> i8 {
  %0 = vm.ptr.to_int %a : <global>
  %1 = vm.ptr.to_int %b : <global>
  %ea = vm.add %0, %1 : i64
  %ptr = vm.ptr.from_int %ea : <generic>
  %2 = vm.ptr.load %ptr align 1 : <generic> -> i8
  return %2 : i8
}

// -----

// An address of unknown origin is compared with the segments at run time.

// CHECK-LABEL: func.func @unknown_with_segments(
// CHECK-SAME: %[[EA:.*]]: i64)
// CHECK: %[[OFFSET:.*]] = vm.add %[[EA]], %{{.*}}
// CHECK: %[[IS_INSIDE:.*]] = vm.cmp ltu, %[[OFFSET]]
// CHECK: %[[SEGMENT:.*]] = vm.ptr.to_int %{{.*}} : <constant>
// CHECK: %[[INSIDE:.*]] = vm.add %[[SEGMENT]], %[[OFFSET]]
// CHECK: %[[ADDRESS:.*]] = vm.select %[[IS_INSIDE]], %[[INSIDE]], %[[EA]]
// CHECK: %[[PTR:.*]] = vm.ptr.from_int %[[ADDRESS]] : <generic>
// CHECK: vm.ptr.load %[[PTR]] align 1 : <generic>
func.func @unknown_with_segments(%ea: i64) -> i8 attributes {vm.segments = [
    #vm.segment<4096, writable = false, "abcd">]} {
  %ptr = vm.ptr.from_int %ea : <generic>
  %0 = vm.ptr.load %ptr align 1 : <generic> -> i8
  return %0 : i8
}
