//===- ThreadPolls.cpp - What stoppable threads do beside their work ------===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The control block is known by where its address comes from.
//
//===----------------------------------------------------------------------===//

#include "ThreadPolls.h"

#include "vmjit/ABI/HostBlock.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/ConstantFolding.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

#include <cstddef>
#include <optional>

using namespace llvm;
using namespace vmjit;

/// The offset of \p address in the control block, if it is known to be there.
static std::optional<uint64_t> getControlOffset(const Value *address,
                                                const DataLayout &layout) {
  APInt offset(64, 0), field(64, 0);
  auto *control = dyn_cast<LoadInst>(address->stripAndAccumulateConstantOffsets(
      layout, offset, /*AllowNonInbounds=*/true));
  if (!control || !control->hasMetadata(LLVMContext::MD_invariant_load))
    return std::nullopt;
  const Value *block =
      control->getPointerOperand()->stripAndAccumulateConstantOffsets(
          layout, field, /*AllowNonInbounds=*/true);
  if (block != control->getFunction()->getArg(0) ||
      field != offsetof(vmjit_host_block, control))
    return std::nullopt;
  return offset.getZExtValue();
}

bool vmjit::isControlAccess(const Instruction &instruction) {
  const Value *address = getLoadStorePointerOperand(&instruction);
  if (auto *update = dyn_cast<AtomicRMWInst>(&instruction))
    address = update->getPointerOperand();
  return address && getControlOffset(address, instruction.getDataLayout());
}

bool vmjit::isPoll(const LoadInst &load) {
  std::optional<uint64_t> offset =
      getControlOffset(load.getPointerOperand(), load.getDataLayout());
  return offset == offsetof(vmjit_control, stop) ||
         offset == offsetof(vmjit_control, step_budget);
}

/// The value of \p condition, of phis of \p block and constants, for control
/// that comes from \p from; null if that is not known.
static Constant *evaluate(Value *condition, BasicBlock *block, BasicBlock *from,
                          const DataLayout &layout) {
  auto get = [&](Value *value) -> Constant * {
    auto *phi = dyn_cast<PHINode>(value);
    bool isOwn = phi && phi->getParent() == block;
    return dyn_cast<Constant>(isOwn ? phi->getIncomingValueForBlock(from)
                                    : value);
  };
  auto *compare = dyn_cast<ICmpInst>(condition);
  if (!compare)
    return get(condition);
  Constant *left = get(compare->getOperand(0));
  Constant *right = get(compare->getOperand(1));
  if (!left || !right)
    return nullptr;
  return ConstantFoldCompareInstOperands(compare->getPredicate(), left, right,
                                         layout);
}

/// Whether \p block has nothing but phis, a test of them, and a branch on it.
static bool onlyTests(const BasicBlock &block) {
  auto *branch = dyn_cast<BranchInst>(block.getTerminator());
  if (!branch || !branch->isConditional())
    return false;
  return all_of(block, [&](const Instruction &instruction) {
    return &instruction == branch || isa<PHINode>(instruction) ||
           (isa<ICmpInst>(instruction) &&
            &instruction == branch->getCondition());
  });
}

/// The latches of \p loop by the first of those that dominate them: the ways
/// through a poll are those behind the one that counts.
static SmallVector<SmallVector<BasicBlock *>>
groupLatches(const Loop &loop, const DominatorTree &dominators) {
  SmallVector<BasicBlock *> latches;
  loop.getLoopLatches(latches);
  SmallVector<SmallVector<BasicBlock *>> groups;
  for (BasicBlock *first : latches) {
    if (any_of(latches, [&](BasicBlock *other) {
          return dominators.properlyDominates(other, first);
        }))
      continue;
    SmallVector<BasicBlock *> &group = groups.emplace_back();
    copy_if(latches, std::back_inserter(group), [&](BasicBlock *latch) {
      return dominators.dominates(first, latch);
    });
  }
  return groups;
}

void vmjit::joinPolls(Function &thread) {
  DominatorTree dominators(thread);
  LoopInfo loops(dominators);
  SmallVector<std::pair<BasicBlock *, SmallVector<BasicBlock *>>> joined;
  for (Loop *loop : loops.getLoopsInPreorder())
    for (SmallVector<BasicBlock *> &group : groupLatches(*loop, dominators))
      if (group.size() > 1)
        joined.push_back({loop->getHeader(), std::move(group)});
  for (auto &[header, latches] : joined)
    SplitBlockPredecessors(header, latches, ".latch");
}

void vmjit::skipReports(Function &thread) {
  const DataLayout &layout = thread.getDataLayout();
  for (BasicBlock &block : thread) {
    if (!onlyTests(block))
      continue;
    auto *branch = cast<BranchInst>(block.getTerminator());
    for (BasicBlock *from : to_vector(predecessors(&block))) {
      auto *known = dyn_cast_or_null<ConstantInt>(
          evaluate(branch->getCondition(), &block, from, layout));
      if (!known)
        continue;
      BasicBlock *next = branch->getSuccessor(known->isZero() ? 1 : 0);
      // A return needs no value of any block.
      if (!isa<ReturnInst>(next->front()) ||
          count(successors(from), &block) != 1)
        continue;
      from->getTerminator()->replaceSuccessorWith(&block, next);
      block.removePredecessor(from, /*KeepOneInputPHIs=*/true);
    }
  }
}
