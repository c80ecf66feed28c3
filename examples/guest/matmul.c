// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// c = a * b for row-major matrices of n by n, one element for each thread.

#include "vmjit/guest/gpu.h"

void matmul(const float *a, const float *b, float *c, int n) {
  int column = (int)vmjit_global_id_x();
  int row = (int)vmjit_global_id_y();
  if (column >= n || row >= n)
    return;
  float sum = 0;
  for (int k = 0; k < n; ++k)
    sum += a[row * n + k] * b[k * n + column];
  c[row * n + column] = sum;
}
