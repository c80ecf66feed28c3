// RUN: vm-opt %s --split-input-file --vm-link-blocks --verify-diagnostics

// What the lowering does not know is an error that says where it stands: after
// one move, in op 1 of the block.

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.atomic_rmw' op (block 0x2000, op 1) is not supported by the lowering}}
    %r = vm.atomic_rmw add, %x, %x size 4
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.atomic_rmw_flag' op (block 0x2000, op 1) is not supported by the lowering}}
    %r:2 = vm.atomic_rmw_flag add, %x, %x size 4
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.atomic_cmpxchg' op (block 0x2000, op 1) is not supported by the lowering}}
    %r = vm.atomic_cmpxchg %x, %x, %x size 8
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.atomic_cmpxchg_flag' op (block 0x2000, op 1) is not supported by the lowering}}
    %r:2 = vm.atomic_cmpxchg_flag %x, %x, %x size 8
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.load_reserve' op (block 0x2000, op 1) is not supported by the lowering}}
    %r = vm.load_reserve %x[0] size 8
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.store_cond' op (block 0x2000, op 1) is not supported by the lowering}}
    %r = vm.store_cond %x, %x[0] size 8
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.vec.binary' op (block 0x2000, op 1) is not supported by the lowering}}
    %r = vm.vec.binary add, %x, %x lanes 2
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.vec.saturating' op (block 0x2000, op 1) is not supported by the lowering}}
    %r = vm.vec.saturating add signed (%x), (%x) lanes 2 : (i64), (i64) -> (i64)
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.vec.shift' op (block 0x2000, op 1) is not supported by the lowering}}
    %r = vm.vec.shift sra, %x, %x lanes 2
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.broadcast' op (block 0x2000, op 1) is not supported by the lowering}}
    %r = vm.broadcast %x size 2
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.side_branch' op (block 0x2000, op 1) is not supported by the lowering}}
    vm.side_branch lt, %x, %x, 0x1000
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.branch' op (block 0x2000, op 1) is not supported by the lowering}}
    vm.branch #vm.operand<imm 4096>
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.cond_branch' op (block 0x2000, op 1) is not supported by the lowering}}
    vm.cond_branch #vm.operand<reg 6>, #vm.operand<imm 4096>
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.operand.binary' op (block 0x2000, op 1) is not supported by the lowering}}
    %r = vm.operand.binary "Add" custom 0, #vm.operand<reg 6>, #vm.operand<imm 1>
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.operand.load' op (block 0x2000, op 1) is not supported by the lowering}}
    %r = vm.operand.load #vm.operand<reg 6> size 4
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.operand.store' op (block 0x2000, op 1) is not supported by the lowering}}
    vm.operand.store #vm.operand<reg 6>, #vm.operand<reg 7> size 4
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.csr.read' op (block 0x2000, op 1) is not supported by the lowering}}
    %r = vm.csr.read 3072
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.csr.update' op (block 0x2000, op 1) is not supported by the lowering}}
    vm.csr.update set, 3, %x
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.csr.update_imm' op (block 0x2000, op 1) is not supported by the lowering}}
    %r = vm.csr.update_imm clear, 3, 1
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.syscall' op (block 0x2000, op 1) is not supported by the lowering}}
    vm.syscall
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.breakpoint' op (block 0x2000, op 1) is not supported by the lowering}}
    vm.breakpoint
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.mret' op (block 0x2000, op 1) is not supported by the lowering}}
    vm.mret
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.sret' op (block 0x2000, op 1) is not supported by the lowering}}
    vm.sret
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.wfi' op (block 0x2000, op 1) is not supported by the lowering}}
    vm.wfi
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.tlb_flush' op (block 0x2000, op 1) is not supported by the lowering}}
    vm.tlb_flush
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.cpuid' op (block 0x2000, op 1) is not supported by the lowering}}
    %r:4 = vm.cpuid %x, %x
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.pstate.read' op (block 0x2000, op 1) is not supported by the lowering}}
    %r = vm.pstate.read
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.pstate.write' op (block 0x2000, op 1) is not supported by the lowering}}
    vm.pstate.write %x
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.pstate.condition' op (block 0x2000, op 1) is not supported by the lowering}}
    %r = vm.pstate.condition 1
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.vendor.load' op (block 0x2000, op 1) is not supported by the lowering}}
    %r = vm.vendor.load %x[0] "intel", 1
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.vendor.store' op (block 0x2000, op 1) is not supported by the lowering}}
    vm.vendor.store %x, %x[0] "intel", 1
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.vendor.matrix' op (block 0x2000, op 1) is not supported by the lowering}}
    %r = vm.vendor.matrix "mul", 0, 1, 2, "f32"
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.vendor.config' op (block 0x2000, op 1) is not supported by the lowering}}
    vm.vendor.config "intel", 1, "palette"
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.vendor.vector' op (block 0x2000, op 1) is not supported by the lowering}}
    %r = vm.vendor.vector "add", %x, %x, "intel"
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.load' op (block 0x2000, op 1) is atomic, which the lowering does not support}}
    %r = vm.load %x[0] size 8 flags #vm.mem_flags<atomic = true>
    vm.ret
  }
}

// -----

vm.program @p entry 0x2000 {
  vm.block 0x2000 {
    %x = vm.reg.read x[10] : i64
    vm.reg.write x[11], %x : i64
    // expected-error@+1 {{'vm.store' op (block 0x2000, op 1) is atomic, which the lowering does not support}}
    vm.store %x, %x[0] size 8 flags #vm.mem_flags<atomic = true>
    vm.ret
  }
}
