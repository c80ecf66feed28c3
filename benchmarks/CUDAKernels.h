//===- CUDAKernels.h - The examples as CUDA C++ -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_BENCHMARKS_CUDAKERNELS_H
#define VMJIT_BENCHMARKS_CUDAKERNELS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace vmjit::benchmarks {

/// A program of examples/ as a CUDA programmer would write it.
struct CUDAKernel {
  /// The name of its folder.
  llvm::StringRef name;
  llvm::StringRef source;
};

llvm::ArrayRef<CUDAKernel> getCUDAKernels();

} // namespace vmjit::benchmarks

#endif // VMJIT_BENCHMARKS_CUDAKERNELS_H
