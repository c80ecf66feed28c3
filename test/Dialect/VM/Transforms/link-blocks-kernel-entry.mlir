// RUN: vm-opt %s --split-input-file --vm-link-blocks | FileCheck %s

// Each parameter in the register of its kind.

// CHECK-LABEL: func.func @types(
// CHECK-SAME: %[[BUFFER:.*]]: !vm.ptr<global>, %[[I32:.*]]: i32, %[[I64:.*]]: i64, %[[F32:.*]]: f32, %[[F64:.*]]: f64)
// CHECK-SAME: vm.mode = #vm.mode<kernel>
// CHECK-DAG: %[[ADDRESS:.*]] = vm.ptr.to_int %[[BUFFER]]
// CHECK-DAG: %[[EXTENDED:.*]] = arith.extsi %[[I32]] : i32 to i64
// CHECK-DAG: %[[BOXED:.*]] = vm.box %[[F32]]
// CHECK-DAG: %[[BITS:.*]] = arith.bitcast %[[F64]] : f64 to i64
// CHECK-DAG: vm.reg.write x[10], %[[ADDRESS]]
// CHECK-DAG: vm.reg.write x[11], %[[EXTENDED]]
// CHECK-DAG: vm.reg.write x[12], %[[I64]]
// CHECK-DAG: vm.reg.write f[10], %[[BOXED]]
// CHECK-DAG: vm.reg.write f[11], %[[BITS]]
vm.program @types entry 0x1000 attributes {
    params = [#vm.param<buffer>, #vm.param<i32>, #vm.param<i64>,
              #vm.param<f32>, #vm.param<f64>]} {
  vm.block 0x1000 {
    %0 = vm.reg.read x[10] : i64
    %1 = vm.reg.read x[11] : i64
    %2 = vm.reg.read x[12] : i64
    %3 = vm.reg.read f[10] : f32
    %4 = vm.reg.read f[11] : f64
    vm.fault 0
  }
}

// -----

// The ninth integer is on the stack, whose top is x2.

// CHECK-LABEL: func.func @nine
// CHECK-SAME: %[[NINTH:[^:]*]]: i64) attributes
// CHECK: %[[ZERO:.*]] = vm.constant 0 : i64
// CHECK: %[[STACK:.*]] = vm.ptr.alloca 16 : <private>
// CHECK: %[[TOP:.*]] = vm.ptr.add %[[STACK]], %[[ZERO]]
// CHECK: %[[SLOT:.*]] = vm.ptr.add %[[TOP]], %[[ZERO]]
// CHECK: vm.ptr.store %[[NINTH]], %[[SLOT]] align 8
// CHECK: %[[SP:.*]] = vm.ptr.to_int %[[TOP]]
// CHECK: vm.reg.write x[2], %[[SP]]
vm.program @nine entry 0x1000 attributes {
    params = [#vm.param<i64>, #vm.param<i64>, #vm.param<i64>, #vm.param<i64>,
              #vm.param<i64>, #vm.param<i64>, #vm.param<i64>, #vm.param<i64>,
              #vm.param<i64>]} {
  vm.block 0x1000 {
    %sp = vm.reg.read x[2] : i64
    %ninth = vm.load %sp[0] size 8
    vm.reg.write x[10], %ninth : i64
    vm.fault 0
  }
}

// -----

// Stack arguments are above the program's own stack, of whole 16 bytes.

// CHECK-LABEL: func.func @stack
// CHECK: %[[SIZE:.*]] = vm.constant 112 : i64
// CHECK: %[[STACK:.*]] = vm.ptr.alloca 112 : <private>
// CHECK: vm.ptr.add %[[STACK]], %[[SIZE]]
vm.program @stack entry 0x1000 attributes {params = [], stack_bytes = 100} {
  vm.block 0x1000 {
    %sp = vm.reg.read x[2] : i64
    vm.store %sp, %sp[-8] size 8
    vm.fault 0
  }
}

// -----

// x1 is the sentinel, a register that is no argument is 0.

// CHECK-LABEL: func.func @others
// CHECK-DAG: %[[ZERO:.*]] = vm.constant 0 : i64
// CHECK-DAG: %[[SENTINEL:.*]] = vm.constant -16 : i64
// CHECK-DAG: vm.reg.write x[1], %[[SENTINEL]]
// CHECK-DAG: vm.reg.write x[7], %[[ZERO]]
vm.program @others entry 0x1000 attributes {params = []} {
  vm.block 0x1000 {
    %0 = vm.reg.read x[7] : i64
    %1 = vm.reg.read x[1] : i64
    vm.jmp_reg %1, 0
  }
}

// -----

// What the target has to know goes along.

// CHECK-LABEL: func.func @attributes
// CHECK-SAME: vm.segments = [#vm.segment<131072, writable = true, "ab">]
// CHECK-SAME: vm.shared_bytes = 256 : i64
vm.program @attributes entry 0x1000 attributes {
    params = [], shared_bytes = 256,
    segments = [#vm.segment<131072, writable = true, "ab">]} {
  vm.block 0x1000 { vm.ret }
}
