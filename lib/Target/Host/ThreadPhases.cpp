//===- ThreadPhases.cpp - Threads that go on together -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where threads are to meet, and whether it pays.
//
//===----------------------------------------------------------------------===//

#include "ThreadPhases.h"

#include "BlockFunction.h"
#include "RegionLoops.h"
#include "ThreadPolls.h"
#include "ThreadRegions.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/LoopSimplify.h"

using namespace llvm;
using namespace vmjit;

/// Larger functions take too long, and gain little.
static constexpr unsigned kMaxInstructions = 4000;
/// How often regions are looked for, each time with more threads that leave.
static constexpr unsigned kMaxTries = 4;

/// Whether \p thread calls only barriers, which are added to \p barriers, and
/// has no memory of its own.
static bool collectBarriers(Function &thread,
                            SmallVectorImpl<CallInst *> &barriers) {
  for (Instruction &instruction : instructions(thread)) {
    if (isa<AllocaInst>(instruction))
      return false;
    auto *call = dyn_cast<CallBase>(&instruction);
    if (!call || isa<IntrinsicInst>(call))
      continue;
    Function *callee = call->getCalledFunction();
    if (!isa<CallInst>(call) || !callee || callee->getName() != kBarrierName)
      return false;
    barriers.push_back(cast<CallInst>(call));
  }
  return true;
}

static bool isPlainAccess(const Instruction &instruction) {
  auto *load = dyn_cast<LoadInst>(&instruction);
  auto *store = dyn_cast<StoreInst>(&instruction);
  return (load && load->isSimple()) || (store && store->isSimple());
}

/// Whether all accesses of the program to memory are plain: no thread could
/// tell in which order others run.
static bool isPlain(Function &thread) {
  return all_of(instructions(thread), [](const Instruction &instruction) {
    return !instruction.mayReadOrWriteMemory() || isPlainAccess(instruction) ||
           isControlAccess(instruction);
  });
}

static bool accessesMemory(const Loop &loop) {
  return any_of(loop.blocks(), [](const BasicBlock *block) {
    return any_of(*block, [](const Instruction &instruction) {
      return isPlainAccess(instruction) && !isControlAccess(instruction);
    });
  });
}

/// The ends of the iterations of innermost loops.
static SmallVector<BasicBlock *> findLoopBranches(Function &thread) {
  DominatorTree dominators(thread);
  LoopInfo loops(dominators);
  SmallVector<BasicBlock *> branches;
  for (Loop *loop : loops.getLoopsInPreorder()) {
    if (!loop->isInnermost() || !loop->getLoopLatch() || !accessesMemory(*loop))
      continue;
    SmallVector<BasicBlock *> exiting;
    loop->getExitingBlocks(exiting);
    branches.append(exiting);
  }
  return branches;
}

/// Brings the loops of \p thread into the form that regions are found in.
static void prepareLoops(Function &thread) {
  joinPolls(thread);
  DominatorTree dominators(thread);
  LoopInfo loops(dominators);
  for (Loop *loop : to_vector(loops))
    simplifyLoop(loop, &dominators, &loops, nullptr, nullptr, nullptr,
                 /*PreserveLCSSA=*/false);
}

namespace {

/// Looks for regions in copies of one thread function.
class RegionSearch {
public:
  explicit RegionSearch(Function &thread, bool usesBarrier)
      : original(copy(thread, map)), usesBarrier(usesBarrier) {
    prepareLoops(original);
    collectBarriers(original, barriers);
    if (usesBarrier)
      findLeaves();
    else
      branches = findLoopBranches(original);
  }
  ~RegionSearch() { original.eraseFromParent(); }
  RegionSearch(const RegionSearch &) = delete;
  RegionSearch &operator=(const RegionSearch &) = delete;

  std::optional<PhaseFunction> run();

private:
  static Function &copy(Function &thread, ValueToValueMapTy &map) {
    map.clear();
    Function *result = CloneFunction(&thread, map);
    result->setLinkage(GlobalValue::InternalLinkage);
    return *result;
  }
  void findLeaves();
  ThreadRegions::Meetings mapMeetings();
  std::optional<PhaseFunction>
  tryOnce(SmallVectorImpl<BranchInst *> &divergent);
  bool takeLeaves(ArrayRef<BranchInst *> divergent);

  ValueToValueMapTy map;
  Function &original;
  bool usesBarrier;
  SmallVector<CallInst *> barriers;
  SmallVector<BasicBlock *> branches;
  /// The branches by which threads may leave the others, with the successor for
  /// those that do, and whether they are taken for such.
  struct Leave {
    unsigned end;
    bool isTaken = false;
  };
  MapVector<BranchInst *, Leave> leaves;
};

} // namespace

void RegionSearch::findLeaves() {
  for (BasicBlock &block : original)
    if (auto *branch = dyn_cast<BranchInst>(block.getTerminator()))
      if (std::optional<unsigned> end = findEarlyEnd(*branch, barriers))
        leaves[branch] = {*end};
}

/// Where threads meet, in the copy that the map is for.
ThreadRegions::Meetings RegionSearch::mapMeetings() {
  ThreadRegions::Meetings result;
  for (CallInst *barrier : barriers)
    result.barriers.push_back(cast<CallInst>(map[barrier]));
  for (BasicBlock *block : branches)
    result.branches.push_back(cast<BasicBlock>(map[block]));
  for (auto &[branch, leave] : leaves)
    if (leave.isTaken)
      result.leaves.push_back({cast<BranchInst>(map[branch]), leave.end});
  // Threads that end are those behind the others of a row, not of a block.
  result.canEndInOrder = !usesBarrier;
  return result;
}

/// Gives \p divergent the branches, of the function that is searched, that
/// threads would have to take together.
std::optional<PhaseFunction>
RegionSearch::tryOnce(SmallVectorImpl<BranchInst *> &divergent) {
  Function &thread = copy(original, map);
  Function *function = nullptr;
  PhaseGroup group = usesBarrier ? PhaseGroup::Block : PhaseGroup::Tile;
  ThreadRegions::Meetings meetings = mapMeetings();
  DenseMap<const Value *, BranchInst *> origins;
  for (auto &[branch, leave] : leaves)
    origins[map[branch]] = branch;
  {
    ThreadRegions regions(thread);
    if (regions.find(meetings)) {
      if (!usesBarrier && !regions.getEndingTests().empty())
        group = PhaseGroup::Row;
      function = buildRegionLoops(thread, regions, group);
    }
    for (BranchInst *branch : regions.getDivergent())
      divergent.push_back(origins.lookup(branch));
  }
  if (function)
    return PhaseFunction{function, group};
  thread.eraseFromParent();
  return std::nullopt;
}

/// Whether \p branch is on what the control block says.
static bool testsPoll(const BranchInst &branch) {
  auto *compare = dyn_cast<ICmpInst>(branch.getCondition());
  return compare && any_of(compare->operands(), [](const Use &operand) {
           auto *load = dyn_cast<LoadInst>(operand);
           return load && isPoll(*load);
         });
}

/// Lets threads leave the others by those of \p divergent where they can; if
/// these are polls, or none, by all polls: threads have not taken equally many
/// steps. Returns whether that is new.
bool RegionSearch::takeLeaves(ArrayRef<BranchInst *> divergent) {
  bool isNew = false;
  auto take = [&](Leave &leave) {
    isNew |= !leave.isTaken;
    leave.isTaken = true;
  };
  bool takesPolls = false;
  for (auto &[branch, leave] : leaves)
    if (is_contained(divergent, branch)) {
      takesPolls |= testsPoll(*branch);
      take(leave);
    }
  bool takesAllPolls = takesPolls || !isNew;
  for (auto &[branch, leave] : leaves)
    if (takesAllPolls && testsPoll(*branch))
      take(leave);
  return isNew;
}

std::optional<PhaseFunction> RegionSearch::run() {
  if (barriers.empty() && branches.empty())
    return std::nullopt;
  for (unsigned tries = 0; tries < kMaxTries; ++tries) {
    SmallVector<BranchInst *> divergent;
    std::optional<PhaseFunction> result = tryOnce(divergent);
    if (result || divergent.empty() || !takeLeaves(divergent))
      return result;
  }
  return std::nullopt;
}

std::optional<PhaseFunction> vmjit::createPhaseFunction(Function &thread,
                                                        bool usesBarrier) {
  SmallVector<CallInst *> barriers;
  if (thread.getInstructionCount() > kMaxInstructions ||
      !collectBarriers(thread, barriers) || usesBarrier == barriers.empty() ||
      (!usesBarrier && !isPlain(thread)))
    return std::nullopt;
  std::optional<PhaseFunction> result = RegionSearch(thread, usesBarrier).run();
  if (result)
    thread.eraseFromParent();
  return result;
}
