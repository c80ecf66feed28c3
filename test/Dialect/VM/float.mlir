// Floating-point arithmetic, comparisons, conversions and bits.
// RUN: vm-opt %s | vm-opt | FileCheck %s
// RUN: vm-opt %s --emit-bytecode | vm-opt | FileCheck %s

vm.program @float entry 0x1000 {
  vm.block 0x1000 {
    %a = vm.reg.read x[5] : i64
    %b = vm.reg.read x[6] : i64
    %d = vm.reg.read f[1] : f64
    %s = vm.reg.read f[2] : f32
    %fadd_f64 = vm.fadd %d, %d : f64
    %fsub_f64 = vm.fsub %d, %d : f64
    %fmul_f64 = vm.fmul %d, %d : f64
    %fdiv_f64 = vm.fdiv %d, %d : f64
    %fmin_f64 = vm.fmin %d, %d : f64
    %fmax_f64 = vm.fmax %d, %d : f64
    %fsqrt_f64 = vm.fsqrt %d : f64
    %fabs_f64 = vm.fabs %d : f64
    %fneg_f64 = vm.fneg %d : f64
    %canonicalize_nan_f64 = vm.canonicalize_nan %d : f64
    %fmadd_f64 = vm.fmadd %d, %d, %d : f64
    %fmsub_f64 = vm.fmsub %d, %d, %d : f64
    %fnmadd_f64 = vm.fnmadd %d, %d, %d : f64
    %fnmsub_f64 = vm.fnmsub %d, %d, %d : f64
    %fcmp_eq_f64 = vm.fcmp eq, %d, %d : f64
    %fcmp_lt_f64 = vm.fcmp lt, %d, %d : f64
    %fcmp_le_f64 = vm.fcmp le, %d, %d : f64
    %fsgnj_copy_f64 = vm.fsgnj copy, %d, %d : f64
    %fsgnj_invert_f64 = vm.fsgnj invert, %d, %d : f64
    %fsgnj_xor_f64 = vm.fsgnj xor, %d, %d : f64
    %to32_f64 = vm.f_to_int signed 32, %d : f64
    %to64_f64 = vm.f_to_int 64, %d : f64
    %from32_f64 = vm.int_to_f 32, %a : f64
    %from64_f64 = vm.int_to_f signed 64, %a : f64
    %class_f64 = vm.fclass %d : f64
    %fadd_f32 = vm.fadd %s, %s : f32
    %fsub_f32 = vm.fsub %s, %s : f32
    %fmul_f32 = vm.fmul %s, %s : f32
    %fdiv_f32 = vm.fdiv %s, %s : f32
    %fmin_f32 = vm.fmin %s, %s : f32
    %fmax_f32 = vm.fmax %s, %s : f32
    %fsqrt_f32 = vm.fsqrt %s : f32
    %fabs_f32 = vm.fabs %s : f32
    %fneg_f32 = vm.fneg %s : f32
    %canonicalize_nan_f32 = vm.canonicalize_nan %s : f32
    %fmadd_f32 = vm.fmadd %s, %s, %s : f32
    %fmsub_f32 = vm.fmsub %s, %s, %s : f32
    %fnmadd_f32 = vm.fnmadd %s, %s, %s : f32
    %fnmsub_f32 = vm.fnmsub %s, %s, %s : f32
    %fcmp_eq_f32 = vm.fcmp eq, %s, %s : f32
    %fcmp_lt_f32 = vm.fcmp lt, %s, %s : f32
    %fcmp_le_f32 = vm.fcmp le, %s, %s : f32
    %fsgnj_copy_f32 = vm.fsgnj copy, %s, %s : f32
    %fsgnj_invert_f32 = vm.fsgnj invert, %s, %s : f32
    %fsgnj_xor_f32 = vm.fsgnj xor, %s, %s : f32
    %to32_f32 = vm.f_to_int signed 32, %s : f32
    %to64_f32 = vm.f_to_int 64, %s : f32
    %from32_f32 = vm.int_to_f 32, %a : f32
    %from64_f32 = vm.int_to_f signed 64, %a : f32
    %class_f32 = vm.fclass %s : f32
    %trunc = vm.ftrunc %d
    %ext = vm.fext %s
    %raw = vm.reg.read f[3] : i64
    %xw = vm.fmv_x_w %raw
    %wx = vm.fmv_w_x %a
    %box = vm.box %s
    %unbox = vm.unbox %raw
    vm.reg.write f[3], %d : f64
    vm.reg.write f[3], %s : f32
    vm.reg.write f[3], %raw : i64
    vm.ret
  }
}

// CHECK: vm.program @float entry 0x1000 {
// CHECK-NEXT: vm.block 0x1000 {
// CHECK-NEXT: %{{.*}} = vm.reg.read x[5] : i64
// CHECK-NEXT: %{{.*}} = vm.reg.read x[6] : i64
// CHECK-NEXT: %{{.*}} = vm.reg.read f[1] : f64
// CHECK-NEXT: %{{.*}} = vm.reg.read f[2] : f32
// CHECK-NEXT: %{{.*}} = vm.fadd %{{.*}}, %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.fsub %{{.*}}, %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.fmul %{{.*}}, %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.fdiv %{{.*}}, %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.fmin %{{.*}}, %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.fmax %{{.*}}, %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.fsqrt %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.fabs %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.fneg %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.canonicalize_nan %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.fmadd %{{.*}}, %{{.*}}, %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.fmsub %{{.*}}, %{{.*}}, %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.fnmadd %{{.*}}, %{{.*}}, %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.fnmsub %{{.*}}, %{{.*}}, %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.fcmp eq, %{{.*}}, %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.fcmp lt, %{{.*}}, %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.fcmp le, %{{.*}}, %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.fsgnj copy, %{{.*}}, %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.fsgnj invert, %{{.*}}, %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.fsgnj xor, %{{.*}}, %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.f_to_int signed 32, %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.f_to_int 64, %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.int_to_f 32, %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.int_to_f signed 64, %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.fclass %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.fadd %{{.*}}, %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.fsub %{{.*}}, %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.fmul %{{.*}}, %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.fdiv %{{.*}}, %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.fmin %{{.*}}, %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.fmax %{{.*}}, %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.fsqrt %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.fabs %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.fneg %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.canonicalize_nan %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.fmadd %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.fmsub %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.fnmadd %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.fnmsub %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.fcmp eq, %{{.*}}, %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.fcmp lt, %{{.*}}, %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.fcmp le, %{{.*}}, %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.fsgnj copy, %{{.*}}, %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.fsgnj invert, %{{.*}}, %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.fsgnj xor, %{{.*}}, %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.f_to_int signed 32, %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.f_to_int 64, %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.int_to_f 32, %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.int_to_f signed 64, %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.fclass %{{.*}} : f32
// CHECK-NEXT: %{{.*}} = vm.ftrunc %{{.*}}
// CHECK-NEXT: %{{.*}} = vm.fext %{{.*}}
// CHECK-NEXT: %{{.*}} = vm.reg.read f[3] : i64
// CHECK-NEXT: %{{.*}} = vm.fmv_x_w %{{.*}}
// CHECK-NEXT: %{{.*}} = vm.fmv_w_x %{{.*}}
// CHECK-NEXT: %{{.*}} = vm.box %{{.*}}
// CHECK-NEXT: %{{.*}} = vm.unbox %{{.*}}
// CHECK-NEXT: vm.reg.write f[3], %{{.*}} : f64
// CHECK-NEXT: vm.reg.write f[3], %{{.*}} : f32
// CHECK-NEXT: vm.reg.write f[3], %{{.*}} : i64
// CHECK-NEXT: vm.ret
// CHECK-NEXT: }
// CHECK-NEXT: }
// CHECK-NEXT: }
