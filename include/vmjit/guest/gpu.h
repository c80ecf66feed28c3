//===- gpu.h - The GPU for programs compiled for RISC-V -----------*- C -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For kernels that a RISC-V compiler makes and vm-lift lifts. Position, barrier
// and shared memory are CSRs, so that any compiler will do; on other machines
// than vmjit these instructions are illegal. docs/GuestPrograms.md has more.
//
// C99 and C++.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_GUEST_GPU_H
#define VMJIT_GUEST_GPU_H

#ifndef __riscv
#error "vmjit/guest/gpu.h is for compilers for RISC-V"
#endif

/// Reading the CSR \p number, which always gives the same value in a thread.
#define VMJIT_GUEST_POSITION(name, number)                                     \
  static inline unsigned name(void) {                                          \
    unsigned long value;                                                       \
    __asm__("csrr %0, " #number : "=r"(value));                                \
    return (unsigned)value;                                                    \
  }

/// The place of the thread in its block.
VMJIT_GUEST_POSITION(vmjit_thread_id_x, 0xCC0)
VMJIT_GUEST_POSITION(vmjit_thread_id_y, 0xCC1)
VMJIT_GUEST_POSITION(vmjit_thread_id_z, 0xCC2)
/// The place of its block in the grid.
VMJIT_GUEST_POSITION(vmjit_block_id_x, 0xCC4)
VMJIT_GUEST_POSITION(vmjit_block_id_y, 0xCC5)
VMJIT_GUEST_POSITION(vmjit_block_id_z, 0xCC6)
/// The threads of a block.
VMJIT_GUEST_POSITION(vmjit_block_dim_x, 0xCC8)
VMJIT_GUEST_POSITION(vmjit_block_dim_y, 0xCC9)
VMJIT_GUEST_POSITION(vmjit_block_dim_z, 0xCCA)
/// The blocks of the grid.
VMJIT_GUEST_POSITION(vmjit_grid_dim_x, 0xCCC)
VMJIT_GUEST_POSITION(vmjit_grid_dim_y, 0xCCD)
VMJIT_GUEST_POSITION(vmjit_grid_dim_z, 0xCCE)
/// The place of the thread in its warp or wavefront.
VMJIT_GUEST_POSITION(vmjit_lane_id, 0xCD0)

#undef VMJIT_GUEST_POSITION

/// The place of the thread in the grid.
static inline unsigned vmjit_global_id_x(void) {
  return vmjit_block_id_x() * vmjit_block_dim_x() + vmjit_thread_id_x();
}
static inline unsigned vmjit_global_id_y(void) {
  return vmjit_block_id_y() * vmjit_block_dim_y() + vmjit_thread_id_y();
}
static inline unsigned vmjit_global_id_z(void) {
  return vmjit_block_id_z() * vmjit_block_dim_z() + vmjit_thread_id_z();
}

/// The number of the thread in the grid, over all dimensions.
static inline unsigned long vmjit_linear_id(void) {
  unsigned long value;
  __asm__("csrr %0, 0xF14" : "=r"(value));
  return value;
}

/// The shared memory of the block: what vm-lift --shared-bytes gives it, then
/// what the launch adds.
static inline void *vmjit_shared_memory(void) {
  void *base;
  __asm__("csrr %0, 0xCD2" : "=r"(base));
  return base;
}

/// Waits until all threads of the block are here, and sees what they wrote.
static inline void vmjit_barrier(void) {
  __asm__ volatile("csrw 0x800, zero" : : : "memory");
}

#endif // VMJIT_GUEST_GPU_H
