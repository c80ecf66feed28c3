// Values without a register take temporaries; a register's old value is kept.
// RUN: vm-translate --export-vmir %s | FileCheck %s

// CHECK:      {"name":"p","entry":4096,
// CHECK-SAME: {"Sub":{"dst":33,"src1":5,"src2":32}}
// CHECK-SAME: {"Mov":{"dst":34,"src":5}}
// CHECK-SAME: {"MulImm":{"dst":5,"src":33,"imm":3}}
// CHECK-SAME: {"Store":{"src":34,"base":5,"offset":0,"size":8,
// CHECK-SAME: "term":"Ret"
vm.program @p entry 0x1000 {
  vm.block 0x1000 {
    %a = vm.reg.read x[5] : i64
    %b = vm.reg.read x[32] : i64
    %c = vm.constant 3 : i64
    %difference = vm.sub %a, %b : i64
    %product = vm.mul %difference, %c : i64
    vm.reg.write x[5], %product : i64
    %base = vm.reg.read x[5] : i64
    vm.store %a, %base[0] size 8
    vm.ret
  }
}
