// RUN: vm-opt %s --convert-vm-to-llvm=target=quantum --verify-diagnostics

// expected-error@+1 {{unknown lowering target 'quantum'; nvvm, rocdl and host are known}}
module {
}
