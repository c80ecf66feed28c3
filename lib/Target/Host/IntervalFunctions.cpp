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

/// Where the cases of dispatches lead, past blocks that only go there.
static SmallVector<BasicBlock *> findIntervals(Function &thread) {
  SmallSetVector<BasicBlock *, 32> starts;
  for (BasicBlock &block : thread) {
    auto *dispatch = dyn_cast<SwitchInst>(block.getTerminator());
    if (!dispatch)
      continue;
    for (auto &choice : dispatch->cases()) {
      BasicBlock *start = choice.getCaseSuccessor();
      if (start->size() == 1 && start->getSingleSuccessor())
        start = start->getSingleSuccessor();
      // An interval has its registers from memory, so that what takes more than
      // an address is something else.
      if (range_size(start->phis()) <= 1)
        starts.insert(start);
    }
  }
  return starts.takeVector();
}

namespace {
/// The blocks of an interval, the first one first.
struct IntervalBlocks {
  SmallVector<BasicBlock *> blocks;
  /// Its own names for what it takes from outside, and for what it gives.
  SmallVector<Instruction *> aliases;

  void addAliases();
  void addResultAliases();
  void eraseAliases();
};
} // namespace

/// Gives the interval one use of each value from outside. Taking it out looks
/// at all uses of such a value, and a hart's are used everywhere.
void IntervalBlocks::addAliases() {
  SmallPtrSet<BasicBlock *, 32> own(blocks.begin(), blocks.end());
  DenseMap<Value *, Instruction *> aliasOf;
  auto start = blocks.front()->getFirstInsertionPt();
  for (BasicBlock *block : blocks)
    for (Instruction &inst : *block)
      for (Use &operand : inst.operands()) {
        auto *outer = dyn_cast<Instruction>(operand.get());
        if (!isa<Argument>(operand.get()) &&
            !(outer && !own.contains(outer->getParent())))
          continue;
        Instruction *&alias = aliasOf[operand.get()];
        if (!alias) {
          alias = new FreezeInst(operand.get(), "", start);
          aliases.push_back(alias);
        }
        if (&inst != alias)
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
  if (thread.getInstructionCount() < kMinInstructions)
    return;
  SmallVector<BasicBlock *> starts = findIntervals(thread);
  // The address that an interval is entered for is made outside of it.
  for (BasicBlock *&start : starts)
    if (!start->phis().empty())
      start = start->splitBasicBlock(start->getFirstNonPHIIt());
  DominatorTree dominators(thread);
  std::vector<IntervalBlocks> intervals;
  SmallPtrSet<BasicBlock *, 32> isStart(starts.begin(), starts.end());
  for (BasicBlock *start : starts) {
    DomTreeNode *outer = dominators.getNode(start)->getIDom();
    while (outer && !isStart.contains(outer->getBlock()))
      outer = outer->getIDom();
    // A part of another one goes with that.
    if (outer)
      continue;
    IntervalBlocks &interval = intervals.emplace_back();
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
