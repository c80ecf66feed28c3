//===- EarlyEnds.cpp - Threads that do not come to the next barrier -------===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each way gets blocks of its own: they are a report and a return.
//
//===----------------------------------------------------------------------===//

#include "EarlyEnds.h"

#include "llvm/ADT/DepthFirstIterator.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/CFG.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

using namespace llvm;
using namespace vmjit;

/// Longer ones are not copied.
static constexpr size_t kMaxEndInstructions = 100;

/// Whether control that is at \p block may come to one of \p barriers.
static bool mayMeet(BasicBlock *block, ArrayRef<CallInst *> barriers) {
  SetVector<BasicBlock *> reachable;
  reachable.insert(block);
  for (size_t i = 0; i != reachable.size(); ++i)
    reachable.insert_range(successors(reachable[i]));
  return any_of(barriers, [&](CallInst *barrier) {
    return reachable.contains(barrier->getParent());
  });
}

/// Whether the blocks from \p start on are few and simple, and do not come back
/// to it.
static bool isShort(BasicBlock *start) {
  size_t size = 0;
  for (BasicBlock *block : depth_first(start)) {
    size += block->size();
    if (size > kMaxEndInstructions ||
        !isa<BranchInst, ReturnInst>(block->getTerminator()) ||
        is_contained(successors(block), start))
      return false;
  }
  return true;
}

std::optional<unsigned> vmjit::findEarlyEnd(const BranchInst &branch,
                                            ArrayRef<CallInst *> barriers) {
  if (!branch.isConditional() ||
      branch.getSuccessor(0) == branch.getSuccessor(1))
    return std::nullopt;
  unsigned end = mayMeet(branch.getSuccessor(0), barriers) ? 1 : 0;
  if (mayMeet(branch.getSuccessor(end), barriers) ||
      !mayMeet(branch.getSuccessor(1 - end), barriers) ||
      !isShort(branch.getSuccessor(end)))
    return std::nullopt;
  return end;
}

EarlyEnds::~EarlyEnds() {
  for (End &end : ends)
    for (BasicBlock *block : end.blocks)
      if (!block->getParent())
        block->dropAllReferences();
  for (End &end : ends)
    for (BasicBlock *block : end.blocks)
      if (!block->getParent())
        delete block;
}

/// Leaves the phis of \p copy what comes from blocks that \p map has.
static void dropOthers(BasicBlock &copy, const ValueToValueMapTy &map) {
  for (PHINode &phi : copy.phis())
    for (unsigned i = phi.getNumIncomingValues(); i-- > 0;)
      if (!map.count(phi.getIncomingBlock(i)))
        phi.removeIncomingValue(i, /*DeletePHIIfEmpty=*/false);
}

/// Makes the phis of \p copy what they are for control that comes from \p from
/// alone.
static void resolvePhis(BasicBlock &copy, BasicBlock *from) {
  for (PHINode &phi : make_early_inc_range(copy.phis())) {
    phi.replaceAllUsesWith(phi.getIncomingValueForBlock(from));
    phi.eraseFromParent();
  }
}

void EarlyEnds::detach(BranchInst &branch, unsigned end) {
  BasicBlock *from = branch.getParent(), *start = branch.getSuccessor(end);
  ValueToValueMapTy map;
  End &result = ends.emplace_back();
  for (BasicBlock *block : ReversePostOrderTraversal<BasicBlock *>(start)) {
    result.blocks.push_back(CloneBasicBlock(block, map));
    map[block] = result.blocks.back();
  }
  for (BasicBlock *copy : drop_begin(result.blocks))
    dropOthers(*copy, map);
  for (BasicBlock *copy : result.blocks)
    for (Instruction &instruction : *copy)
      RemapInstruction(&instruction, map,
                       RF_NoModuleLevelChanges | RF_IgnoreMissingLocals);
  resolvePhis(*result.blocks.front(), from);
  result.condition = branch.getCondition();
  result.endsIfTrue = end == 0;
  start->removePredecessor(from);
  result.goesOn =
      BranchInst::Create(branch.getSuccessor(1 - end), branch.getIterator());
  branch.eraseFromParent();
}

void EarlyEnds::attach(End &end, BasicBlock *left) {
  BasicBlock *from = end.goesOn->getParent();
  BasicBlock *start = end.blocks.front();
  for (BasicBlock *block : end.blocks) {
    block->insertInto(from->getParent(), left);
    if (auto *ret = dyn_cast<ReturnInst>(block->getTerminator()))
      ReplaceInstWithInst(ret, BranchInst::Create(left));
  }
  BasicBlock *next = end.goesOn->getSuccessor(0);
  BranchInst *branch =
      BranchInst::Create(end.endsIfTrue ? start : next,
                         end.endsIfTrue ? next : start, end.condition);
  ReplaceInstWithInst(end.goesOn, branch);
}
