// RUN: vm-opt %s --pass-pipeline='builtin.module(func.func(vm-recognize-idioms))' \
// RUN:   | FileCheck %s

// What is not quite the high half stays. Here the sum of both products in the
// middle may overflow, and the carry is lost.

// CHECK-LABEL: func.func @overflowing_middle(
// CHECK-NOT: _extended {{.*}} : i64
// CHECK: return
func.func @overflowing_middle(%a: i64, %b: i64) -> i64 {
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
  %s0 = vm.add %p10, %h00 : i64
  %mid = vm.add %s0, %p01 : i64
  %mh = vm.shru %mid, %n : i64
  %high = vm.add %p11, %mh : i64
  return %high : i64
}

// A product with a sign, shifted as if it had none.

// CHECK-LABEL: func.func @wrong_sign(
// CHECK-NOT: _extended {{.*}} : i64
// CHECK: return
func.func @wrong_sign(%a: i64, %b: i64) -> i64 {
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
  %wh = vm.shru %w, %n : i64
  %s0 = vm.add %p11, %th : i64
  %high = vm.add %s0, %wh : i64
  return %high : i64
}

// CHECK-LABEL: func.func @wrong_sign_of_halves(
// CHECK-NOT: _extended {{.*}} : i64
// CHECK: return
func.func @wrong_sign_of_halves(%a: i64, %b: i64) -> i64 {
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
  %wh = vm.shrs %w, %n : i64
  %s0 = vm.add %p11, %th : i64
  %high = vm.add %s0, %wh : i64
  return %high : i64
}

// The low product has no sign.

// CHECK-LABEL: func.func @wrong_sign_of_low(
// CHECK-NOT: _extended {{.*}} : i64
// CHECK: return
func.func @wrong_sign_of_low(%a: i64, %b: i64) -> i64 {
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
  %h00 = vm.shrs %p00, %n : i64
  %t = vm.add %p10, %h00 : i64
  %th = vm.shrs %t, %n : i64
  %tl = vm.and %t, %mask : i64
  %w = vm.add %p01, %tl : i64
  %wh = vm.shrs %w, %n : i64
  %s0 = vm.add %p11, %th : i64
  %high = vm.add %s0, %wh : i64
  return %high : i64
}

// Carries of signed products are not carries.

// CHECK-LABEL: func.func @carry_signed(
// CHECK-NOT: _extended {{.*}} : i64
// CHECK: return
func.func @carry_signed(%a: i64, %b: i64) -> i64 {
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
  %x = vm.add %p10, %h00 : i64
  %mid = vm.add %x, %p01 : i64
  %c = vm.cmp ltu, %mid, %p01 : i64
  %c32 = vm.shl %c, %n : i64
  %mh = vm.shru %mid, %n : i64
  %s0 = vm.add %p11, %c32 : i64
  %high = vm.add %s0, %mh : i64
  return %high : i64
}

// The carry of another sum.

// CHECK-LABEL: func.func @wrong_carry(
// CHECK-NOT: _extended {{.*}} : i64
// CHECK: return
func.func @wrong_carry(%a: i64, %b: i64) -> i64 {
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
  %c = vm.cmp ltu, %x, %p01 : i64
  %c32 = vm.shl %c, %n : i64
  %mh = vm.shru %mid, %n : i64
  %s0 = vm.add %p11, %c32 : i64
  %high = vm.add %s0, %mh : i64
  return %high : i64
}

// What the sum is compared with is not one of its addends.

// CHECK-LABEL: func.func @carry_of_other_addends(
// CHECK-NOT: _extended {{.*}} : i64
// CHECK: return
func.func @carry_of_other_addends(%a: i64, %b: i64) -> i64 {
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
  %mid = vm.add %p10, %p01 : i64
  %c = vm.cmp ltu, %mid, %x : i64
  %c32 = vm.shl %c, %n : i64
  %mh = vm.shru %mid, %n : i64
  %ml = vm.and %mid, %mask : i64
  %w = vm.add %h00, %ml : i64
  %wh = vm.shru %w, %n : i64
  %s0 = vm.add %p11, %wh : i64
  %s1 = vm.add %s0, %c32 : i64
  %high = vm.add %s1, %mh : i64
  return %high : i64
}

// One product twice, the other not at all.

// CHECK-LABEL: func.func @missing_product(
// CHECK-NOT: _extended {{.*}} : i64
// CHECK: return
func.func @missing_product(%a: i64, %b: i64) -> i64 {
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
  %s0 = vm.add %h01, %hm : i64
  %s1 = vm.add %s0, %p11 : i64
  %high = vm.add %s1, %h01 : i64
  return %high : i64
}

// CHECK-LABEL: func.func @missing_low(
// CHECK-NOT: _extended {{.*}} : i64
// CHECK: return
func.func @missing_low(%a: i64, %b: i64) -> i64 {
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
  %high = vm.add %s0, %th : i64
  return %high : i64
}

// One term more.

// CHECK-LABEL: func.func @extra_term(
// CHECK-NOT: _extended {{.*}} : i64
// CHECK: return
func.func @extra_term(%a: i64, %b: i64) -> i64 {
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
  %s = vm.add %p11, %a : i64
  %r = vm.add %s, %th : i64
  %high = vm.add %r, %wh : i64
  return %high : i64
}

// CHECK-LABEL: func.func @subtracted(
// CHECK-NOT: _extended {{.*}} : i64
// CHECK: return
func.func @subtracted(%a: i64, %b: i64) -> i64 {
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
  %s = vm.sub %p11, %th : i64
  %high = vm.add %s, %wh : i64
  return %high : i64
}

// CHECK-LABEL: func.func @other_mask(
// CHECK-NOT: _extended {{.*}} : i64
// CHECK: return
func.func @other_mask(%a: i64, %b: i64) -> i64 {
  %mask = vm.constant 0x7fffffff : i64
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

// CHECK-LABEL: func.func @other_shift(
// CHECK-NOT: _extended {{.*}} : i64
// CHECK: return
func.func @other_shift(%a: i64, %b: i64) -> i64 {
  %mask = vm.constant 0xffffffff : i64
  %n = vm.constant 31 : i64
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

// The correction of a by a.

// CHECK-LABEL: func.func @wrong_correction(
// CHECK: arith.mului_extended
// CHECK: vm.and
// CHECK: vm.and
// CHECK: return
func.func @wrong_correction(%a: i64, %b: i64) -> i64 {
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
  %u = vm.add %s0, %wh : i64
  %bits = vm.constant 63 : i64
  %sa = vm.shrs %a, %bits : i64
  %ca = vm.and %sa, %b : i64
  %sb = vm.shrs %b, %bits : i64
  %cb = vm.and %sb, %b : i64
  %v = vm.sub %u, %ca : i64
  %high = vm.sub %v, %cb : i64
  return %high : i64
}

// Halves of different constants.

// CHECK-LABEL: func.func @constant_mismatch(
// CHECK-NOT: _extended {{.*}} : i64
// CHECK: return
func.func @constant_mismatch(%a: i64) -> i64 {
  %mask = vm.constant 0xffffffff : i64
  %n = vm.constant 32 : i64
  %a0 = vm.and %a, %mask : i64
  %a1 = vm.shru %a, %n : i64
  %b0 = vm.constant 0xcccccccd : i64
  %b1 = vm.constant 0xcccccccc : i64
  %c0 = vm.constant 0xcccccccc : i64
  %p00 = vm.mul %a0, %b0 : i64
  %p01 = vm.mul %a0, %b1 : i64
  %p10 = vm.mul %c0, %a1 : i64
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
