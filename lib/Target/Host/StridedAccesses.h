//===- StridedAccesses.h - Accesses that lie apart --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_HOST_STRIDEDACCESSES_H
#define VMJIT_LIB_TARGET_HOST_STRIDEDACCESSES_H

namespace llvm {
class Function;
} // namespace llvm

namespace vmjit {

/// Makes induction variables of the addresses in the innermost loops over
/// threads of \p function that grow by a constant from thread to thread, but
/// not by what is accessed. For x86, LLVM would compute them as vectors, only
/// to take these apart again and access memory one by one.
void stepAddresses(llvm::Function &function);

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_HOST_STRIDEDACCESSES_H
