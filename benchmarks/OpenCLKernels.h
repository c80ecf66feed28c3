//===- OpenCLKernels.h - The examples as OpenCL C ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_BENCHMARKS_OPENCLKERNELS_H
#define VMJIT_BENCHMARKS_OPENCLKERNELS_H

namespace vmjit::benchmarks {

/// One source with a kernel named as each workload. Takes the workload's
/// arguments; reduce gets its dynamic shared memory as one more.
extern const char openCLKernels[];

} // namespace vmjit::benchmarks

#endif // VMJIT_BENCHMARKS_OPENCLKERNELS_H
