/*===- CKernels.c - The examples as plain C -----------------------*- C -*-===*\
|*                                                                            *|
|* Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.         *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|* Compiled with -O3 -march=native -ffp-contract=off. Buffers do not overlap, *|
|* and loops are in the order that vectorises. reduce and sort8 keep the      *|
|* kernel's algorithm.                                                        *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "CKernels.h"

#include <math.h>
#include <stdint.h>

#define ARG(type, index) (*(type *)args[index])

void vmjit_c_vecadd(void *const *args, size_t block, size_t first,
                    size_t last) {
  (void)block;
  const float *restrict a = ARG(const float *, 0);
  const float *restrict b = ARG(const float *, 1);
  float *restrict c = ARG(float *, 2);
  for (size_t i = first; i < last; ++i)
    c[i] = a[i] + b[i];
}

void vmjit_c_saxpy(void *const *args, size_t block, size_t first, size_t last) {
  (void)block;
  float alpha = ARG(float, 0);
  const float *restrict x = ARG(const float *, 1);
  float *restrict y = ARG(float *, 2);
  for (size_t i = first; i < last; ++i)
    y[i] = fmaf(alpha, x[i], y[i]);
}

/* The sums of blocks, by halving. */
void vmjit_c_reduce(void *const *args, size_t block, size_t first,
                    size_t last) {
  const int32_t *restrict in = ARG(const int32_t *, 0);
  int64_t *restrict out = ARG(int64_t *, 1);
  for (size_t index = first; index < last; ++index) {
    int64_t partial[1024];
    for (size_t i = 0; i < block; ++i)
      partial[i] = in[block * index + i];
    for (size_t half = block / 2; half; half /= 2)
      for (size_t i = 0; i < half; ++i)
        partial[i] += partial[i + half];
    out[index] = partial[0];
  }
}

/* By rows of tiles of 16 x 16. */
void vmjit_c_transpose(void *const *args, size_t block, size_t first,
                       size_t last) {
  (void)block;
  const float *restrict in = ARG(const float *, 0);
  float *restrict out = ARG(float *, 1);
  size_t width = (size_t)ARG(int32_t, 2), height = (size_t)ARG(int32_t, 3);
  for (size_t row = 16 * first; row < 16 * last; row += 16)
    for (size_t column = 0; column < width; column += 16)
      for (size_t x = column; x < column + 16; ++x)
        for (size_t y = row; y < row + 16; ++y)
          out[x * height + y] = in[y * width + x];
}

void vmjit_c_matmul(void *const *args, size_t block, size_t first,
                    size_t last) {
  (void)block;
  const float *restrict a = ARG(const float *, 0);
  const float *restrict b = ARG(const float *, 1);
  float *restrict c = ARG(float *, 2);
  size_t n = (size_t)ARG(int32_t, 4), k = (size_t)ARG(int32_t, 5);
  for (size_t row = first; row < last; ++row) {
    for (size_t column = 0; column < n; ++column)
      c[row * n + column] = 0;
    for (size_t i = 0; i < k; ++i)
      for (size_t column = 0; column < n; ++column)
        c[row * n + column] =
            fmaf(a[row * k + i], b[i * n + column], c[row * n + column]);
  }
}

void vmjit_c_mandelbrot(void *const *args, size_t block, size_t first,
                        size_t last) {
  (void)block;
  int32_t *restrict counts = ARG(int32_t *, 0);
  size_t width = (size_t)ARG(int32_t, 1);
  int32_t limit = ARG(int32_t, 3);
  double left = ARG(double, 4), top = ARG(double, 5), step = ARG(double, 6);
  for (size_t row = first; row < last; ++row)
    for (size_t column = 0; column < width; ++column) {
      double cx = (double)column * step + left, cy = (double)row * step + top;
      double x = 0, y = 0;
      int32_t count = 0;
      for (; count < limit; ++count) {
        double xx = x * x, yy = y * y;
        if (xx + yy > 4.0)
          break;
        y = x * y;
        y = y + y + cy;
        x = xx - yy + cx;
      }
      counts[row * width + column] = count;
    }
}

void vmjit_c_sort8(void *const *args, size_t block, size_t first, size_t last) {
  (void)block;
  const int32_t *restrict in = ARG(const int32_t *, 0);
  int32_t *restrict out = ARG(int32_t *, 1);
  for (size_t group = first; group < last; ++group) {
    int32_t sorted[8];
    for (size_t i = 0; i < 8; ++i) {
      int32_t value = in[8 * group + i];
      size_t j = i;
      for (; j > 0 && value < sorted[j - 1]; --j)
        sorted[j] = sorted[j - 1];
      sorted[j] = value;
    }
    for (size_t i = 0; i < 8; ++i)
      out[8 * group + i] = sorted[i];
  }
}
