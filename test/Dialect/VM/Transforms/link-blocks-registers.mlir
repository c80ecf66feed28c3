// RUN: vm-opt %s --split-input-file --vm-link-blocks | FileCheck %s

// Registers hold raw bits: typed reads and writes are views of them.

// CHECK-LABEL: func.func @views
// CHECK: %[[RAW1:.*]] = vm.reg.read f[1] : i64
// CHECK: %[[SINGLE:.*]] = vm.unbox %[[RAW1]]
// CHECK: %[[BOX:.*]] = vm.box %[[SINGLE]]
// CHECK: vm.reg.write f[2], %[[BOX]] : i64
// CHECK: %[[RAW3:.*]] = vm.reg.read f[3] : i64
// CHECK: %[[DOUBLE:.*]] = arith.bitcast %[[RAW3]] : i64 to f64
// CHECK: %[[BITS:.*]] = arith.bitcast %[[DOUBLE]] : f64 to i64
// CHECK: vm.reg.write f[4], %[[BITS]] : i64
vm.program @views entry 0x10 attributes {params = []} {
  vm.block 0x10 {
    %0 = vm.reg.read f[1] : f32
    vm.reg.write f[2], %0 : f32
    %1 = vm.reg.read f[3] : f64
    vm.reg.write f[4], %1 : f64
    vm.fault 0
  }
}

// -----

// Temporaries are values of their block: 0 before they are written, and 0 again
// in the next block.

// CHECK-LABEL: func.func @temporaries
// CHECK: %[[ZERO:.*]] = vm.constant 0 : i64
// CHECK: vm.reg.write x[5], %[[ZERO]]
// CHECK: %[[SIX:.*]] = vm.reg.read x[6]
// CHECK: vm.reg.write x[7], %[[SIX]]
// CHECK: vm.reg.write x[8], %[[ZERO]]
// CHECK-NOT: x[40]
vm.program @temporaries entry 0x10 attributes {params = []} {
  vm.block 0x10 {
    %unset = vm.reg.read x[40] : i64
    vm.reg.write x[5], %unset : i64
    %0 = vm.reg.read x[6] : i64
    vm.reg.write x[40], %0 : i64
    %1 = vm.reg.read x[40] : i64
    vm.reg.write x[7], %1 : i64
    vm.jmp 0x20
  }
  vm.block 0x20 {
    %0 = vm.reg.read x[40] : i64
    vm.reg.write x[8], %0 : i64
    vm.fault 0
  }
}

// -----

// CHECK-LABEL: func.func @zero_register
// CHECK: %[[ZERO:.*]] = vm.constant 0 : i64
// CHECK-NOT: x[0]
// CHECK: vm.reg.write x[6], %[[ZERO]]
// CHECK-NOT: x[0]
vm.program @zero_register entry 0x10 attributes {params = []} {
  vm.block 0x10 {
    %0 = vm.reg.read x[5] : i64
    vm.reg.write x[0], %0 : i64
    %1 = vm.reg.read x[0] : i64
    vm.reg.write x[6], %1 : i64
    vm.fault 0
  }
}

// -----

// CHECK-LABEL: func.func @ordinary_register
// CHECK: vm.reg.write x[0]
// CHECK: %[[VALUE:.*]] = vm.reg.read x[0]
// CHECK: vm.reg.write x[6], %[[VALUE]]
vm.program @ordinary_register entry 0x10 attributes {params = [],
                                                     zero_reg = false} {
  vm.block 0x10 {
    %0 = vm.reg.read x[0] : i64
    vm.reg.write x[6], %0 : i64
    vm.fault 0
  }
}
