//===- KernelExecution.h - Kernel mode on one device ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_EXECUTOR_KERNELEXECUTION_H
#define VMJIT_LIB_EXECUTOR_KERNELEXECUTION_H

#include "Attempt.h"
#include "CallerBuffers.h"

#include "vmjit/Executor/Executor.h"

namespace vmjit {

/// Checks that \p args are one for each of \p params, of its type, and that
/// buffers are all of one device. Fails with InvalidArgument.
llvm::Error verifyArguments(llvm::ArrayRef<ExecutorArg> args,
                            llvm::ArrayRef<vmir::ParamType> params);

/// A launch with the memory that it works on.
class KernelExecution {
public:
  KernelExecution(const KernelRequest &request, Attempt &attempt)
      : request(request), attempt(attempt), buffers(attempt.getDevice()) {}

  llvm::Error run();

private:
  /// Host memory, and the device memory that stands for it.
  struct Copy {
    const ExecutorArg *arg = nullptr;
    GpuBuffer buffer;
  };

  llvm::Expected<GpuArg> getArg(const ExecutorArg &arg);
  llvm::Expected<GpuArg> getSpanArg(const ExecutorArg &arg);
  llvm::Error copyOut();

  const KernelRequest &request;
  Attempt &attempt;
  CallerBuffers buffers;
  llvm::SmallVector<GpuArg, 8> args;
  llvm::SmallVector<Copy, 4> copies;
};

} // namespace vmjit

#endif // VMJIT_LIB_EXECUTOR_KERNELEXECUTION_H
