// RUN: vm-opt %s --split-input-file --vm-link-blocks --verify-diagnostics

// What the lowering does not know is an error that says where it stands: after
// one move, in op 1 of the block.

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'arith.constant' op (block 0x2000, op 1) is not supported by the lowering}}
    %r = arith.constant 1 : i64
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    // expected-error@+1 {{'vm.operand.binary' op has no operator 'Modulo'}}
    %r = vm.operand.binary "Modulo" custom 0, #vm.operand<reg 5>, #vm.operand<imm 1>
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    // expected-error@+1 {{'vm.reg.read' op names what only linked code has}}
    %r = vm.reg.read steps[1] : i64
    vm.ret
  }
}
