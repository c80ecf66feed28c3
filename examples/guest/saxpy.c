// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// y = a * x + y in a grid-stride loop.

#include "vmjit/guest/gpu.h"

void saxpy(float a, const float *x, float *y, int n) {
  int stride = (int)(vmjit_grid_dim_x() * vmjit_block_dim_x());
  for (int i = (int)vmjit_global_id_x(); i < n; i += stride)
    y[i] = a * x[i] + y[i];
}
