//===- BlockFunction.h - From a thread to a block of threads ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The front gives the host a function that is one GPU thread,
//
//   void NAME.thread(ptr block, i32 x, i32 y, i32 z)
//
// in which a barrier is a call of vmjit.barrier. What the runtime calls is
//
//   void NAME(ptr block)
//
// which runs all threads of a block: without barriers in a loop nest that LLVM
// can vectorise; region by region (ThreadPhases.h) where all threads meet at
// barriers or do the same loops; otherwise, with barriers, as coroutines that
// suspend at each, resumed round by round until all have ended.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_HOST_BLOCKFUNCTION_H
#define VMJIT_LIB_TARGET_HOST_BLOCKFUNCTION_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace llvm {
class Function;
class Module;
} // namespace llvm

namespace vmjit {

/// The function that is a barrier.
inline constexpr llvm::StringLiteral kBarrierName = "vmjit.barrier";
/// What thread functions are called after the name of their entry.
inline constexpr llvm::StringLiteral kThreadSuffix = ".thread";

/// No launcher runs larger blocks, in any dimension.
inline constexpr uint32_t kMaxBlockThreads = 1024;

/// Whether \p function has the type of a thread function.
bool isThreadFunction(const llvm::Function &function);

/// Adds the block function \p name, which must be free, for the thread function
/// \p thread. If \p usesBarrier, \p thread is replaced by a coroutine.
llvm::Function *createBlockFunction(llvm::Function &thread,
                                    llvm::StringRef name, bool usesBarrier);

/// The most that one thread of \p module, in which coroutines are split, takes
/// from allocate_frame; none if that is not known.
std::optional<uint64_t> getFrameBytes(const llvm::Module &module);

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_HOST_BLOCKFUNCTION_H
