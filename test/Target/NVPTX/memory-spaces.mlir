// RUN: vm-compile %s --target=nvptx64:sm_90 --emit=ptx | FileCheck %s

// A table is constant memory, and a stack that is only written and read at
// known places becomes registers.

// CHECK: .const .align 16 .b8 {{.*}}[16] = {
// CHECK: .entry spaces(
// CHECK-NOT: .local
// CHECK: ld.const
// CHECK-NOT: .local
// CHECK: st.global
// CHECK-NOT: .local
// CHECK: ret;
vm.program @spaces entry 0x1000 attributes {
    params = [#vm.param<buffer>], stack_bytes = 64,
    segments = [#vm.segment<65536, writable = false, "0123456789abcdef">]} {
  vm.block 0x1000 {
    %id = vm.gpu.thread_id x
    %fifteen = vm.constant 15 : i64
    %index = vm.and %id, %fifteen : i64
    %table = vm.constant 65536 : i64
    %ea = vm.add %table, %index : i64
    %0 = vm.load %ea[0] size 1
    %sp = vm.reg.read x[2] : i64
    vm.store %0, %sp[-16] size 8
    vm.jmp 0x1010
  }
  vm.block 0x1010 {
    %p = vm.reg.read x[10] : i64
    %sp = vm.reg.read x[2] : i64
    %0 = vm.load %sp[-16] size 8
    vm.store %0, %p[0] size 8
    vm.ret
  }
}
