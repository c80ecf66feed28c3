//===- RegionLoopBuilder.h - Puts regions into loops ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to buildRegionLoops.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_HOST_REGIONLOOPBUILDER_H
#define VMJIT_LIB_TARGET_HOST_REGIONLOOPBUILDER_H

#include "BlockFunction.h"
#include "ThreadPhases.h"
#include "ThreadRegions.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

namespace vmjit {

/// How many threads \p group has at most.
inline uint64_t getCapacity(PhaseGroup group) {
  switch (group) {
  case PhaseGroup::Block:
  case PhaseGroup::Row:
    return kMaxBlockThreads;
  case PhaseGroup::Tile:
    return kTileThreads;
  }
  llvm_unreachable("every group has a size");
}

/// The loop over the threads of one region: up to three nested ones, whose
/// heads, from the outermost, are blocks with the induction variable.
struct RegionLoop {
  llvm::SmallVector<llvm::BasicBlock *, 3> heads;
  llvm::SmallVector<llvm::PHINode *, 3> indices;
  llvm::SmallVector<llvm::Value *, 3> counts;
  /// The coordinates of the thread.
  llvm::Value *coordinates[3];
  /// Its index among the threads of the group.
  llvm::Value *threadIndex;
  /// The counts for the threads for which the test holds that the region starts
  /// with; empty if it does not start with one.
  llvm::SmallVector<llvm::Value *, 3> extents;
  /// With these, the successor of the entry for the threads within them.
  unsigned within = 0;
  /// The blocks behind the inner loops.
  llvm::SmallVector<llvm::BasicBlock *, 3> afters;

  /// The count of the loop over \p dim.
  size_t getPosition(unsigned dim) const { return heads.size() - 1 - dim; }
};

/// Rebuilds one thread function.
class RegionLoopBuilder {
public:
  RegionLoopBuilder(llvm::Function &thread, const ThreadRegions &regions,
                    PhaseGroup group)
      : thread(thread), regions(regions), group(group),
        context(thread.getContext()) {}

  llvm::Function *build();

private:
  void moveBody();
  void liftUniform();
  llvm::Value *evaluateFirst(llvm::IRBuilderBase &b, const ExtentTest &test);
  void replaceEndingTests();
  bool findExtents(const ThreadRegion &region, RegionLoop &loop,
                   unsigned within);
  void findExtents(const ThreadRegion &region, RegionLoop &loop);
  RegionLoop createLoop(const ThreadRegion &region);
  void addHead(RegionLoop &loop, llvm::IRBuilderBase &b, unsigned dim);
  void replaceCoordinates(const ThreadRegion &region, const RegionLoop &loop);
  bool canUseExtents(const ThreadRegion &region, const RegionLoop &loop) const;
  void createLeft();
  llvm::Value *getLeftFlag(llvm::IRBuilderBase &b, const RegionLoop &loop);
  void addLeft(const ThreadRegion &region, const RegionLoop &loop,
               llvm::BasicBlock *step, llvm::BasicBlock *end,
               llvm::BasicBlock *next);
  void copyLoop(const ThreadRegion &region, const RegionLoop &loop,
                llvm::BasicBlock *step, llvm::ValueToValueMapTy &map);
  void
  addChoice(const ThreadRegion &region, const RegionLoop &loop,
            const llvm::ValueToValueMapTy &map,
            llvm::function_ref<llvm::Value *(llvm::IRBuilderBase &)> isUsual);
  void addLoopWithLeft(const ThreadRegion &region, const RegionLoop &loop,
                       llvm::BasicBlock *step);
  bool isWorthTwoLoops(const ThreadRegion &region,
                       const RegionLoop &loop) const;
  void addLoopWithTest(const ThreadRegion &region, const RegionLoop &loop,
                       llvm::BasicBlock *step);
  void link(const ThreadRegion &region, RegionLoop &loop);
  void removeTest(const ThreadRegion &region, const RegionLoop &loop);
  void skipIfEmpty(const ThreadRegion &region, const RegionLoop &loop,
                   llvm::BasicBlock *end);
  llvm::MDNode *createLoopMetadata();
  void markAccesses(const ThreadRegion &region);
  void removeBarriers();

  llvm::Argument *getFirst(unsigned dim) const {
    return function->getArg(1 + dim);
  }
  llvm::Argument *getCount(unsigned dim) const {
    return function->getArg(4 + dim);
  }

  llvm::Function &thread;
  const ThreadRegions &regions;
  PhaseGroup group;
  llvm::LLVMContext &context;
  llvm::Function *function = nullptr;
  /// The coordinates of the thread function.
  llvm::Value *coordinates[3];
  /// Whether threads look in which row they are.
  bool hasRows = false;
  /// How many threads of the row have not ended, in the stack.
  llvm::AllocaInst *alive = nullptr;
  /// How many threads have left the others, in the stack; null if none can.
  llvm::AllocaInst *leftCount = nullptr;
  /// For each thread whether it has, in the stack.
  llvm::AllocaInst *leftFlags = nullptr;
  /// That a loop over threads has no order.
  llvm::MDNode *accesses = nullptr;
};

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_HOST_REGIONLOOPBUILDER_H
