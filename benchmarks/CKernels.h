//===- CKernels.h - The examples as plain C ---------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the kernels of examples/ compute, as functions of C that take the same
// arguments and do the units first to last - 1 of the work: elements, rows of
// a matrix, or blocks.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_BENCHMARKS_CKERNELS_H
#define VMJIT_BENCHMARKS_CKERNELS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* args[i] points to the value of argument i; block is the size of blocks. */
typedef void (*vmjit_c_kernel)(void *const *args, size_t block, size_t first,
                               size_t last);

void vmjit_c_vecadd(void *const *args, size_t block, size_t first, size_t last);
void vmjit_c_saxpy(void *const *args, size_t block, size_t first, size_t last);
void vmjit_c_reduce(void *const *args, size_t block, size_t first, size_t last);
void vmjit_c_transpose(void *const *args, size_t block, size_t first,
                       size_t last);
void vmjit_c_matmul(void *const *args, size_t block, size_t first, size_t last);
void vmjit_c_mandelbrot(void *const *args, size_t block, size_t first,
                        size_t last);
void vmjit_c_sort8(void *const *args, size_t block, size_t first, size_t last);

#ifdef __cplusplus
} // extern "C"
#endif

#endif // VMJIT_BENCHMARKS_CKERNELS_H
