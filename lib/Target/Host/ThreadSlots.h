//===- ThreadSlots.h - What threads keep between regions --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A value that differs between threads, and is used in another region than its
// own, is computed again there if that is cheap, or else kept in a slot: an
// array with an element for each thread.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_HOST_THREADSLOTS_H
#define VMJIT_LIB_TARGET_HOST_THREADSLOTS_H

#include "ThreadRegions.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/IR/IRBuilder.h"

#include <utility>

namespace vmjit {

class ThreadSlots {
public:
  /// Finds what needs slots. Nothing is changed yet.
  ThreadSlots(llvm::Function &thread, const ThreadRegions &regions);

  /// The bytes that one thread's elements take.
  uint64_t getThreadBytes() const;

  /// Makes slots of \p capacity elements, allocated by \p b, and the accesses
  /// to them. \p indices has for each region the index of the thread's element.
  /// No value that differs between threads is used in another region than its
  /// own after that, but for coordinates.
  void create(llvm::IRBuilderBase &b, uint64_t capacity,
              llvm::ArrayRef<llvm::Value *> indices);

private:
  bool isKept(const llvm::Value *value) const;
  bool isCheap(const llvm::Value *value, unsigned &budget) const;
  void findKept();
  llvm::Value *getElement(llvm::IRBuilderBase &b, llvm::Value *value,
                          unsigned region);
  llvm::Value *get(llvm::Value *value, unsigned region);
  llvm::Value *load(llvm::Value *value, unsigned region);
  llvm::Value *computeAgain(llvm::Value *value, unsigned region);
  void replaceUses(unsigned region);
  void storeValues();
  void assignPhis();

  llvm::Function &thread;
  const ThreadRegions &regions;
  /// From what needs a slot to the slot.
  llvm::MapVector<llvm::Value *, llvm::Value *> slots;
  llvm::ArrayRef<llvm::Value *> indices;
  /// What was computed again or loaded, by region.
  llvm::DenseMap<std::pair<llvm::Value *, unsigned>, llvm::Value *> copies;
  /// From a copy to what it is one of.
  llvm::DenseMap<llvm::Value *, llvm::Value *> originals;
};

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_HOST_THREADSLOTS_H
