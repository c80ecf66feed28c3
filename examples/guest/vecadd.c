// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// c = a + b, one element for each thread.

#include "vmjit/guest/gpu.h"

void vecadd(const float *a, const float *b, float *c, int n) {
  int i = (int)vmjit_global_id_x();
  if (i < n)
    c[i] = a[i] + b[i];
}
