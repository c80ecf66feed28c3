//===- ThreadPreparation.h - Thread functions in a simple form --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_HOST_THREADPREPARATION_H
#define VMJIT_LIB_TARGET_HOST_THREADPREPARATION_H

namespace llvm {
class Function;
class LoadInst;
} // namespace llvm

namespace vmjit {

/// Simplifies \p thread, unless it is large, to the forms that BlockFunction
/// looks for, and says of the sizes and positions that it loads from the block
/// how large they can be.
void prepareThread(llvm::Function &thread);

/// Whether \p load, of a prepared thread, gives the same at any time and may be
/// done where it was not.
bool isAlwaysLoadable(const llvm::LoadInst &load);

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_HOST_THREADPREPARATION_H
