//===- CallerBuffers.h - Device buffers on another device -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// When the host takes over from a device on which the caller has buffers, it
// works on copies of them.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_EXECUTOR_CALLERBUFFERS_H
#define VMJIT_LIB_EXECUTOR_CALLERBUFFERS_H

#include "vmjit/Executor/ExecutorArg.h"
#include "vmjit/Runtime/GpuCompute.h"

namespace vmjit {

/// Copies in the host's memory of buffers of other devices.
class CallerBuffers {
public:
  /// Copies to \p target, which shares the host's memory.
  explicit CallerBuffers(GpuCompute &target) : target(target) {}

  /// What a kernel on the target takes for \p arg, a Buffer: itself if it is
  /// there, else the address in the one copy of its buffer.
  llvm::Expected<GpuArg> getArg(const ExecutorArg &arg);
  /// Copies what the kernel left back.
  llvm::Error copyBack();

private:
  struct Copy {
    const GpuBuffer *original = nullptr;
    GpuBuffer buffer;
  };

  GpuCompute &target;
  llvm::SmallVector<Copy, 0> copies;
};

} // namespace vmjit

#endif // VMJIT_LIB_EXECUTOR_CALLERBUFFERS_H
