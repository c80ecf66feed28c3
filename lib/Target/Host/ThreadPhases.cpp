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

/// A copy of \p thread with loops in the form that regions are found in.
static Function *copyForRegions(Function &thread) {
  ValueToValueMapTy map;
  Function *copy = CloneFunction(&thread, map);
  copy->setLinkage(GlobalValue::InternalLinkage);
  joinPolls(*copy);
  DominatorTree dominators(*copy);
  LoopInfo loops(dominators);
  for (Loop *loop : to_vector(loops))
    simplifyLoop(loop, &dominators, &loops, nullptr, nullptr, nullptr,
                 /*PreserveLCSSA=*/false);
  return copy;
}

/// Replaces \p thread, unless the result is none.
static std::optional<PhaseFunction> createFromCopy(Function &thread,
                                                   bool usesBarrier) {
  SmallVector<CallInst *> barriers;
  collectBarriers(thread, barriers);
  SmallVector<BasicBlock *> branches;
  if (!usesBarrier)
    branches = findLoopBranches(thread);
  if (barriers.empty() && branches.empty())
    return std::nullopt;
  ThreadRegions regions(thread);
  if (!regions.find(barriers, branches))
    return std::nullopt;
  PhaseGroup group = PhaseGroup::Tile;
  if (usesBarrier)
    group = PhaseGroup::Block;
  else if (!regions.getEndingTests().empty())
    group = PhaseGroup::Row;
  // Threads that end are those behind the others of a row, not of a block.
  if (usesBarrier && !regions.getEndingTests().empty())
    return std::nullopt;
  Function *function = buildRegionLoops(thread, regions, group);
  if (!function)
    return std::nullopt;
  return PhaseFunction{function, group};
}

std::optional<PhaseFunction> vmjit::createPhaseFunction(Function &thread,
                                                        bool usesBarrier) {
  SmallVector<CallInst *> barriers;
  if (thread.getInstructionCount() > kMaxInstructions ||
      !collectBarriers(thread, barriers) || usesBarrier == barriers.empty() ||
      (!usesBarrier && !isPlain(thread)))
    return std::nullopt;
  Function *copy = copyForRegions(thread);
  std::optional<PhaseFunction> result = createFromCopy(*copy, usesBarrier);
  (result ? thread : *copy).eraseFromParent();
  return result;
}
