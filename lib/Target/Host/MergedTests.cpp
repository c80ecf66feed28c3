//===- MergedTests.cpp - One test for several accesses ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Blocks that only lead to the next one or to a fault are a chain. The accesses
// of a chain to one address and constant distances from it are a group. In
// front of the first access of the first group stands the test of all groups
// whose address is known there: that the first and the last access of each lie
// in what the hart remembers for it, which is contiguous. What follows, up to
// the last access, has no calls for the groups any more where all tests hold,
// and is a copy, with all calls, where one does not: the order of accesses and
// faults is the guest's on either way.
//
//===----------------------------------------------------------------------===//

#include "MergedTests.h"

#include "RememberedRegions.h"
#include "vmjit/Target/HartTranslation.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallSet.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/Local.h"
#include "llvm/Transforms/Utils/SSAUpdaterBulk.h"

#include <limits>

using namespace llvm;
using namespace vmjit;

/// Beyond it the copies are too large for what they save.
static constexpr unsigned kMaxChainBlocks = 64;

namespace {

/// A call whose block ends by asking whether it permits the access.
struct Access {
  CallInst *call;
  Value *base;
  int64_t offset;
};

/// Accesses of a chain at distances from one address, in their order.
struct Group {
  SmallVector<Access> accesses;
  /// The smallest and the largest of their offsets.
  int64_t first = std::numeric_limits<int64_t>::max();
  int64_t last = std::numeric_limits<int64_t>::min();

  CallInst &getLeader() const { return *accesses.front().call; }
};

/// Groups with one test, in front of the leader of the first.
struct MergedTest {
  SmallVector<Group> groups;
  /// The block of the last access.
  BasicBlock *end;
};

/// What is there twice, from the test to the last access.
struct CopiedChain {
  SmallVector<BasicBlock *> blocks;
  ValueToValueMapTy copies;
};

class TestMerger {
public:
  TestMerger(Function &function, ArrayRef<CallInst *> calls)
      : function(function), calls(calls.begin(), calls.end()),
        dominators(function) {}

  void run();
  bool isMerged(CallInst *call) const { return merged.contains(call); }

private:
  CallInst *getFinalCall(BasicBlock &block) const;
  SmallVector<Access> collectChain(BasicBlock *block);
  MergedTest chooseGroups(ArrayRef<Access> chain) const;
  void merge(const MergedTest &test);
  void copyChain(CopiedChain &chain);
  void answer(const Group &group, Value *start, CopiedChain &chain);
  void repairUses();

  Function &function;
  SmallPtrSet<CallInst *, 32> calls;
  DominatorTree dominators;
  SmallPtrSet<BasicBlock *, 32> visited;
  SmallPtrSet<CallInst *, 32> merged;
  std::vector<std::unique_ptr<CopiedChain>> chains;
};

} // namespace

/// The call that decides whether control goes on behind \p block or faults.
CallInst *TestMerger::getFinalCall(BasicBlock &block) const {
  auto *branch = dyn_cast<BranchInst>(block.getTerminator());
  if (!branch || !branch->isConditional() ||
      branch->getSuccessor(0) == branch->getSuccessor(1))
    return nullptr;
  auto *ok = dyn_cast<ExtractValueInst>(branch->getCondition());
  auto *call = ok ? dyn_cast<CallInst>(ok->getAggregateOperand()) : nullptr;
  bool isFinal = call && call->getParent() == &block && calls.contains(call);
  return isFinal ? call : nullptr;
}

static Access describe(CallInst *call) {
  using namespace PatternMatch;
  Value *address = call->getArgOperand(TranslateAddress), *base;
  const APInt *offset;
  if (match(address, m_AddLike(m_Value(base), m_APInt(offset))))
    return {call, base, offset->getSExtValue()};
  return {call, address, 0};
}

/// The accesses of the chain that begins with \p block.
SmallVector<Access> TestMerger::collectChain(BasicBlock *block) {
  SmallVector<Access> chain;
  for (unsigned length = 0; length < kMaxChainBlocks; ++length) {
    if (!visited.insert(block).second)
      break;
    BasicBlock *next = block->getSingleSuccessor();
    if (CallInst *call = getFinalCall(*block)) {
      chain.push_back(describe(call));
      next = block->getTerminator()->getSuccessor(0);
    }
    if (!next || next->getSinglePredecessor() != block)
      break;
    block = next;
  }
  return chain;
}

/// The groups that can be tested in front of the first access of the first.
MergedTest TestMerger::chooseGroups(ArrayRef<Access> chain) const {
  MapVector<Value *, Group> byBase;
  for (const Access &access : chain) {
    Group &group = byBase[access.base];
    group.accesses.push_back(access);
    group.first = std::min(group.first, access.offset);
    group.last = std::max(group.last, access.offset);
  }
  MergedTest test{{}, nullptr};
  SmallSet<uint64_t, 4> places;
  SmallPtrSet<CallInst *, 16> chosen;
  for (auto &[base, group] : byBase) {
    constexpr int64_t maxDistance = 1 << 20;
    if (group.accesses.size() < 2 || group.first < -maxDistance ||
        group.last > maxDistance)
      continue;
    RememberedPlace place(group.getLeader());
    Instruction &start =
        (test.groups.empty() ? group : test.groups.front()).getLeader();
    // Two groups would drive each other out of one place.
    if (!dominators.dominates(base, &start) ||
        !dominators.dominates(place.regions, &start) ||
        !places.insert(place.offset).second)
      continue;
    for (const Access &access : group.accesses)
      chosen.insert(access.call);
    test.groups.push_back(std::move(group));
  }
  for (const Access &access : chain)
    if (chosen.contains(access.call))
      test.end = access.call->getParent();
  return test;
}

/// Copies the blocks of \p chain. What is behind them gets values from both.
void TestMerger::copyChain(CopiedChain &chain) {
  SmallVector<BasicBlock *> copies;
  for (BasicBlock *block : chain.blocks) {
    copies.push_back(CloneBasicBlock(block, chain.copies, "", &function));
    chain.copies[block] = copies.back();
  }
  remapInstructionsInBlocks(copies, chain.copies);
  for (auto [block, copy] : zip_equal(chain.blocks, copies))
    for (BasicBlock *successor : successors(copy)) {
      if (is_contained(copies, successor))
        continue;
      for (PHINode &phi : successor->phis()) {
        Value *value = phi.getIncomingValueForBlock(block);
        Value *copied = chain.copies.lookup(value);
        phi.addIncoming(copied ? copied : value, copy);
      }
    }
}

/// Where the test holds, nothing of \p group faults, and its first byte is at
/// \p start.
void TestMerger::answer(const Group &group, Value *start, CopiedChain &chain) {
  for (const Access &access : group.accesses) {
    IRBuilder<> builder(access.call);
    Value *pointer = builder.CreateConstGEP1_64(builder.getInt8Ty(), start,
                                                access.offset - group.first);
    for (User *user : make_early_inc_range(access.call->users())) {
      auto *part = cast<ExtractValueInst>(user);
      if (part->getIndices().front() == 1) {
        part->replaceAllUsesWith(builder.getTrue());
      } else {
        // The copy of the part takes this one's place in the map with it.
        part->replaceAllUsesWith(pointer);
      }
      part->eraseFromParent();
    }
    ConstantFoldTerminator(access.call->getParent());
    merged.insert(access.call);
    access.call->eraseFromParent();
  }
}

void TestMerger::merge(const MergedTest &test) {
  CallInst &leader = test.groups.front().getLeader();
  BasicBlock *before = leader.getParent();
  CopiedChain &chain = *chains.emplace_back(std::make_unique<CopiedChain>());
  BasicBlock *block = before->splitBasicBlock(leader.getIterator());
  chain.blocks.push_back(block);
  while (block != test.end) {
    block = block->getTerminator()->getSuccessor(0);
    chain.blocks.push_back(block);
  }
  copyChain(chain);

  IRBuilder<> builder(before->getTerminator());
  SmallVector<Value *> holds;
  for (const Group &group : test.groups) {
    bool isStore = any_of(group.accesses, [](const Access &access) {
      return isStoreCall(*access.call);
    });
    RememberedPlace place(group.getLeader());
    Value *address = builder.CreateAdd(group.accesses.front().base,
                                       builder.getInt64(group.first));
    Value *extent = place.loadExtent(builder, isStore);
    Value *position = builder.CreateSub(address, place.loadBase(builder));
    holds.push_back(builder.CreateICmpULT(position, extent));
    if (group.first != group.last)
      holds.push_back(builder.CreateICmpULT(
          builder.CreateAdd(position,
                            builder.getInt64(group.last - group.first)),
          extent));
    answer(group,
           builder.CreateIntToPtr(
               builder.CreateAdd(address, place.loadDistance(builder)),
               builder.getPtrTy()),
           chain);
  }
  builder.CreateCondBr(
      builder.CreateAnd(holds), chain.blocks.front(),
      cast<BasicBlock>(chain.copies[chain.blocks.front()]),
      MDBuilder(function.getContext()).createLikelyBranchWeights());
  before->getTerminator()->eraseFromParent();
}

/// What a chain and its copy make is used where both have come together.
void TestMerger::repairUses() {
  SSAUpdaterBulk updater;
  for (auto &chain : chains) {
    SmallPtrSet<BasicBlock *, 16> own(chain->blocks.begin(),
                                      chain->blocks.end());
    for (BasicBlock *block : chain->blocks)
      for (Instruction &inst : *block) {
        std::optional<unsigned> variable;
        for (Use &use : inst.uses()) {
          auto *user = cast<Instruction>(use.getUser());
          auto *phi = dyn_cast<PHINode>(user);
          if (own.contains(phi ? phi->getIncomingBlock(use)
                               : user->getParent()))
            continue;
          if (!variable) {
            variable = updater.AddVariable("", inst.getType());
            updater.AddAvailableValue(*variable, block, &inst);
            updater.AddAvailableValue(*variable,
                                      cast<BasicBlock>(chain->copies[block]),
                                      chain->copies[&inst]);
          }
          updater.AddUse(*variable, &use);
        }
      }
  }
  dominators.recalculate(function);
  updater.RewriteAllUses(&dominators);
}

void TestMerger::run() {
  std::vector<MergedTest> tests;
  for (BasicBlock *block : ReversePostOrderTraversal<Function *>(&function))
    if (SmallVector<Access> chain = collectChain(block); chain.size() > 1)
      if (MergedTest test = chooseGroups(chain); test.end)
        tests.push_back(std::move(test));
  for (const MergedTest &test : tests)
    merge(test);
  if (chains.empty())
    return;
  repairUses();
  for (auto &chain : chains)
    for (BasicBlock *block : drop_begin(chain->blocks))
      MergeBlockIntoPredecessor(block);
}

SmallVector<CallInst *> vmjit::mergeTests(Function &function,
                                          ArrayRef<CallInst *> calls) {
  TestMerger merger(function, calls);
  merger.run();
  SmallVector<CallInst *> left;
  copy_if(calls, std::back_inserter(left),
          [&](CallInst *call) { return !merger.isMerged(call); });
  return left;
}
