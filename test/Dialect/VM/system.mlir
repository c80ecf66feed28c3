// Side exits, operands, CSRs, system and vendor ops.
// RUN: vm-opt %s | vm-opt | FileCheck %s
// RUN: vm-opt %s --emit-bytecode | vm-opt | FileCheck %s

vm.program @system entry 0x1000 {
  vm.block 0x1000 {
    %a = vm.reg.read x[5] : i64
    %b = vm.reg.read x[6] : i64
    vm.side_branch eq, %a, %b, 0x2000
    vm.side_branch geu, %a, %b, 0xffffffffffffffff
    vm.branch <reg 6>
    vm.branch <reg_alias 6> link
    vm.branch <imm -4>
    vm.branch <imm64 18446744073709551615>
    vm.branch <mem 7[-8] size 4>
    vm.branch <none>
    vm.branch <binary "Add" 0 (reg 5, binary "Custom" 7 (imm 1, none))>
    vm.cond_branch <reg 6>, <imm64 8192>
    vm.cond_branch <reg 6>, <imm64 8192> link
    %operand = vm.operand.binary "Sub" custom 0, <reg 5>, <imm 3>
    %operand_load = vm.operand.load <mem 7[8] size 4> size 4
    vm.operand.store <reg 5>, <mem 7[8] size 4> size 8 flags <align = 1>
    vm.syscall
    vm.breakpoint
    vm.mret
    vm.sret
    vm.wfi
    %eax, %ebx, %ecx, %edx = vm.cpuid %a, %b
    %csr = vm.csr.read 3072
    vm.csr.update write, 1984, %a
    vm.csr.update set, 1984, %a
    vm.csr.update clear, 1984, %a
    %old = vm.csr.update_imm write, 1984, 31
    %pstate = vm.pstate.read
    vm.pstate.write %a
    %condition = vm.pstate.condition 12
    %single = vm.reg.read f[5] : f32
    %quotient = vm.fenv.arith "div" %single, %single rounding "rup" : (f32, f32) -> f32
    %wide = vm.fenv.arith "convert" %single rounding "rne" : (f32) -> f64
    %less = vm.fenv.compare "lt" %wide, %wide : f64
    %int = vm.fenv.to_int signed 32, %wide rounding "dyn" : f64
    %float = vm.fenv.from_int 64, %a rounding "rmm" : f32
    %vload = vm.vendor.load %a[8] "vendor", 1
    vm.vendor.store %b, %a[8] "vendor", 1
    %vmatrix = vm.vendor.matrix "op", 1, 2, 3, "f16"
    vm.vendor.config "vendor", 1, "config"
    %vvector = vm.vendor.vector "op", %a, %b, "vendor"
    vm.ret
  }
}

// CHECK: vm.program @system entry 0x1000 {
// CHECK-NEXT: vm.block 0x1000 {
// CHECK-NEXT: %{{.*}} = vm.reg.read x[5] : i64
// CHECK-NEXT: %{{.*}} = vm.reg.read x[6] : i64
// CHECK-NEXT: vm.side_branch eq, %{{.*}}, %{{.*}}, 0x2000
// CHECK-NEXT: vm.side_branch geu, %{{.*}}, %{{.*}}, 0xffffffffffffffff
// CHECK-NEXT: vm.branch <reg 6>
// CHECK-NEXT: vm.branch <reg_alias 6> link
// CHECK-NEXT: vm.branch <imm -4>
// CHECK-NEXT: vm.branch <imm64 18446744073709551615>
// CHECK-NEXT: vm.branch <mem 7[-8] size 4>
// CHECK-NEXT: vm.branch <none>
// CHECK-NEXT: vm.branch <binary "Add" 0 (reg 5, binary "Custom" 7 (imm 1, none))>
// CHECK-NEXT: vm.cond_branch <reg 6>, <imm64 8192>
// CHECK-NEXT: vm.cond_branch <reg 6>, <imm64 8192> link
// CHECK-NEXT: %{{.*}} = vm.operand.binary "Sub" custom 0, <reg 5>, <imm 3>
// CHECK-NEXT: %{{.*}} = vm.operand.load <mem 7[8] size 4> size 4
// CHECK-NEXT: vm.operand.store <reg 5>, <mem 7[8] size 4> size 8 flags <align = 1>
// CHECK-NEXT: vm.syscall
// CHECK-NEXT: vm.breakpoint
// CHECK-NEXT: vm.mret
// CHECK-NEXT: vm.sret
// CHECK-NEXT: vm.wfi
// CHECK-NEXT: %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} = vm.cpuid %{{.*}}, %{{.*}}
// CHECK-NEXT: %{{.*}} = vm.csr.read 3072
// CHECK-NEXT: vm.csr.update write, 1984, %{{.*}}
// CHECK-NEXT: vm.csr.update set, 1984, %{{.*}}
// CHECK-NEXT: vm.csr.update clear, 1984, %{{.*}}
// CHECK-NEXT: %{{.*}} = vm.csr.update_imm write, 1984, 31
// CHECK-NEXT: %{{.*}} = vm.pstate.read
// CHECK-NEXT: vm.pstate.write %{{.*}}
// CHECK-NEXT: %{{.*}} = vm.pstate.condition 12
// CHECK-NEXT: %{{.*}} = vm.reg.read f[5] : f32
// CHECK-NEXT: %{{.*}} = vm.fenv.arith "div" %{{.*}}, %{{.*}} rounding "rup" : (f32, f32) -> f32
// CHECK-NEXT: %{{.*}} = vm.fenv.arith "convert" %{{.*}} rounding "rne" : (f32) -> f64
// CHECK-NEXT: %{{.*}} = vm.fenv.compare "lt" %{{.*}}, %{{.*}} : f64
// CHECK-NEXT: %{{.*}} = vm.fenv.to_int signed 32, %{{.*}} rounding "dyn" : f64
// CHECK-NEXT: %{{.*}} = vm.fenv.from_int 64, %{{.*}} rounding "rmm" : f32
// CHECK-NEXT: %{{.*}} = vm.vendor.load %{{.*}}[8] "vendor", 1
// CHECK-NEXT: vm.vendor.store %{{.*}}, %{{.*}}[8] "vendor", 1
// CHECK-NEXT: %{{.*}} = vm.vendor.matrix "op", 1, 2, 3, "f16"
// CHECK-NEXT: vm.vendor.config "vendor", 1, "config"
// CHECK-NEXT: %{{.*}} = vm.vendor.vector "op", %{{.*}}, %{{.*}}, "vendor"
// CHECK-NEXT: vm.ret
// CHECK-NEXT: }
// CHECK-NEXT: }
// CHECK-NEXT: }
