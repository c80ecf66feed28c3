//===- IntervalFunctions.cpp - A function for each interval -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IntervalFunctions.h"

#include "vmjit/Target/TargetBackend.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Transforms/Utils/CodeExtractor.h"

using namespace llvm;
using namespace vmjit;

/// Functions with fewer instructions stay whole.
static constexpr unsigned kMinInstructions = 1000;
/// In functions with fewer, an interval that is passed values, such as the
/// steps of stoppable code, stays where it is: to pass them to a function and
/// back costs harts more than LLVM needs for all of it.
static constexpr unsigned kManyInstructions = 50000;

/// Where the cases of dispatches lead, past blocks that only go there, unless
/// it is inside of what another one leads to; with \p takesValues also where
/// values differ by where control comes from, besides the address that it goes
/// to.
static SmallVector<BasicBlock *> findIntervals(Function &thread,
                                               bool takesValues) {
  SmallSetVector<BasicBlock *, 32> found;
  SmallPtrSet<BasicBlock *, 32> all;
  for (BasicBlock &block : thread) {
    auto *dispatch = dyn_cast<SwitchInst>(block.getTerminator());
    if (!dispatch)
      continue;
    SmallSetVector<BasicBlock *, 32> starts;
    for (auto &choice : dispatch->cases()) {
      BasicBlock *start = choice.getCaseSuccessor();
      if (start->size() == 1 && start->getSingleSuccessor())
        start = start->getSingleSuccessor();
      all.insert(start);
      if (takesValues || range_size(start->phis()) <= 1)
        starts.insert(start);
    }
    // One interval is all there is already; and where a hart stops at a
    // dispatch, all ways lead to one end.
    if (starts.size() > 1)
      found.insert_range(starts);
  }
  DominatorTree dominators(thread);
  auto isInside = [&](BasicBlock *start) {
    DomTreeNode *outer = dominators.getNode(start)->getIDom();
    while (outer && !all.contains(outer->getBlock()))
      outer = outer->getIDom();
    return outer != nullptr;
  };
  found.remove_if(isInside);
  return found.takeVector();
}

namespace {
/// An interval that becomes a function, and the block in front of it, which
/// stays: it has the values that differ by where control comes from.
struct IntervalBlocks {
  explicit IntervalBlocks(BasicBlock *start)
      : front(start),
        blocks({start->splitBasicBlock(start->getFirstNonPHIIt())}) {}

  void addAliases();
  void addResultAliases();
  void eraseAliases();

  BasicBlock *front;
  /// The first one first.
  SmallVector<BasicBlock *> blocks;
  /// In the front: names that only the interval has for what it takes from
  /// outside. At its ends: names for what it gives.
  SmallVector<Instruction *> aliases;
};
} // namespace

/// Taking an interval out looks at all uses of each value that it takes from
/// outside, and a hart's are used everywhere.
void IntervalBlocks::addAliases() {
  SmallPtrSet<BasicBlock *, 32> own(blocks.begin(), blocks.end());
  DenseMap<Value *, Instruction *> aliasOf;
  for (BasicBlock *block : blocks)
    for (Instruction &inst : *block)
      for (Use &operand : inst.operands()) {
        auto *outer = dyn_cast<Instruction>(operand.get());
        if (!isa<Argument>(operand.get()) &&
            !(outer && !own.contains(outer->getParent())))
          continue;
        Instruction *&alias = aliasOf[operand.get()];
        if (!alias) {
          alias = new FreezeInst(operand.get(), "",
                                 front->getTerminator()->getIterator());
          aliases.push_back(alias);
        }
        operand.set(alias);
      }
}

/// What the interval gives is stored where it has its name: at an end of the
/// interval, rather than each time that it is made.
void IntervalBlocks::addResultAliases() {
  SmallPtrSet<BasicBlock *, 32> own(blocks.begin(), blocks.end());
  for (BasicBlock *block : blocks)
    for (BasicBlock *successor : successors(block)) {
      if (own.contains(successor))
        continue;
      for (PHINode &phi : successor->phis()) {
        int index = phi.getBasicBlockIndex(block);
        auto *value = dyn_cast<Instruction>(phi.getIncomingValue(index));
        if (!value || !own.contains(value->getParent()))
          continue;
        aliases.push_back(
            new FreezeInst(value, "", block->getTerminator()->getIterator()));
        phi.setIncomingValue(index, aliases.back());
      }
    }
}

void IntervalBlocks::eraseAliases() {
  for (Instruction *alias : aliases) {
    alias->replaceAllUsesWith(alias->getOperand(0));
    alias->eraseFromParent();
  }
}

void vmjit::createIntervalFunctions(Function &thread) {
  unsigned instructionCount = thread.getInstructionCount();
  if (instructionCount < kMinInstructions)
    return;
  std::vector<IntervalBlocks> intervals;
  for (BasicBlock *start :
       findIntervals(thread, instructionCount >= kManyInstructions))
    intervals.emplace_back(start);
  DominatorTree dominators(thread);
  for (IntervalBlocks &interval : intervals) {
    BasicBlock *start = interval.blocks.front();
    interval.blocks.clear();
    dominators.getDescendants(start, interval.blocks);
    interval.addAliases();
    interval.addResultAliases();
  }
  CodeExtractorAnalysisCache cache(thread);
  for (IntervalBlocks &interval : intervals) {
    CodeExtractor extractor(interval.blocks, &dominators);
    Function *function =
        extractor.isEligible() ? extractor.extractCodeRegion(cache) : nullptr;
    interval.eraseAliases();
    // What cannot be taken out stays where it is.
    if (!function)
      continue;
    function->removeFnAttr(kEntryAttr);
    function->addFnAttr(Attribute::NoInline);
  }
}
