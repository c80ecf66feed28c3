//===- RememberedRegions.h - Short ways to guest memory ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_HOST_REMEMBEREDREGIONS_H
#define VMJIT_LIB_TARGET_HOST_REMEMBEREDREGIONS_H

#include "llvm/IR/IRBuilder.h"

namespace vmjit {

/// Keeps optimization from removing arguments of vmjit.translate in \p module
/// that are the same in all calls: the tests need them.
void keepTranslateArguments(llvm::Module &module);

/// Puts in front of each call of vmjit.translate in \p module a test of the
/// region that the hart remembers, so that the call is for the first access to
/// a region and for those that fault. To come after all that optimizes, which
/// has less to do before.
void testRememberedRegions(llvm::Module &module);

/// The RememberedRegion of a call of vmjit.translate: an offset from the
/// HartRegions, as instructions can hold that with the slot of the stack.
struct RememberedPlace {
  explicit RememberedPlace(const llvm::CallInst &call);

  /// They load what the struct has, 64 bits each.
  llvm::Value *loadBase(llvm::IRBuilderBase &builder) const;
  llvm::Value *loadDistance(llvm::IRBuilderBase &builder) const;
  llvm::Value *loadExtent(llvm::IRBuilderBase &builder, bool isStore) const;

  llvm::Value *regions;
  uint64_t offset;

private:
  llvm::Value *load(llvm::IRBuilderBase &builder, uint64_t field) const;
};

/// Whether \p call, of vmjit.translate, is for a store.
bool isStoreCall(const llvm::CallInst &call);

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_HOST_REMEMBEREDREGIONS_H
