//===- RememberedRegions.h - Short ways to guest memory ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_HOST_REMEMBEREDREGIONS_H
#define VMJIT_LIB_TARGET_HOST_REMEMBEREDREGIONS_H

namespace llvm {
class Module;
} // namespace llvm

namespace vmjit {

/// Keeps optimization from removing arguments of vmjit.translate in \p module
/// that are the same in all calls: the tests need them.
void keepTranslateArguments(llvm::Module &module);

/// Puts in front of each call of vmjit.translate in \p module a test of the
/// region that the hart remembers, so that the call is for the first access to
/// a region and for those that fault. To come after all that optimizes, which
/// has less to do before.
void testRememberedRegions(llvm::Module &module);

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_HOST_REMEMBEREDREGIONS_H
