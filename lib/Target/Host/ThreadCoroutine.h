//===- ThreadCoroutine.h - Threads that stop at barriers --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Thread functions with barriers become switch-resumed coroutines of LLVM.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_HOST_THREADCOROUTINE_H
#define VMJIT_LIB_TARGET_HOST_THREADCOROUTINE_H

#include "llvm/IR/IRBuilder.h"

namespace vmjit {

/// Calls allocate_frame of \p block for \p size bytes.
llvm::CallInst *createFrameAllocation(llvm::IRBuilderBase &b,
                                      llvm::Value *block, llvm::Value *size);

/// Replaces \p thread, which is deleted, by a coroutine of the same name and
/// parameters. It starts to run when called, returns its handle at the first
/// barrier, and is done when the thread has ended. Its frame belongs to the
/// block and is never destroyed.
llvm::Function *createThreadCoroutine(llvm::Function &thread);

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_HOST_THREADCOROUTINE_H
