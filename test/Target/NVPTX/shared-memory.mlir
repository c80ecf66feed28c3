// RUN: vm-compile %s --target=nvptx64:sm_90 --emit=ptx | FileCheck %s

// Shared memory stays shared, and a barrier is one instruction.

// CHECK: .entry shared(
// CHECK: .shared .align 16 .b8 {{.*}}[256]
// CHECK: st.shared
// CHECK: {{bar|barrier}}.sync{{.*}} 0;
// CHECK: ld.shared
vm.program @shared entry 0x1000 attributes {
    params = [#vm.param<buffer>], shared_bytes = 256} {
  vm.block 0x1000 {
    %p = vm.reg.read x[10] : i64
    %id = vm.gpu.thread_id x
    %two = vm.constant 2 : i64
    %offset = vm.shl %id, %two : i64
    %base = vm.gpu.shared_base
    %mine = vm.add %base, %offset : i64
    vm.store %id, %mine[0] size 4
    vm.gpu.barrier
    %0 = vm.load %base[4] size 4
    vm.store %0, %p[0] size 4
    vm.ret
  }
}
