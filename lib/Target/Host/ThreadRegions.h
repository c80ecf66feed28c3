//===- ThreadRegions.h - What threads do between meeting points -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All threads of a block come to a barrier, and where nothing but what is the
// same for all decides, they go on to the same next one. A thread function of
// which that is true falls into
//
//   - regions, with one entry and one exit, which every thread runs from one
//     meeting point to the next, and in which threads may part, or end,
//   - joints between them, which are run once for all threads: barriers,
//     branches that all take the same way, and the phis at the start of a
//     region.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_HOST_THREADREGIONS_H
#define VMJIT_LIB_TARGET_HOST_THREADREGIONS_H

#include "EarlyEnds.h"
#include "ThreadExtent.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"

#include <optional>
#include <utility>
#include <vector>

namespace vmjit {

/// What threads do between two meeting points.
struct ThreadRegion {
  /// The joint that leads here and nowhere else: phis and a branch.
  llvm::BasicBlock *before;
  llvm::BasicBlock *entry;
  /// The last block of the region, which branches to a joint.
  llvm::BasicBlock *latch;
  /// All blocks in reverse post-order.
  llvm::SmallVector<llvm::BasicBlock *> blocks;
  /// Where threads come to that end in the region, unfinished; null if none
  /// does. The last of the blocks.
  llvm::BasicBlock *left = nullptr;
};

/// A branch that is taken by all threads with an index below a bound, while the
/// others end.
struct EndingTest {
  llvm::BranchInst *branch;
  ExtentTest test;
  /// Added to the index of the test, if not null; the same for all threads.
  llvm::Value *offset;
  /// The successor for those that go on.
  unsigned next;
};

/// The regions of one thread function.
class ThreadRegions {
public:
  explicit ThreadRegions(llvm::Function &thread) : thread(thread) {}

  /// Where threads meet.
  struct Meetings {
    llvm::SmallVector<llvm::CallInst *> barriers;
    /// At the ends of these.
    llvm::SmallVector<llvm::BasicBlock *> branches;
    /// Branches by which threads leave the others, with the successor for those
    /// that do.
    llvm::SmallVector<std::pair<llvm::BranchInst *, unsigned>> leaves;
    /// Whether threads behind the others of a row may end.
    bool canEndInOrder = false;
  };

  /// Finds them. Changes the function, which computes what it did only where
  /// that succeeds and the regions are put into loops. Returns whether there
  /// are such regions.
  bool find(const Meetings &meetings);
  /// The branches for which there are none: they would have to be taken by all
  /// threads.
  llvm::ArrayRef<llvm::BranchInst *> getDivergent() const { return divergent; }

  llvm::ArrayRef<ThreadRegion> getRegions() const { return regions; }
  /// The number of the region that \p block is in, none for a joint.
  std::optional<unsigned> getRegionOf(const llvm::BasicBlock *block) const;
  /// Whether \p value is the same for all threads that get there, and can be
  /// computed before the region that it is in.
  bool isUniform(const llvm::Value *value) const {
    return !getCoordinate(value) && !varying.contains(value);
  }
  llvm::ArrayRef<EndingTest> getEndingTests() const { return endingTests; }
  llvm::ArrayRef<llvm::BasicBlock *> getJoints() const {
    return joints.getArrayRef();
  }

private:
  struct Offset {
    llvm::PHINode *phi;
    /// Added for each iteration, at the end of latch.
    llvm::Value *step;
    llvm::BasicBlock *latch;
  };

  bool isolate(llvm::ArrayRef<llvm::CallInst *> barriers,
               llvm::ArrayRef<llvm::BasicBlock *> branches);
  llvm::SetVector<llvm::BasicBlock *>
  findControl(llvm::ArrayRef<llvm::BasicBlock *> meetingPoints) const;
  llvm::SetVector<llvm::BasicBlock *> findEntries() const;
  void addBefore(llvm::BasicBlock *entry);
  void splitPhiEdges();
  bool addRegions();
  bool addRegion(llvm::BasicBlock *before);
  bool attachEnds();
  llvm::BasicBlock *addLeft(ThreadRegion &region);

  void findVarying();
  bool isAtEntry(const llvm::Instruction &instruction) const;
  bool isLiftable(const llvm::Instruction &instruction) const;
  bool splitInduction(llvm::PHINode &phi);
  bool splitInductions();
  bool verifyBranches(bool canEndInOrder);
  std::optional<EndingTest> matchEndingTest(llvm::BranchInst &branch) const;
  bool staysSmall(const EndingTest &test) const;

  llvm::Function &thread;
  llvm::SetVector<llvm::BasicBlock *> joints;
  /// Those that lead to a region.
  llvm::SetVector<llvm::BasicBlock *> befores;
  std::vector<ThreadRegion> regions;
  llvm::DenseMap<const llvm::BasicBlock *, unsigned> regionOf;
  llvm::SmallPtrSet<const llvm::Value *, 32> varying;
  /// What an induction variable has more than at its start, or will have, by
  /// the phi for it.
  llvm::DenseMap<const llvm::Value *, Offset> offsets;
  llvm::SmallVector<EndingTest> endingTests;
  llvm::SmallVector<llvm::BranchInst *> divergent;
  EarlyEnds ends;
};

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_HOST_THREADREGIONS_H
