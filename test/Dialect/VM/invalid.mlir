// Every error of the verifiers and parsers.
// RUN: vm-opt %s -verify-diagnostics -split-input-file -allow-unregistered-dialect

vm.program @p entry 0x0 {
  // expected-error@+1 {{is not a vm.block, but stands in a vm.program}}
  vm.nop
}

// -----

vm.program @p entry 0x0 {
  // expected-note@+1 {{the other block}}
  vm.block 0x0 { vm.ret }
  // expected-error@+1 {{has the address of another}}
  vm.block 0x0 { vm.ret }
}

// -----

// expected-error@+1 {{has no block}}
"vm.program"() <{sym_name = "p", entry = 0 : i64}> ({
^entry:
}) : () -> ()

// -----

// expected-error@+1 {{has an entry that is no block: 0xabcd}}
vm.program @p entry 0xabcd {
  vm.block 0x0 { vm.ret }
}

// -----

// expected-error@+1 {{has an entry that is inner: 0x0}}
vm.program @p entry 0x0 {
  vm.block inner 0x0 { vm.ret }
}

// -----

vm.program @p entry 0x0 {
  // expected-error@+1 {{expects a non-empty block}}
  "vm.block"() <{pc = 0 : i64}> ({
  ^entry:
  }) : () -> ()
}

// -----

// Of an op that is not registered MLIR does not know whether it is one.
vm.program @p entry 0x0 {
  // expected-error@+1 {{does not end with a terminator}}
  vm.block 0x0 { "unknown.op"() : () -> () }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    // expected-error@+1 {{names register 65536 of file 'x', which has 65536}}
    %0 = vm.reg.read x[65536] : i64
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    // expected-error@+1 {{names register 32 of file 'f', which has 32}}
    %0 = vm.reg.read f[32] : f64
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    // expected-error@+1 {{names register 1 of file 'nzcv', which has 1}}
    %0 = vm.reg.read nzcv[1] : i64
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    // expected-error@+1 {{takes file 'x' as 'f64', not as i64}}
    %0 = vm.reg.read x[1] : f64
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    // expected-error@+1 {{takes file 'steps' as 'i64', not as i32}}
    %0 = vm.reg.read steps[0] : i64
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    // expected-error@+1 {{takes file 'x' as 'i32', not as i64}}
    %0 = vm.reg.read x[1] : i32
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    %0 = vm.reg.read f[1] : f32
    // expected-error@+1 {{takes file 'call_depth' as 'f32', not as i64}}
    vm.reg.write call_depth[0], %0 : f32
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    %0 = vm.reg.read f[1] : f32
    // expected-error@+1 {{names register 99 of file 'f', which has 32}}
    vm.reg.write f[99], %0 : f32
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    %0 = vm.reg.read f[1] : f32
    // expected-error@+1 {{converts to or from 16 bits; only 32 and 64 exist}}
    %1 = vm.f_to_int signed 16, %0 : f32
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    %0 = vm.reg.read x[1] : i64
    // expected-error@+1 {{converts to or from 128 bits; only 32 and 64 exist}}
    %1 = vm.int_to_f 128, %0 : f32
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    // expected-error@+1 {{has an unknown scope 'galaxy'}}
    vm.fence acquire, "galaxy"
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    %0 = vm.reg.read x[1] : i64
    // expected-error@+1 {{has operands and results of different numbers of words}}
    %1 = vm.vec.saturating add (%0, %0), (%0, %0) lanes 1 : (i64, i64), (i64, i64) -> (i64)
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    %0 = vm.reg.read x[1] : i64
    // expected-error@+1 {{works on 3 words; 1, 2 and 4 exist}}
    %1:3 = vm.vec.saturating add (%0, %0, %0), (%0, %0, %0) lanes 1 : (i64, i64, i64), (i64, i64, i64) -> (i64, i64, i64)
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    %0 = vm.reg.read x[1] : i64
    // expected-error@+1 {{alignment 256 does not fit 8 bits}}
    %1 = vm.load %0[0] size 8 flags <align = 256>
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    // expected-error@+1 {{expected an operand}}
    vm.branch <nothing>
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    // expected-error@+1 {{expected ','}}
    vm.branch <binary "Add" 0 (none)>
    vm.ret
  }
}

// -----

// A terminator of a block stands nowhere else.
func.func @f() {
  // expected-error@+1 {{expects parent op 'vm.block'}}
  vm.ret
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    // expected-error@+1 {{operand nests too deeply}}
    vm.branch <binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (binary "Add" 0 (none, none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none), none)>
    vm.ret
  }
}

// -----

// expected-error @below {{is invalid: the name is not an identifier}}
vm.program @"a b/c" entry 0 { vm.block 0 { vm.ret } }

// -----

// expected-error @below {{bytes of stack are more than}}
vm.program @f entry 0 attributes {stack_bytes = -5 : i64} { vm.block 0 { vm.ret } }

// -----

// expected-error @below {{is invalid}}
vm.program @f entry 0 attributes {segments = [
    #vm.segment<4096, writable = false, "abcd">,
    #vm.segment<4097, writable = true, "abcd">]} {
  vm.block 0 { vm.ret }
}

// -----

func.func @dispatch(%pc: i64) {
  // expected-error @below {{has 1 addresses for 0 targets}}
  "vm.dispatch"(%pc)[^bb1] <{addresses = array<i64: 1>}> : (i64) -> ()
^bb1:
  return
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    %0 = vm.reg.read x[5] : i64
    // expected-error@+1 {{extends 12 bits; only 8, 16 and 32 exist}}
    %1 = vm.sign_extend 12, %0
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    %0 = vm.reg.read f[1] : f32
    // expected-error@+1 {{has an unknown kind 'pow'}}
    %2 = vm.fenv.arith "pow" %0, %0 rounding "rne" : (f32, f32) -> f32
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    %0 = vm.reg.read f[1] : f32
    // expected-error@+1 {{has 2 sources; 'sqrt' takes 1}}
    %2 = vm.fenv.arith "sqrt" %0, %0 rounding "rne" : (f32, f32) -> f32
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    %0 = vm.reg.read f[1] : f32
    // expected-error@+1 {{makes 'f64' of 'f32'}}
    %2 = vm.fenv.arith "sqrt" %0 rounding "rne" : (f32) -> f64
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    %0 = vm.reg.read f[1] : f32
    // expected-error@+1 {{makes 'f32' of 'f32'}}
    %2 = vm.fenv.arith "convert" %0 rounding "rne" : (f32) -> f32
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    %0 = vm.reg.read f[1] : f32
    // expected-error@+1 {{has an unknown rounding mode 'up'}}
    %2 = vm.fenv.arith "sqrt" %0 rounding "up" : (f32) -> f32
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    %0 = vm.reg.read f[1] : f32
    // expected-error@+1 {{has an unknown comparison 'gt'}}
    %2 = vm.fenv.compare "gt" %0, %0 : f32
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    %0 = vm.reg.read f[1] : f32
    // expected-error@+1 {{converts to or from 16 bits; only 32 and 64 exist}}
    %2 = vm.fenv.to_int signed 16, %0 rounding "rne" : f32
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    %0 = vm.reg.read f[1] : f32
    // expected-error@+1 {{has an unknown rounding mode ''}}
    %2 = vm.fenv.to_int 32, %0 rounding "" : f32
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    %1 = vm.reg.read x[1] : i64
    // expected-error@+1 {{converts to or from 8 bits; only 32 and 64 exist}}
    %2 = vm.fenv.from_int 8, %1 rounding "rne" : f64
    vm.ret
  }
}

// -----

vm.program @p entry 0x0 {
  vm.block 0x0 {
    %1 = vm.reg.read x[1] : i64
    // expected-error@+1 {{has an unknown rounding mode 'round'}}
    %2 = vm.fenv.from_int 64, %1 rounding "round" : f64
    vm.ret
  }
}
