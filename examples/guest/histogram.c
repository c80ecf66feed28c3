// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// How often each byte occurs, with atomic additions.

#include "vmjit/guest/gpu.h"

void histogram(const unsigned char *data, unsigned *bins, int n) {
  int stride = (int)(vmjit_grid_dim_x() * vmjit_block_dim_x());
  for (int i = (int)vmjit_global_id_x(); i < n; i += stride)
    __atomic_fetch_add(&bins[data[i]], 1, __ATOMIC_RELAXED);
}
