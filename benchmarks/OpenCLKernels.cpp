//===- OpenCLKernels.cpp - The examples as OpenCL C -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpenCLKernels.h"

const char vmjit::benchmarks::openCLKernels[] = R"opencl(
#pragma OPENCL FP_CONTRACT OFF

kernel void vecadd(global const float *a, global const float *b,
                   global float *c, int n) {
  size_t i = get_global_id(0);
  if (i < n)
    c[i] = a[i] + b[i];
}

kernel void saxpy(float a, global const float *x, global float *y, int n) {
  for (size_t i = get_global_id(0); i < n; i += get_global_size(0))
    y[i] = fma(a, x[i], y[i]);
}

kernel void reduce(global const int *in, global long *out, int n,
                   local long *partial) {
  size_t i = get_global_id(0), thread = get_local_id(0);
  partial[thread] = i < n ? in[i] : 0;
  barrier(CLK_LOCAL_MEM_FENCE);
  for (size_t step = get_local_size(0) / 2; step; step /= 2) {
    if (thread < step)
      partial[thread] += partial[thread + step];
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  if (thread == 0)
    out[get_group_id(0)] = partial[0];
}

kernel void transpose(global const float *in, global float *out, int width,
                      int height) {
  local float tile[16][17];
  size_t column = get_local_id(0), row = get_local_id(1);
  size_t x = get_group_id(0) * 16 + column, y = get_group_id(1) * 16 + row;
  if (x < width && y < height)
    tile[row][column] = in[y * width + x];
  barrier(CLK_LOCAL_MEM_FENCE);
  x = get_group_id(1) * 16 + column;
  y = get_group_id(0) * 16 + row;
  if (x < height && y < width)
    out[y * height + x] = tile[column][row];
}

kernel void matmul(global const float *a, global const float *b,
                   global float *c, int m, int n, int k) {
  size_t column = get_global_id(0), row = get_global_id(1);
  if (column >= n || row >= m)
    return;
  float sum = 0;
  for (int i = 0; i < k; ++i)
    sum = fma(a[row * k + i], b[(size_t)i * n + column], sum);
  c[row * n + column] = sum;
}

kernel void mandelbrot(global int *counts, int width, int height, int limit,
                       double left, double top, double step) {
  size_t column = get_global_id(0), row = get_global_id(1);
  if (column >= width || row >= height)
    return;
  double cx = column * step + left, cy = row * step + top;
  double x = 0, y = 0;
  int count = 0;
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

kernel void sort8(global const int *in, global int *out, int n) {
  size_t group = get_global_id(0);
  if (group >= n)
    return;
  int sorted[8];
  for (size_t i = 0; i < 8; ++i) {
    int value = in[8 * group + i];
    size_t j = i;
    for (; j > 0 && value < sorted[j - 1]; --j)
      sorted[j] = sorted[j - 1];
    sorted[j] = value;
  }
  for (size_t i = 0; i < 8; ++i)
    out[8 * group + i] = sorted[i];
}
)opencl";
