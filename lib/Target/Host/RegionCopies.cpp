//===- RegionCopies.cpp - Two loops for one region ------------------------===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One for the usual case: no thread has left the others, all are within the
// data. The other one tests that for each thread.
//
//===----------------------------------------------------------------------===//

#include "RegionLoopBuilder.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;
using namespace vmjit;

//===----------------------------------------------------------------------===//
// Threads that have left the others
//===----------------------------------------------------------------------===//

/// No thread has left yet.
void RegionLoopBuilder::createLeft() {
  if (none_of(regions.getRegions(),
              [](const ThreadRegion &region) { return region.left; }))
    return;
  BasicBlock &entry = function->getEntryBlock();
  IRBuilder<> b(&entry, entry.begin());
  auto *flags = ArrayType::get(b.getInt8Ty(), getCapacity(group));
  leftFlags = b.CreateAlloca(flags, nullptr, "has.left");
  leftCount = b.CreateAlloca(b.getInt32Ty(), nullptr, "left.count");
  b.CreateStore(b.getInt32(0), leftCount);
  b.CreateMemSet(leftFlags, b.getInt8(0), getCapacity(group), Align(1));
}

Value *RegionLoopBuilder::getLeftFlag(IRBuilderBase &b,
                                      const RegionLoop &loop) {
  return b.CreateInBoundsGEP(b.getInt8Ty(), leftFlags, loop.threadIndex);
}

/// Notes who leaves, goes on with the next thread at \p step, and behind the
/// loop, at \p end, on to \p next only if anybody is left.
void RegionLoopBuilder::addLeft(const ThreadRegion &region,
                                const RegionLoop &loop, BasicBlock *step,
                                BasicBlock *end, BasicBlock *next) {
  region.left->getTerminator()->eraseFromParent();
  IRBuilder<> b(region.left);
  b.CreateStore(b.getInt8(1), getLeftFlag(b, loop));
  auto loadCount = [&] { return b.CreateLoad(b.getInt32Ty(), leftCount); };
  b.CreateStore(b.CreateAdd(loadCount(), b.getInt32(1)), leftCount);
  b.CreateBr(step);

  auto *over = BasicBlock::Create(context, "over", function);
  ReturnInst::Create(context, over);
  end->getTerminator()->eraseFromParent();
  b.SetInsertPoint(end);
  Value *all = b.CreateMul(b.CreateMul(getCount(0), getCount(1)), getCount(2));
  b.CreateCondBr(b.CreateICmpEQ(loadCount(), all), over, next);
}

/// Where some have left, another loop runs the region, which leaves them out:
/// in this one, it need not be looked who has.
void RegionLoopBuilder::addLoopWithLeft(const ThreadRegion &region,
                                        const RegionLoop &loop,
                                        BasicBlock *step) {
  ValueToValueMapTy map;
  copyLoop(region, loop, step, map);
  auto getCopy = [&](BasicBlock *block) {
    return cast<BasicBlock>(map.lookup(block));
  };
  // Nothing is said of the order of accesses in this one.
  getCopy(step)->getTerminator()->setMetadata(LLVMContext::MD_loop, nullptr);
  BasicBlock *head = getCopy(loop.heads.back());
  RegionLoop copy = loop;
  copy.threadIndex = map.lookup(loop.threadIndex);
  head->getTerminator()->eraseFromParent();
  IRBuilder<> b(head);
  Value *flag = b.CreateLoad(b.getInt8Ty(), getLeftFlag(b, copy));
  b.CreateCondBr(b.CreateICmpNE(flag, b.getInt8(0)), getCopy(step),
                 getCopy(region.entry));
  addChoice(region, loop, map, [&](IRBuilderBase &b) {
    return b.CreateICmpEQ(b.CreateLoad(b.getInt32Ty(), leftCount),
                          b.getInt32(0));
  });
}

//===----------------------------------------------------------------------===//
// Two loops for one region
//===----------------------------------------------------------------------===//

/// Copies the loop, which \p step ends. The copy leads to the same end.
void RegionLoopBuilder::copyLoop(const ThreadRegion &region,
                                 const RegionLoop &loop, BasicBlock *step,
                                 ValueToValueMapTy &map) {
  SmallVector<BasicBlock *> blocks(ArrayRef(loop.heads)), copies;
  blocks.append(region.blocks);
  blocks.append(loop.afters);
  if (!is_contained(blocks, step))
    blocks.push_back(step);
  for (BasicBlock *block : blocks) {
    copies.push_back(CloneBasicBlock(block, map, "", function));
    map[block] = copies.back();
  }
  remapInstructionsInBlocks(copies, map);
}

/// Runs the loop where \p isUsual says so, else the copy that \p map leads to.
void RegionLoopBuilder::addChoice(
    const ThreadRegion &region, const RegionLoop &loop,
    const ValueToValueMapTy &map,
    function_ref<Value *(IRBuilderBase &)> isUsual) {
  BasicBlock *first = loop.heads.front();
  auto *copy = cast<BasicBlock>(map.lookup(first));
  auto *choice = BasicBlock::Create(context, "choice", function);
  region.before->getTerminator()->replaceSuccessorWith(first, choice);
  IRBuilder<> b(choice);
  b.CreateCondBr(isUsual(b), first, copy,
                 MDBuilder(context).createLikelyBranchWeights());
  for (BasicBlock *start : {first, copy})
    start->replacePhiUsesWith(region.before, choice);
}

/// Whether the region starts with a test that holds for all threads of most
/// blocks, and is small.
bool RegionLoopBuilder::isWorthTwoLoops(const ThreadRegion &region,
                                        const RegionLoop &loop) const {
  constexpr size_t kMaxSize = 100;
  size_t size = 0;
  for (BasicBlock *block : region.blocks)
    size += block->size();
  return !loop.extents.empty() && size <= kMaxSize;
}

/// Another loop runs the region where the test does not hold for all threads:
/// in this one, it holds.
void RegionLoopBuilder::addLoopWithTest(const ThreadRegion &region,
                                        const RegionLoop &loop,
                                        BasicBlock *step) {
  ValueToValueMapTy map;
  copyLoop(region, loop, step, map);
  cast<BasicBlock>(map.lookup(step))
      ->getTerminator()
      ->setMetadata(LLVMContext::MD_loop, createLoopMetadata());
  removeTest(region, loop);
  addChoice(region, loop, map, [&](IRBuilderBase &b) {
    SmallVector<Value *> areAll;
    for (auto [extent, count] : zip_equal(loop.extents, loop.counts))
      areAll.push_back(b.CreateICmpEQ(extent, count));
    return b.CreateAnd(areAll);
  });
}
