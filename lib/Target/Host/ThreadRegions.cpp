//===- ThreadRegions.cpp - What threads do between meeting points ---------===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Cutting the control flow into regions. That all threads leave a region
// through the same exit follows from control dependence: a branch on which it
// depends whether a meeting point is reached is one itself.
//
//===----------------------------------------------------------------------===//

#include "ThreadRegions.h"

#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/PostDominators.h"
#include "llvm/IR/CFG.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;
using namespace vmjit;

std::optional<unsigned>
ThreadRegions::getRegionOf(const BasicBlock *block) const {
  auto it = regionOf.find(block);
  if (it == regionOf.end())
    return std::nullopt;
  return it->second;
}

/// The blocks at whose end it is decided whether threads get to a meeting
/// point, and the meeting points.
SetVector<BasicBlock *>
ThreadRegions::findControl(ArrayRef<BasicBlock *> meetingPoints) const {
  PostDominatorTree postDominators(thread);
  SetVector<BasicBlock *> control(llvm::from_range, meetingPoints);
  auto decides = [&](BasicBlock *block, BasicBlock *point) {
    return !postDominators.properlyDominates(point, block) &&
           any_of(successors(block), [&](BasicBlock *successor) {
             return postDominators.dominates(point, successor);
           });
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (BasicBlock &block : thread) {
      if (succ_size(&block) < 2 || control.contains(&block))
        continue;
      bool isControl = any_of(
          control, [&](BasicBlock *point) { return decides(&block, point); });
      if (isControl)
        changed |= control.insert(&block);
    }
  }
  return control;
}

/// Whether there is one return and every block can come to it.
static bool alwaysReturns(Function &thread) {
  SetVector<BasicBlock *> reaching;
  for (BasicBlock &block : thread) {
    if (isa<ReturnInst>(block.getTerminator()))
      reaching.insert(&block);
    else if (!isa<BranchInst, SwitchInst>(block.getTerminator()))
      return false;
  }
  if (reaching.size() != 1)
    return false;
  for (size_t i = 0; i != reaching.size(); ++i)
    reaching.insert_range(predecessors(reaching[i]));
  return reaching.size() == thread.size();
}

/// Makes joints of all points where threads meet.
bool ThreadRegions::isolate(ArrayRef<CallInst *> barriers,
                            ArrayRef<BasicBlock *> branches) {
  if (!alwaysReturns(thread))
    return false;
  SmallVector<BasicBlock *> points(branches);
  for (CallInst *barrier : barriers) {
    BasicBlock *point =
        barrier->getParent()->splitBasicBlock(barrier, "barrier");
    point->splitBasicBlock(std::next(barrier->getIterator()), "after");
    points.push_back(point);
  }
  BasicBlock *start = &thread.getEntryBlock();
  auto *first = BasicBlock::Create(thread.getContext(), "", &thread, start);
  BranchInst::Create(start, first);
  joints.insert(first);
  for (BasicBlock *block : findControl(points)) {
    if (block->size() == 2 && isa<CallInst>(block->front()) &&
        succ_size(block) == 1)
      joints.insert(block);
    else if (isa<BranchInst>(block->getTerminator()))
      joints.insert(block->splitBasicBlock(block->getTerminator(), "branch"));
    else
      return false;
  }
  for (BasicBlock &block : make_early_inc_range(thread))
    if (isa<ReturnInst>(block.getTerminator()) && !joints.contains(&block))
      joints.insert(block.splitBasicBlock(block.getTerminator(), "return"));
  return true;
}

/// Finds the blocks at which regions start: those behind joints, and those to
/// which several regions lead.
SetVector<BasicBlock *> ThreadRegions::findEntries() const {
  SetVector<BasicBlock *> entries;
  for (BasicBlock *joint : joints)
    for (BasicBlock *successor : successors(joint))
      if (!joints.contains(successor))
        entries.insert(successor);
  while (true) {
    DenseMap<BasicBlock *, BasicBlock *> owner;
    BasicBlock *conflict = nullptr;
    for (BasicBlock *entry : entries)
      owner[entry] = entry;
    for (BasicBlock *entry : entries) {
      SmallVector<BasicBlock *> worklist = {entry};
      while (!worklist.empty() && !conflict)
        for (BasicBlock *successor : successors(worklist.pop_back_val())) {
          if (joints.contains(successor) || entries.contains(successor))
            continue;
          auto [it, isNew] = owner.insert({successor, entry});
          if (isNew)
            worklist.push_back(successor);
          else if (it->second != entry)
            conflict = successor;
        }
    }
    if (!conflict)
      return entries;
    entries.insert(conflict);
  }
}

/// Puts a joint with the phis of \p entry before it.
void ThreadRegions::addBefore(BasicBlock *entry) {
  entry->splitBasicBlock(entry->getFirstNonPHIIt(), "region");
  joints.insert(entry);
  befores.insert(entry);
}

/// What a phi gets from a joint is assigned in a region of its own, in case
/// that it differs between threads.
void ThreadRegions::splitPhiEdges() {
  for (BasicBlock *before : to_vector(befores)) {
    if (before->phis().empty())
      continue;
    for (BasicBlock *from : to_vector(predecessors(before))) {
      if (!joints.contains(from))
        continue;
      BasicBlock *edge = SplitEdge(from, before);
      edge->splitBasicBlock(edge->getTerminator(), "region");
      joints.insert(edge);
      befores.insert(edge);
    }
  }
}

bool ThreadRegions::addRegion(BasicBlock *before) {
  ThreadRegion region;
  region.before = before;
  region.entry = before->getSingleSuccessor();
  BasicBlock *exit = nullptr;
  SetVector<BasicBlock *> blocks;
  SmallVector<BasicBlock *> exiting;
  blocks.insert(region.entry);
  for (size_t i = 0; i != blocks.size(); ++i)
    for (BasicBlock *successor : successors(blocks[i])) {
      if (!joints.contains(successor)) {
        blocks.insert(successor);
        continue;
      }
      if (exit && exit != successor)
        return false;
      exit = successor;
      if (exiting.empty() || exiting.back() != blocks[i])
        exiting.push_back(blocks[i]);
    }
  if (!exit)
    return false;
  bool isLatch = exiting.size() == 1 && exiting[0]->getSingleSuccessor();
  region.latch =
      isLatch ? exiting[0] : SplitBlockPredecessors(exit, exiting, ".latch");
  blocks.insert(region.latch);
  for (BasicBlock *block : blocks)
    if (!regionOf.insert({block, unsigned(regions.size())}).second)
      return false;
  // Joints end the walk.
  SmallPtrSet<BasicBlock *, 8> visited(joints.begin(), joints.end());
  for (BasicBlock *block : post_order_ext(region.entry, visited))
    region.blocks.push_back(block);
  std::reverse(region.blocks.begin(), region.blocks.end());
  regions.push_back(std::move(region));
  return true;
}

bool ThreadRegions::addRegions() {
  return all_of(befores, [&](BasicBlock *before) { return addRegion(before); });
}

BasicBlock *ThreadRegions::addLeft(ThreadRegion &region) {
  if (!region.left) {
    region.left = BasicBlock::Create(thread.getContext(), "left", &thread);
    new UnreachableInst(thread.getContext(), region.left);
    regionOf[region.left] = *getRegionOf(region.entry);
  }
  return region.left;
}

/// Puts the ways that were taken out back, into the regions that they start in.
bool ThreadRegions::attachEnds() {
  for (EarlyEnds::End &end : ends.getEnds()) {
    BasicBlock *block = end.goesOn->getParent();
    std::optional<unsigned> number = getRegionOf(block);
    if (!number)
      return false;
    ThreadRegion &region = regions[*number];
    if (region.latch == block) {
      region.latch = block->splitBasicBlock(block->getTerminator(), "latch");
      region.blocks.push_back(region.latch);
      regionOf[region.latch] = *number;
      end.goesOn = cast<BranchInst>(block->getTerminator());
    }
    EarlyEnds::attach(end, addLeft(region));
    for (BasicBlock *added : end.blocks)
      regionOf[added] = *number;
    region.blocks.append(end.blocks);
    end.blocks.clear();
  }
  for (ThreadRegion &region : regions)
    if (region.left)
      region.blocks.push_back(region.left);
  return true;
}

bool ThreadRegions::find(const Meetings &meetings) {
  for (auto [branch, end] : meetings.leaves)
    ends.detach(*branch, end);
  if (!meetings.leaves.empty())
    EliminateUnreachableBlocks(thread);
  if (!isolate(meetings.barriers, meetings.branches))
    return false;
  for (BasicBlock *entry : findEntries())
    addBefore(entry);
  splitPhiEdges();
  if (!addRegions() || !attachEnds())
    return false;
  findVarying();
  if (splitInductions())
    findVarying();
  return verifyBranches(meetings.canEndInOrder);
}
