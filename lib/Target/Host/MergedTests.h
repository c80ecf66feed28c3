//===- MergedTests.h - One test for several accesses ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_HOST_MERGEDTESTS_H
#define VMJIT_LIB_TARGET_HOST_MERGEDTESTS_H

#include "llvm/ADT/SmallVector.h"

namespace llvm {
class CallInst;
class Function;
} // namespace llvm

namespace vmjit {

/// Accesses that follow each other to constant distances from one address are
/// most likely in one region. \p calls are the calls of vmjit.translate in
/// \p function that may have a test in front of them. Where several can be
/// answered by one test of the remembered region, they are; the code from the
/// first to the last of them is there a second time, with the calls, for where
/// that test fails. Returns the calls that are left to be tested.
llvm::SmallVector<llvm::CallInst *>
mergeTests(llvm::Function &function, llvm::ArrayRef<llvm::CallInst *> calls);

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_HOST_MERGEDTESTS_H
