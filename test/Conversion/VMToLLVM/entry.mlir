// RUN: vm-opt %s --convert-vm-to-llvm=target=nvvm | FileCheck %s --check-prefix=NVVM
// RUN: vm-opt %s --convert-vm-to-llvm=target=rocdl | FileCheck %s --check-prefix=ROCDL
// RUN: vm-opt %s --convert-vm-to-llvm=target=host | FileCheck %s --check-prefix=HOST

// A GPU's entry has exactly the parameters; the host's is the function of one
// thread, which loads them through the block's argument pointers.

// NVVM-LABEL: llvm.func @kernel(%{{.*}}: !llvm.ptr<1>, %{{.*}}: i32)
// NVVM-SAME: {{.*"kernel"}}
// ROCDL-LABEL: llvm.func @kernel(%{{.*}}: !llvm.ptr<1>, %{{.*}}: i32)
// HOST-LABEL: llvm.func @kernel.thread(%{{.*}}: !llvm.ptr, %{{.*}}: i32, %{{.*}}: i32, %{{.*}}: i32)
// HOST: llvm.load %{{.*}} invariant {{.*}} -> i32
func.func @kernel(%buffer: !vm.ptr<global>, %value: i32)
    attributes {vm.mode = #vm.mode<kernel>, vm.shared_bytes = 0 : i64} {
  vm.ptr.store %value, %buffer align 4 : i32, <global>
  %zero = llvm.mlir.constant(0 : i64) : i64
  vm.exit %zero at %zero, %zero detail %zero access %zero next %zero, %zero
}
