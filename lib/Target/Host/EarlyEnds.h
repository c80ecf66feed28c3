//===- EarlyEnds.h - Threads that do not come to the next barrier -*- C++ -*-=//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thread may end where others go on to meet: it returns early, or is stopped.
// What it does from there on to its end becomes part of the region in which it
// leaves the others.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_HOST_EARLYENDS_H
#define VMJIT_LIB_TARGET_HOST_EARLYENDS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Instructions.h"

#include <optional>

namespace vmjit {

/// The successor of \p branch from which control comes to none of \p barriers
/// any more, while it may from the other; none if there is no such. Ends that
/// are long count as none.
std::optional<unsigned> findEarlyEnd(const llvm::BranchInst &branch,
                                     llvm::ArrayRef<llvm::CallInst *> barriers);

/// The branches of one function by which threads leave the others.
class EarlyEnds {
public:
  EarlyEnds() = default;
  EarlyEnds(const EarlyEnds &) = delete;
  EarlyEnds &operator=(const EarlyEnds &) = delete;
  /// Deletes what was detached and not attached.
  ~EarlyEnds();

  /// Takes the way that starts with the successor \p end of \p branch out of
  /// the function: as if all threads went on. Deletes \p branch.
  void detach(llvm::BranchInst &branch, unsigned end);

  /// One that was taken out.
  struct End {
    /// In place of the branch: leads to where threads go on.
    llvm::BranchInst *goesOn;
    llvm::Value *condition;
    /// Whether threads for which the condition holds end.
    bool endsIfTrue;
    /// Copies of the blocks of the way, which are in no function; operands are
    /// in front of their users.
    llvm::SmallVector<llvm::BasicBlock *> blocks;
  };
  llvm::MutableArrayRef<End> getEnds() { return ends; }

  /// Puts the branch back, and the blocks into its function. They lead to
  /// \p left instead of returning.
  static void attach(End &end, llvm::BasicBlock *left);

private:
  llvm::SmallVector<End> ends;
};

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_HOST_EARLYENDS_H
