// RUN: vm-opt %s --pass-pipeline='builtin.module(func.func(vm-recognize-idioms))' \
// RUN:   | FileCheck %s

// The school method, unsigned: twenty ops.

// CHECK-LABEL: func.func @school(
// CHECK-SAME: %[[A:.*]]: i64, %[[B:.*]]: i64)
// CHECK: %{{.*}}, %[[HIGH:.*]] = arith.mului_extended %[[A]], %[[B]] : i64
// CHECK-NEXT: return %[[HIGH]]
func.func @school(%a: i64, %b: i64) -> i64 {
  %mask = vm.constant 0xffffffff : i64
  %n = vm.constant 32 : i64
  %a0 = vm.and %a, %mask : i64
  %a1 = vm.shru %a, %n : i64
  %b0 = vm.and %b, %mask : i64
  %b1 = vm.shru %b, %n : i64
  %p00 = vm.mul %a0, %b0 : i64
  %p01 = vm.mul %a0, %b1 : i64
  %p10 = vm.mul %b0, %a1 : i64
  %p11 = vm.mul %a1, %b1 : i64
  %l01 = vm.and %p01, %mask : i64
  %l10 = vm.and %mask, %p10 : i64
  %h00 = vm.shru %p00, %n : i64
  %m0 = vm.add %h00, %l01 : i64
  %m1 = vm.add %m0, %l10 : i64
  %hm = vm.shru %m1, %n : i64
  %h01 = vm.shru %p01, %n : i64
  %h10 = vm.shru %p10, %n : i64
  %s0 = vm.add %h10, %hm : i64
  %s1 = vm.add %s0, %p11 : i64
  %high = vm.add %s1, %h01 : i64
  return %high : i64
}

// With the corrections of both factors it is signed: 26 ops.

// CHECK-LABEL: func.func @school_corrected(
// CHECK-SAME: %[[A:.*]]: i64, %[[B:.*]]: i64)
// CHECK: %{{.*}}, %[[HIGH:.*]] = arith.mulsi_extended %[[A]], %[[B]] : i64
// CHECK-NEXT: return %[[HIGH]]
func.func @school_corrected(%a: i64, %b: i64) -> i64 {
  %mask = vm.constant 0xffffffff : i64
  %n = vm.constant 32 : i64
  %a0 = vm.and %a, %mask : i64
  %a1 = vm.shru %a, %n : i64
  %b0 = vm.and %b, %mask : i64
  %b1 = vm.shru %b, %n : i64
  %p00 = vm.mul %a0, %b0 : i64
  %p01 = vm.mul %a0, %b1 : i64
  %p10 = vm.mul %b0, %a1 : i64
  %p11 = vm.mul %a1, %b1 : i64
  %l01 = vm.and %p01, %mask : i64
  %l10 = vm.and %mask, %p10 : i64
  %h00 = vm.shru %p00, %n : i64
  %m0 = vm.add %h00, %l01 : i64
  %m1 = vm.add %m0, %l10 : i64
  %hm = vm.shru %m1, %n : i64
  %h01 = vm.shru %p01, %n : i64
  %h10 = vm.shru %p10, %n : i64
  %s0 = vm.add %h10, %hm : i64
  %s1 = vm.add %s0, %p11 : i64
  %u = vm.add %s1, %h01 : i64
  %bits = vm.constant 63 : i64
  %sa = vm.shrs %a, %bits : i64
  %ca = vm.and %sa, %b : i64
  %sb = vm.shrs %b, %bits : i64
  %cb = vm.and %a, %sb : i64
  %v = vm.sub %u, %ca : i64
  %high = vm.sub %v, %cb : i64
  return %high : i64
}

// Corrections may come at any place of the sum, and be summed themselves.

// CHECK-LABEL: func.func @school_corrections_inside(
// CHECK-SAME: %[[A:.*]]: i64, %[[B:.*]]: i64)
// CHECK: %{{.*}}, %[[HIGH:.*]] = arith.mulsi_extended %[[A]], %[[B]] : i64
// CHECK-NEXT: return %[[HIGH]]
func.func @school_corrections_inside(%a: i64, %b: i64) -> i64 {
  %mask = vm.constant 0xffffffff : i64
  %n = vm.constant 32 : i64
  %a0 = vm.and %a, %mask : i64
  %a1 = vm.shru %a, %n : i64
  %b0 = vm.and %b, %mask : i64
  %b1 = vm.shru %b, %n : i64
  %p00 = vm.mul %a0, %b0 : i64
  %p01 = vm.mul %a0, %b1 : i64
  %p10 = vm.mul %b0, %a1 : i64
  %p11 = vm.mul %a1, %b1 : i64
  %l01 = vm.and %p01, %mask : i64
  %l10 = vm.and %mask, %p10 : i64
  %h00 = vm.shru %p00, %n : i64
  %m0 = vm.add %h00, %l01 : i64
  %m1 = vm.add %m0, %l10 : i64
  %hm = vm.shru %m1, %n : i64
  %h01 = vm.shru %p01, %n : i64
  %h10 = vm.shru %p10, %n : i64
  %bits = vm.constant 63 : i64
  %sa = vm.shrs %a, %bits : i64
  %ca = vm.and %sa, %b : i64
  %sb = vm.shrs %b, %bits : i64
  %cb = vm.and %a, %sb : i64
  %c = vm.add %cb, %ca : i64
  %s0 = vm.sub %h10, %c : i64
  %s1 = vm.add %s0, %p11 : i64
  %s2 = vm.add %h01, %hm : i64
  %high = vm.add %s1, %s2 : i64
  return %high : i64
}

// One correction is that of a signed and an unsigned factor.

// CHECK-LABEL: func.func @school_corrected_once(
// CHECK-SAME: %[[A:.*]]: i64, %[[B:.*]]: i64)
// CHECK: %{{.*}}, %[[UNSIGNED:.*]] = arith.mului_extended %[[A]], %[[B]] : i64
// CHECK-NEXT: %[[SIGN:.*]] = vm.shrs %[[A]], %{{.*}}
// CHECK-NEXT: %[[CORRECTION:.*]] = vm.and %[[SIGN]], %[[B]]
// CHECK-NEXT: %[[HIGH:.*]] = vm.sub %[[UNSIGNED]], %[[CORRECTION]]
// CHECK-NEXT: return %[[HIGH]]
func.func @school_corrected_once(%a: i64, %b: i64) -> i64 {
  %mask = vm.constant 0xffffffff : i64
  %n = vm.constant 32 : i64
  %a0 = vm.and %a, %mask : i64
  %a1 = vm.shru %a, %n : i64
  %b0 = vm.and %b, %mask : i64
  %b1 = vm.shru %b, %n : i64
  %p00 = vm.mul %a0, %b0 : i64
  %p01 = vm.mul %a0, %b1 : i64
  %p10 = vm.mul %b0, %a1 : i64
  %p11 = vm.mul %a1, %b1 : i64
  %l01 = vm.and %p01, %mask : i64
  %l10 = vm.and %mask, %p10 : i64
  %h00 = vm.shru %p00, %n : i64
  %m0 = vm.add %h00, %l01 : i64
  %m1 = vm.add %m0, %l10 : i64
  %hm = vm.shru %m1, %n : i64
  %h01 = vm.shru %p01, %n : i64
  %h10 = vm.shru %p10, %n : i64
  %bits = vm.constant 63 : i64
  %sa = vm.shrs %a, %bits : i64
  %ca = vm.and %sa, %b : i64
  %s0 = vm.sub %h10, %ca : i64
  %s1 = vm.add %s0, %p11 : i64
  %s2 = vm.add %h01, %hm : i64
  %high = vm.add %s1, %s2 : i64
  return %high : i64
}

// Other ways to write the corrections.

// CHECK-LABEL: func.func @school_corrected_by_select(
// CHECK-SAME: %[[A:.*]]: i64, %[[B:.*]]: i64)
// CHECK: %{{.*}}, %[[HIGH:.*]] = arith.mulsi_extended %[[A]], %[[B]] : i64
// CHECK-NEXT: return %[[HIGH]]
func.func @school_corrected_by_select(%a: i64, %b: i64) -> i64 {
  %mask = vm.constant 0xffffffff : i64
  %n = vm.constant 32 : i64
  %a0 = vm.and %a, %mask : i64
  %a1 = vm.shru %a, %n : i64
  %b0 = vm.and %b, %mask : i64
  %b1 = vm.shru %b, %n : i64
  %p00 = vm.mul %a0, %b0 : i64
  %p01 = vm.mul %a0, %b1 : i64
  %p10 = vm.mul %b0, %a1 : i64
  %p11 = vm.mul %a1, %b1 : i64
  %l01 = vm.and %p01, %mask : i64
  %l10 = vm.and %mask, %p10 : i64
  %h00 = vm.shru %p00, %n : i64
  %m0 = vm.add %h00, %l01 : i64
  %m1 = vm.add %m0, %l10 : i64
  %hm = vm.shru %m1, %n : i64
  %h01 = vm.shru %p01, %n : i64
  %h10 = vm.shru %p10, %n : i64
  %s0 = vm.add %h10, %hm : i64
  %s1 = vm.add %s0, %p11 : i64
  %u = vm.add %s1, %h01 : i64
  %zero = vm.constant 0 : i64
  %na = vm.cmp lt, %a, %zero : i64
  %ca = vm.select %na, %b, %zero : i64
  %nb = vm.cmp lt, %b, %zero : i64
  %cb = vm.mul %nb, %a : i64
  %v = vm.sub %u, %ca : i64
  %high = vm.sub %v, %cb : i64
  return %high : i64
}

// Signed halves need no corrections.

// CHECK-LABEL: func.func @school_signed(
// CHECK-SAME: %[[A:.*]]: i64, %[[B:.*]]: i64)
// CHECK: %{{.*}}, %[[HIGH:.*]] = arith.mulsi_extended %[[A]], %[[B]] : i64
// CHECK-NEXT: return %[[HIGH]]
func.func @school_signed(%a: i64, %b: i64) -> i64 {
  %mask = vm.constant 0xffffffff : i64
  %n = vm.constant 32 : i64
  %a0 = vm.and %a, %mask : i64
  %a1 = vm.shrs %a, %n : i64
  %b0 = vm.and %b, %mask : i64
  %b1 = vm.shrs %b, %n : i64
  %p00 = vm.mul %a0, %b0 : i64
  %p01 = vm.mul %a0, %b1 : i64
  %p10 = vm.mul %b0, %a1 : i64
  %p11 = vm.mul %a1, %b1 : i64
  %l01 = vm.and %p01, %mask : i64
  %l10 = vm.and %mask, %p10 : i64
  %h00 = vm.shru %p00, %n : i64
  %m0 = vm.add %h00, %l01 : i64
  %m1 = vm.add %m0, %l10 : i64
  %hm = vm.shru %m1, %n : i64
  %h01 = vm.shrs %p01, %n : i64
  %h10 = vm.shrs %p10, %n : i64
  %s0 = vm.add %h10, %hm : i64
  %s1 = vm.add %s0, %p11 : i64
  %high = vm.add %s1, %h01 : i64
  return %high : i64
}

// CHECK-LABEL: func.func @ladder(
// CHECK-SAME: %[[A:.*]]: i64, %[[B:.*]]: i64)
// CHECK: %{{.*}}, %[[HIGH:.*]] = arith.mului_extended %[[A]], %[[B]] : i64
// CHECK-NEXT: return %[[HIGH]]
func.func @ladder(%a: i64, %b: i64) -> i64 {
  %mask = vm.constant 0xffffffff : i64
  %n = vm.constant 32 : i64
  %a0 = vm.and %a, %mask : i64
  %a1 = vm.shru %a, %n : i64
  %b0 = vm.and %b, %mask : i64
  %b1 = vm.shru %b, %n : i64
  %p00 = vm.mul %a0, %b0 : i64
  %p01 = vm.mul %a0, %b1 : i64
  %p10 = vm.mul %b0, %a1 : i64
  %p11 = vm.mul %a1, %b1 : i64
  %h00 = vm.shru %p00, %n : i64
  %t = vm.add %p10, %h00 : i64
  %th = vm.shru %t, %n : i64
  %tl = vm.and %t, %mask : i64
  %w = vm.add %p01, %tl : i64
  %wh = vm.shru %w, %n : i64
  %s0 = vm.add %p11, %th : i64
  %high = vm.add %s0, %wh : i64
  return %high : i64
}

// The other product first.

// CHECK-LABEL: func.func @ladder_other(
// CHECK-SAME: %[[A:.*]]: i64, %[[B:.*]]: i64)
// CHECK: %{{.*}}, %[[HIGH:.*]] = arith.mului_extended %[[A]], %[[B]] : i64
// CHECK-NEXT: return %[[HIGH]]
func.func @ladder_other(%a: i64, %b: i64) -> i64 {
  %mask = vm.constant 0xffffffff : i64
  %n = vm.constant 32 : i64
  %a0 = vm.and %a, %mask : i64
  %a1 = vm.shru %a, %n : i64
  %b0 = vm.and %b, %mask : i64
  %b1 = vm.shru %b, %n : i64
  %p00 = vm.mul %a0, %b0 : i64
  %p01 = vm.mul %a0, %b1 : i64
  %p10 = vm.mul %b0, %a1 : i64
  %p11 = vm.mul %a1, %b1 : i64
  %h00 = vm.shru %p00, %n : i64
  %t = vm.add %p01, %h00 : i64
  %th = vm.shru %t, %n : i64
  %tl = vm.and %t, %mask : i64
  %w = vm.add %p10, %tl : i64
  %wh = vm.shru %w, %n : i64
  %s0 = vm.add %p11, %th : i64
  %high = vm.add %s0, %wh : i64
  return %high : i64
}

// CHECK-LABEL: func.func @ladder_signed(
// CHECK-SAME: %[[A:.*]]: i64, %[[B:.*]]: i64)
// CHECK: %{{.*}}, %[[HIGH:.*]] = arith.mulsi_extended %[[A]], %[[B]] : i64
// CHECK-NEXT: return %[[HIGH]]
func.func @ladder_signed(%a: i64, %b: i64) -> i64 {
  %mask = vm.constant 0xffffffff : i64
  %n = vm.constant 32 : i64
  %a0 = vm.and %a, %mask : i64
  %a1 = vm.shrs %a, %n : i64
  %b0 = vm.and %b, %mask : i64
  %b1 = vm.shrs %b, %n : i64
  %p00 = vm.mul %a0, %b0 : i64
  %p01 = vm.mul %a0, %b1 : i64
  %p10 = vm.mul %b0, %a1 : i64
  %p11 = vm.mul %a1, %b1 : i64
  %h00 = vm.shru %p00, %n : i64
  %t = vm.add %p10, %h00 : i64
  %th = vm.shrs %t, %n : i64
  %tl = vm.and %t, %mask : i64
  %w = vm.add %p01, %tl : i64
  %wh = vm.shrs %w, %n : i64
  %s0 = vm.add %p11, %th : i64
  %high = vm.add %s0, %wh : i64
  return %high : i64
}

// CHECK-LABEL: func.func @ladder_mixed(
// CHECK-SAME: %[[A:.*]]: i64, %[[B:.*]]: i64)
// CHECK: %{{.*}}, %[[UNSIGNED:.*]] = arith.mului_extended %[[A]], %[[B]] : i64
// CHECK-NEXT: %[[SIGN:.*]] = vm.shrs %[[A]], %{{.*}}
// CHECK-NEXT: %[[CORRECTION:.*]] = vm.and %[[SIGN]], %[[B]]
// CHECK-NEXT: %[[HIGH:.*]] = vm.sub %[[UNSIGNED]], %[[CORRECTION]]
// CHECK-NEXT: return %[[HIGH]]
func.func @ladder_mixed(%a: i64, %b: i64) -> i64 {
  %mask = vm.constant 0xffffffff : i64
  %n = vm.constant 32 : i64
  %a0 = vm.and %a, %mask : i64
  %a1 = vm.shrs %a, %n : i64
  %b0 = vm.and %b, %mask : i64
  %b1 = vm.shru %b, %n : i64
  %p00 = vm.mul %a0, %b0 : i64
  %p01 = vm.mul %a0, %b1 : i64
  %p10 = vm.mul %b0, %a1 : i64
  %p11 = vm.mul %a1, %b1 : i64
  %h00 = vm.shru %p00, %n : i64
  %t = vm.add %p10, %h00 : i64
  %th = vm.shrs %t, %n : i64
  %tl = vm.and %t, %mask : i64
  %w = vm.add %p01, %tl : i64
  %wh = vm.shru %w, %n : i64
  %s0 = vm.add %p11, %th : i64
  %high = vm.add %s0, %wh : i64
  return %high : i64
}

// CHECK-LABEL: func.func @ladder_mixed_other(
// CHECK-SAME: %[[A:.*]]: i64, %[[B:.*]]: i64)
// CHECK: %{{.*}}, %[[UNSIGNED:.*]] = arith.mului_extended %[[A]], %[[B]] : i64
// CHECK-NEXT: %[[SIGN:.*]] = vm.shrs %[[A]], %{{.*}}
// CHECK-NEXT: %[[CORRECTION:.*]] = vm.and %[[SIGN]], %[[B]]
// CHECK-NEXT: %[[HIGH:.*]] = vm.sub %[[UNSIGNED]], %[[CORRECTION]]
// CHECK-NEXT: return %[[HIGH]]
func.func @ladder_mixed_other(%a: i64, %b: i64) -> i64 {
  %mask = vm.constant 0xffffffff : i64
  %n = vm.constant 32 : i64
  %a0 = vm.and %a, %mask : i64
  %a1 = vm.shrs %a, %n : i64
  %b0 = vm.and %b, %mask : i64
  %b1 = vm.shru %b, %n : i64
  %p00 = vm.mul %a0, %b0 : i64
  %p01 = vm.mul %a0, %b1 : i64
  %p10 = vm.mul %b0, %a1 : i64
  %p11 = vm.mul %a1, %b1 : i64
  %h00 = vm.shru %p00, %n : i64
  %t = vm.add %p01, %h00 : i64
  %th = vm.shru %t, %n : i64
  %tl = vm.and %t, %mask : i64
  %w = vm.add %p10, %tl : i64
  %wh = vm.shrs %w, %n : i64
  %s0 = vm.add %p11, %th : i64
  %high = vm.add %s0, %wh : i64
  return %high : i64
}

// The carry of the sum in the middle, as libraries for long numbers have it.

// CHECK-LABEL: func.func @carry(
// CHECK-SAME: %[[A:.*]]: i64, %[[B:.*]]: i64)
// CHECK: %{{.*}}, %[[HIGH:.*]] = arith.mului_extended %[[A]], %[[B]] : i64
// CHECK-NEXT: return %[[HIGH]]
func.func @carry(%a: i64, %b: i64) -> i64 {
  %mask = vm.constant 0xffffffff : i64
  %n = vm.constant 32 : i64
  %a0 = vm.and %a, %mask : i64
  %a1 = vm.shru %a, %n : i64
  %b0 = vm.and %b, %mask : i64
  %b1 = vm.shru %b, %n : i64
  %p00 = vm.mul %a0, %b0 : i64
  %p01 = vm.mul %a0, %b1 : i64
  %p10 = vm.mul %b0, %a1 : i64
  %p11 = vm.mul %a1, %b1 : i64
  %h00 = vm.shru %p00, %n : i64
  %x = vm.add %p10, %h00 : i64
  %mid = vm.add %x, %p01 : i64
  %c = vm.cmp ltu, %mid, %p01 : i64
  %c32 = vm.shl %c, %n : i64
  %mh = vm.shru %mid, %n : i64
  %s0 = vm.add %p11, %c32 : i64
  %high = vm.add %s0, %mh : i64
  return %high : i64
}

// CHECK-LABEL: func.func @carry_of_sum(
// CHECK-SAME: %[[A:.*]]: i64, %[[B:.*]]: i64)
// CHECK: %{{.*}}, %[[HIGH:.*]] = arith.mului_extended %[[A]], %[[B]] : i64
// CHECK-NEXT: return %[[HIGH]]
func.func @carry_of_sum(%a: i64, %b: i64) -> i64 {
  %mask = vm.constant 0xffffffff : i64
  %n = vm.constant 32 : i64
  %a0 = vm.and %a, %mask : i64
  %a1 = vm.shru %a, %n : i64
  %b0 = vm.and %b, %mask : i64
  %b1 = vm.shru %b, %n : i64
  %p00 = vm.mul %a0, %b0 : i64
  %p01 = vm.mul %a0, %b1 : i64
  %p10 = vm.mul %b0, %a1 : i64
  %p11 = vm.mul %a1, %b1 : i64
  %h00 = vm.shru %p00, %n : i64
  %x = vm.add %p10, %h00 : i64
  %mid = vm.add %p01, %x : i64
  %c = vm.cmp ltu, %mid, %x : i64
  %c32 = vm.shl %c, %n : i64
  %mh = vm.shru %mid, %n : i64
  %s0 = vm.add %p11, %c32 : i64
  %high = vm.add %s0, %mh : i64
  return %high : i64
}

// CHECK-LABEL: func.func @carry_or(
// CHECK-SAME: %[[A:.*]]: i64, %[[B:.*]]: i64)
// CHECK: %{{.*}}, %[[HIGH:.*]] = arith.mului_extended %[[A]], %[[B]] : i64
// CHECK-NEXT: return %[[HIGH]]
func.func @carry_or(%a: i64, %b: i64) -> i64 {
  %mask = vm.constant 0xffffffff : i64
  %n = vm.constant 32 : i64
  %a0 = vm.and %a, %mask : i64
  %a1 = vm.shru %a, %n : i64
  %b0 = vm.and %b, %mask : i64
  %b1 = vm.shru %b, %n : i64
  %p00 = vm.mul %a0, %b0 : i64
  %p01 = vm.mul %a0, %b1 : i64
  %p10 = vm.mul %b0, %a1 : i64
  %p11 = vm.mul %a1, %b1 : i64
  %mid = vm.add %p10, %p01 : i64
  %c = vm.cmp ltu, %mid, %p10 : i64
  %c32 = vm.shl %c, %n : i64
  %mh = vm.shru %mid, %n : i64
  %upper = vm.or %c32, %mh : i64
  %ml = vm.shl %mid, %n : i64
  %low = vm.add %p00, %ml : i64
  %c2 = vm.cmp ltu, %low, %p00 : i64
  %s0 = vm.add %p11, %upper : i64
  %high = vm.add %s0, %c2 : i64
  return %high : i64
}

// CHECK-LABEL: func.func @carry_select(
// CHECK-SAME: %[[A:.*]]: i64, %[[B:.*]]: i64)
// CHECK: %{{.*}}, %[[HIGH:.*]] = arith.mului_extended %[[A]], %[[B]] : i64
// CHECK-NEXT: return %[[HIGH]]
func.func @carry_select(%a: i64, %b: i64) -> i64 {
  %mask = vm.constant 0xffffffff : i64
  %n = vm.constant 32 : i64
  %a0 = vm.and %a, %mask : i64
  %a1 = vm.shru %a, %n : i64
  %b0 = vm.and %b, %mask : i64
  %b1 = vm.shru %b, %n : i64
  %p00 = vm.mul %a0, %b0 : i64
  %p01 = vm.mul %a0, %b1 : i64
  %p10 = vm.mul %b0, %a1 : i64
  %p11 = vm.mul %a1, %b1 : i64
  %zero = vm.constant 0 : i64
  %one = vm.constant 0x100000000 : i64
  %mid = vm.add %p10, %p01 : i64
  %c = vm.cmp ltu, %mid, %p10 : i64
  %c32 = vm.select %c, %one, %zero : i64
  %mh = vm.shru %mid, %n : i64
  %ml = vm.and %mid, %mask : i64
  %h00 = vm.shru %p00, %n : i64
  %w = vm.add %h00, %ml : i64
  %wh = vm.shru %w, %n : i64
  %s0 = vm.add %p11, %wh : i64
  %s1 = vm.add %s0, %c32 : i64
  %high = vm.add %s1, %mh : i64
  return %high : i64
}

// Both factors are one value, and both products in the middle one product.

// CHECK-LABEL: func.func @square(
// CHECK-SAME: %[[A:.*]]: i64)
// CHECK: %{{.*}}, %[[HIGH:.*]] = arith.mului_extended %[[A]], %[[A]] : i64
// CHECK-NEXT: return %[[HIGH]]
func.func @square(%a: i64) -> i64 {
  %mask = vm.constant 0xffffffff : i64
  %n = vm.constant 32 : i64
  %a0 = vm.and %a, %mask : i64
  %a1 = vm.shru %a, %n : i64
  %p00 = vm.mul %a0, %a0 : i64
  %p01 = vm.mul %a0, %a1 : i64
  %p11 = vm.mul %a1, %a1 : i64
  %l01 = vm.and %p01, %mask : i64
  %h00 = vm.shru %p00, %n : i64
  %m0 = vm.add %l01, %l01 : i64
  %m1 = vm.add %m0, %h00 : i64
  %hm = vm.shru %m1, %n : i64
  %h01 = vm.shru %p01, %n : i64
  %s0 = vm.add %h01, %hm : i64
  %s1 = vm.add %s0, %p11 : i64
  %high = vm.add %s1, %h01 : i64
  return %high : i64
}

// The halves of a constant are constants: the start of x / 10.

// CHECK-LABEL: func.func @constant(
// CHECK-SAME: %[[A:.*]]: i64)
// CHECK: %[[B:.*]] = vm.constant -3689348814741910323 : i64
// CHECK: %{{.*}}, %[[HIGH:.*]] = arith.mului_extended %[[A]], %[[B]] : i64
// CHECK-NEXT: return %[[HIGH]]
func.func @constant(%a: i64) -> i64 {
  %mask = vm.constant 0xffffffff : i64
  %n = vm.constant 32 : i64
  %a0 = vm.and %a, %mask : i64
  %a1 = vm.shru %a, %n : i64
  %b0 = vm.constant 0xcccccccd : i64
  %b1 = vm.constant 0xcccccccc : i64
  %p00 = vm.mul %a0, %b0 : i64
  %p01 = vm.mul %a0, %b1 : i64
  %p10 = vm.mul %b0, %a1 : i64
  %p11 = vm.mul %a1, %b1 : i64
  %h00 = vm.shru %p00, %n : i64
  %t = vm.add %p10, %h00 : i64
  %th = vm.shru %t, %n : i64
  %tl = vm.and %t, %mask : i64
  %w = vm.add %p01, %tl : i64
  %wh = vm.shru %w, %n : i64
  %s0 = vm.add %p11, %th : i64
  %high = vm.add %s0, %wh : i64
  return %high : i64
}

// The correction of a negative constant is all of the other factor.

// CHECK-LABEL: func.func @constant_signed(
// CHECK-SAME: %[[A:.*]]: i64)
// CHECK: %[[B:.*]] = vm.constant -3689348814741910323 : i64
// CHECK: %{{.*}}, %[[HIGH:.*]] = arith.mulsi_extended %[[A]], %[[B]] : i64
// CHECK-NEXT: return %[[HIGH]]
func.func @constant_signed(%a: i64) -> i64 {
  %mask = vm.constant 0xffffffff : i64
  %n = vm.constant 32 : i64
  %a0 = vm.and %a, %mask : i64
  %a1 = vm.shru %a, %n : i64
  %b0 = vm.constant 0xcccccccd : i64
  %b1 = vm.constant 0xcccccccc : i64
  %p00 = vm.mul %a0, %b0 : i64
  %p01 = vm.mul %a0, %b1 : i64
  %p10 = vm.mul %b0, %a1 : i64
  %p11 = vm.mul %a1, %b1 : i64
  %h00 = vm.shru %p00, %n : i64
  %t = vm.add %p10, %h00 : i64
  %th = vm.shru %t, %n : i64
  %tl = vm.and %t, %mask : i64
  %w = vm.add %p01, %tl : i64
  %wh = vm.shru %w, %n : i64
  %s0 = vm.add %p11, %th : i64
  %u = vm.add %s0, %wh : i64
  %bits = vm.constant 63 : i64
  %b = vm.constant 0xcccccccccccccccd : i64
  %sa = vm.shrs %a, %bits : i64
  %ca = vm.and %sa, %b : i64
  %v = vm.sub %u, %a : i64
  %high = vm.sub %v, %ca : i64
  return %high : i64
}

// CHECK-LABEL: func.func @low_by_shifts(
// CHECK-SAME: %[[A:.*]]: i64, %[[B:.*]]: i64)
// CHECK: %{{.*}}, %[[HIGH:.*]] = arith.mului_extended %[[A]], %[[B]] : i64
// CHECK-NEXT: return %[[HIGH]]
func.func @low_by_shifts(%a: i64, %b: i64) -> i64 {
  %n = vm.constant 32 : i64
  %au = vm.shl %a, %n : i64
  %a0 = vm.shru %au, %n : i64
  %a1 = vm.shru %a, %n : i64
  %b32 = arith.trunci %b : i64 to i32
  %b0 = arith.extui %b32 : i32 to i64
  %b1 = vm.shru %b, %n : i64
  %mask = vm.constant 0xffffffff : i64
  %p00 = vm.mul %a0, %b0 : i64
  %p01 = vm.mul %a0, %b1 : i64
  %p10 = vm.mul %b0, %a1 : i64
  %p11 = vm.mul %a1, %b1 : i64
  %h00 = vm.shru %p00, %n : i64
  %t = vm.add %p10, %h00 : i64
  %th = vm.shru %t, %n : i64
  %tl = vm.and %t, %mask : i64
  %w = vm.add %p01, %tl : i64
  %wh = vm.shru %w, %n : i64
  %s0 = vm.add %p11, %th : i64
  %high = vm.add %s0, %wh : i64
  return %high : i64
}
