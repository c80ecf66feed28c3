// RUN: vm-compile %s --target=nvptx64:sm_90 --emit=ptx | FileCheck %s

// Arithmetic of 64 bits with an extension after it is arithmetic of 32 bits.

// CHECK-LABEL: .visible .entry words(
// CHECK-NOT: {{(add|sub|mul.lo|shl|shr|div|rem|min)\.[bsu]64}}
// CHECK: add.s32
// CHECK: cvt.s64.s32
// CHECK: sub.s32
// CHECK: mul.lo.s32
// CHECK: add.s32 {{.*}}, 7;
// CHECK: shl.b32
// CHECK: shr.u32
// CHECK: shr.s32
// CHECK: div.s32
// CHECK: rem.s32
// CHECK: div.u32
// CHECK: rem.u32
// CHECK: shf.l.wrap.b32 {{.*}}, 19;
// CHECK: min.s32
// CHECK-NOT: {{(add|sub|mul.lo|shl|shr|div|rem|min)\.[bsu]64}}
// CHECK: ret;
vm.program @words entry 0x1000 attributes {
    params = [#vm.param<buffer>, #vm.param<i64>, #vm.param<i64>]} {
  vm.block 0x1000 {
    %p = vm.reg.read x[10] : i64
    %a = vm.reg.read x[11] : i64
    %b = vm.reg.read x[12] : i64
    %c0 = vm.constant 32 : i64
    %c1 = vm.constant 7 : i64
    %c2 = vm.constant 31 : i64
    %c3 = vm.constant 13 : i64
    %c4 = vm.constant 19 : i64
    %0 = vm.add %a, %b : i64
    %1 = vm.shl %0, %c0 : i64
    %2 = vm.shrs %1, %c0 : i64
    vm.store %2, %p[0] size 8
    %3 = vm.sub %a, %b : i64
    %4 = vm.shl %3, %c0 : i64
    %5 = vm.shrs %4, %c0 : i64
    vm.store %5, %p[8] size 8
    %6 = vm.mul %a, %b : i64
    %7 = vm.shl %6, %c0 : i64
    %8 = vm.shrs %7, %c0 : i64
    vm.store %8, %p[16] size 8
    %9 = vm.add %a, %c1 : i64
    %10 = vm.shl %9, %c0 : i64
    %11 = vm.shrs %10, %c0 : i64
    vm.store %11, %p[24] size 8
    %12 = vm.and %b, %c2 : i64
    %13 = vm.shl %a, %12 : i64
    %14 = vm.shl %13, %c0 : i64
    %15 = vm.shrs %14, %c0 : i64
    vm.store %15, %p[32] size 8
    %16 = vm.shl %a, %c0 : i64
    %17 = vm.shru %16, %c0 : i64
    %18 = vm.shru %17, %12 : i64
    %19 = vm.shl %18, %c0 : i64
    %20 = vm.shrs %19, %c0 : i64
    vm.store %20, %p[40] size 8
    %21 = vm.shl %a, %c0 : i64
    %22 = vm.shrs %21, %c0 : i64
    %23 = vm.shrs %22, %12 : i64
    %24 = vm.shl %23, %c0 : i64
    %25 = vm.shrs %24, %c0 : i64
    vm.store %25, %p[48] size 8
    %26 = vm.shl %a, %c0 : i64
    %27 = vm.shrs %26, %c0 : i64
    %28 = vm.shl %b, %c0 : i64
    %29 = vm.shrs %28, %c0 : i64
    %30 = vm.div signed %27, %29 : i64
    %31 = vm.shl %30, %c0 : i64
    %32 = vm.shrs %31, %c0 : i64
    vm.store %32, %p[56] size 8
    %33 = vm.shl %b, %c0 : i64
    %34 = vm.shrs %33, %c0 : i64
    %35 = vm.shl %a, %c0 : i64
    %36 = vm.shrs %35, %c0 : i64
    %37 = vm.rem signed %34, %36 : i64
    %38 = vm.shl %37, %c0 : i64
    %39 = vm.shrs %38, %c0 : i64
    vm.store %39, %p[64] size 8
    %40 = vm.shl %a, %c0 : i64
    %41 = vm.shru %40, %c0 : i64
    %42 = vm.shl %b, %c0 : i64
    %43 = vm.shru %42, %c0 : i64
    %44 = vm.div %41, %43 : i64
    %45 = vm.shl %44, %c0 : i64
    %46 = vm.shrs %45, %c0 : i64
    vm.store %46, %p[72] size 8
    %47 = vm.shl %b, %c0 : i64
    %48 = vm.shru %47, %c0 : i64
    %49 = vm.shl %a, %c0 : i64
    %50 = vm.shru %49, %c0 : i64
    %51 = vm.rem %48, %50 : i64
    %52 = vm.shl %51, %c0 : i64
    %53 = vm.shrs %52, %c0 : i64
    vm.store %53, %p[80] size 8
    %54 = vm.shl %a, %c0 : i64
    %55 = vm.shru %54, %c0 : i64
    %56 = vm.shru %55, %c3 : i64
    %57 = vm.shl %55, %c4 : i64
    %58 = vm.or %56, %57 : i64
    %59 = vm.shl %58, %c0 : i64
    %60 = vm.shrs %59, %c0 : i64
    vm.store %60, %p[88] size 8
    %61 = vm.shl %a, %c0 : i64
    %62 = vm.shrs %61, %c0 : i64
    %63 = vm.shl %b, %c0 : i64
    %64 = vm.shrs %63, %c0 : i64
    %less = vm.cmp lt, %62, %64 : i64
    %min = vm.select %less, %62, %64 : i64
    vm.store %min, %p[96] size 8
    vm.ret
  }
}
