//===- CUDAKernels.cpp - The examples as CUDA C++ ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CUDAKernels.h"

using namespace vmjit::benchmarks;

static constexpr char kVecadd[] = R"cuda(
extern "C" __global__ void vecadd(const float *a, const float *b, float *c,
                                  int n) {
  long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    c[i] = a[i] + b[i];
}
)cuda";

static constexpr char kSaxpy[] = R"cuda(
extern "C" __global__ void saxpy(float a, const float *x, float *y, int n) {
  long long stride = (long long)blockDim.x * gridDim.x;
  for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < n;
       i += stride)
    y[i] = fmaf(a, x[i], y[i]);
}
)cuda";

static constexpr char kReduce[] = R"cuda(
extern "C" __global__ void reduce(const int *in, long long *out, int n) {
  extern __shared__ long long partial[];
  long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  partial[threadIdx.x] = i < n ? in[i] : 0;
  __syncthreads();
  for (unsigned half = blockDim.x / 2; half; half /= 2) {
    if (threadIdx.x < half)
      partial[threadIdx.x] += partial[threadIdx.x + half];
    __syncthreads();
  }
  if (threadIdx.x == 0)
    out[blockIdx.x] = partial[0];
}
)cuda";

static constexpr char kTranspose[] = R"cuda(
extern "C" __global__ void transpose(const float *in, float *out, int width,
                                     int height) {
  __shared__ float tile[16][17];
  long long x = (long long)blockIdx.x * 16 + threadIdx.x;
  long long y = (long long)blockIdx.y * 16 + threadIdx.y;
  if (x < width && y < height)
    tile[threadIdx.y][threadIdx.x] = in[y * width + x];
  __syncthreads();
  x = (long long)blockIdx.y * 16 + threadIdx.x;
  y = (long long)blockIdx.x * 16 + threadIdx.y;
  if (x < height && y < width)
    out[y * height + x] = tile[threadIdx.x][threadIdx.y];
}
)cuda";

static constexpr char kMatmul[] = R"cuda(
extern "C" __global__ void matmul(const float *a, const float *b, float *c,
                                  int m, int n, int k) {
  long long column = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  long long row = (long long)blockIdx.y * blockDim.y + threadIdx.y;
  if (column >= n || row >= m)
    return;
  float sum = 0;
  for (int i = 0; i < k; ++i)
    sum = fmaf(a[row * k + i], b[(long long)i * n + column], sum);
  c[row * n + column] = sum;
}
)cuda";

static constexpr char kMandelbrot[] = R"cuda(
extern "C" __global__ void mandelbrot(int *counts, int width, int height,
                                      int limit, double left, double top,
                                      double step) {
  long long column = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  long long row = (long long)blockIdx.y * blockDim.y + threadIdx.y;
  if (column >= width || row >= height)
    return;
  double cx = left + column * step, cy = top + row * step;
  double x = cx, y = cy;
  int count = 0;
  while (count < limit) {
    double xx = x * x, yy = y * y;
    if (xx + yy > 4.0)
      break;
    y = 2.0 * (x * y) + cy;
    x = xx - yy + cx;
    ++count;
  }
  counts[row * width + column] = count;
}
)cuda";

llvm::ArrayRef<CUDAKernel> vmjit::benchmarks::getCUDAKernels() {
  static constexpr CUDAKernel kernels[] = {
      {"vecadd", kVecadd}, {"saxpy", kSaxpy},
      {"reduce", kReduce}, {"transpose", kTranspose},
      {"matmul", kMatmul}, {"mandelbrot", kMandelbrot},
  };
  return kernels;
}
