// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// The sum of the numbers of each block, in shared memory with barriers. A block
// has a power of two of threads.

#include "vmjit/guest/gpu.h"

void reduce(const int *numbers, long *sums, int n) {
  long *shared = vmjit_shared_memory();
  unsigned thread = vmjit_thread_id_x();
  int i = (int)vmjit_global_id_x();
  shared[thread] = i < n ? numbers[i] : 0;
  vmjit_barrier();
  for (unsigned half = vmjit_block_dim_x() / 2; half > 0; half /= 2) {
    if (thread < half)
      shared[thread] += shared[thread + half];
    vmjit_barrier();
  }
  if (thread == 0)
    sums[vmjit_block_id_x()] = shared[0];
}
