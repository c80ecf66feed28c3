//===- RegionLoops.cpp - A loop over threads for each region ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is uniform moves before the regions, what is not goes through slots, and
// then each region is put into its loop. If threads can leave the others, into
// two: one for when nobody has.
//
//===----------------------------------------------------------------------===//

#include "RegionLoops.h"

#include "RegionLoopBuilder.h"
#include "ThreadPolls.h"
#include "ThreadSlots.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace vmjit;

/// What slots may take on the stack.
static constexpr uint64_t kMaxSlotBytes = uint64_t(256) << 10;

/// Moves the blocks of the thread function to one of the new type. They go on
/// using the old one's coordinates, which replaceCoordinates replaces with
/// those of each region's loop.
void RegionLoopBuilder::moveBody() {
  Type *i32 = Type::getInt32Ty(context);
  Type *pointer = thread.getArg(0)->getType();
  auto *type = FunctionType::get(Type::getVoidTy(context),
                                 {pointer, i32, i32, i32, i32, i32, i32},
                                 /*isVarArg=*/false);
  function = Function::Create(type, GlobalValue::InternalLinkage,
                              thread.getName() + ".phases", thread.getParent());
  function->copyAttributesFrom(&thread);
  function->setAttributes(AttributeList::get(
      context, AttributeList::FunctionIndex,
      AttrBuilder(context, thread.getAttributes().getFnAttrs())));
  function->setLinkage(GlobalValue::InternalLinkage);
  function->splice(function->begin(), &thread);
  thread.getArg(0)->replaceAllUsesWith(function->getArg(0));
  function->getArg(0)->takeName(thread.getArg(0));
  if (DISubprogram *subprogram = thread.getSubprogram()) {
    thread.setSubprogram(nullptr);
    function->setSubprogram(subprogram);
  }
  for (unsigned dim = 0; dim < 3; ++dim)
    coordinates[dim] = thread.getArg(1 + dim);
  for (Value *coordinate : drop_begin(coordinates))
    hasRows |= any_of(coordinate->users(), [](const User *user) {
      return !isControlAccess(*cast<Instruction>(user));
    });
}

/// In an order in which operands come first.
void RegionLoopBuilder::liftUniform() {
  for (const ThreadRegion &region : regions.getRegions())
    for (BasicBlock *block : region.blocks)
      for (Instruction &instruction : make_early_inc_range(*block))
        if (!instruction.getType()->isVoidTy() &&
            regions.isUniform(&instruction))
          instruction.moveBefore(region.before->getTerminator()->getIterator());
}

/// The index of \p test for the first thread of the row.
Value *RegionLoopBuilder::evaluateFirst(IRBuilderBase &b,
                                        const ExtentTest &test) {
  DenseMap<Value *, Value *> map;
  for (unsigned dim = 0; dim < 3; ++dim)
    map[coordinates[dim]] = getFirst(dim);
  return cloneExpression(b, test.index, map, [&](const Value *value) {
    return regions.isUniform(value);
  });
}

/// Threads that end are not among those that are alive from then on.
void RegionLoopBuilder::replaceEndingTests() {
  if (regions.getEndingTests().empty())
    return;
  BasicBlock &entry = function->getEntryBlock();
  IRBuilder<> b(&entry, entry.begin());
  alive = b.CreateAlloca(b.getInt32Ty(), nullptr, "alive");
  b.CreateStore(getCount(0), alive);
  for (const EndingTest &ending : regions.getEndingTests()) {
    b.SetInsertPoint(ending.branch);
    Value *index = evaluateFirst(b, ending.test);
    if (ending.offset)
      index = b.CreateAdd(index, ending.offset);
    Value *count = emitExtent(b, ending.test, index, ending.test.bound,
                              b.CreateLoad(b.getInt32Ty(), alive));
    b.CreateStore(count, alive);
    Value *isAny = b.CreateICmpNE(count, b.getInt32(0));
    ending.branch->setCondition(ending.next == 0 ? isAny : b.CreateNot(isAny));
  }
}

/// Computes for which threads the region's entry leads to its successor with
/// the number \p within, if those are the first ones in each dimension.
bool RegionLoopBuilder::findExtents(const ThreadRegion &region,
                                    RegionLoop &loop, unsigned within) {
  auto *branch = cast<BranchInst>(region.entry->getTerminator());
  bool isNegated = within == 1;
  SmallVector<Value *> conditions;
  collectTests(branch->getCondition(), isNegated, conditions);
  auto isUniform = [&](const Value *value) { return regions.isUniform(value); };
  SmallVector<ExtentTest> tests;
  for (Value *condition : conditions) {
    std::optional<ExtentTest> test =
        matchExtentTest(condition, isNegated, isUniform);
    if (!test || test->dim >= loop.heads.size())
      return false;
    tests.push_back(*test);
  }
  IRBuilder<> b(region.before->getTerminator());
  loop.extents = loop.counts;
  loop.within = within;
  for (const ExtentTest &test : tests) {
    Value *&extent = loop.extents[loop.getPosition(test.dim)];
    extent = emitExtent(b, test, evaluateFirst(b, test), test.bound, extent);
  }
  return true;
}

/// Looks for a test at the start of the region: first for one of whether it
/// does anything.
void RegionLoopBuilder::findExtents(const ThreadRegion &region,
                                    RegionLoop &loop) {
  auto *branch = dyn_cast<BranchInst>(region.entry->getTerminator());
  if (!branch || !branch->isConditional() ||
      branch->getSuccessor(0) == branch->getSuccessor(1))
    return;
  unsigned first = branch->getSuccessor(0) == region.latch ? 1 : 0;
  if (!findExtents(region, loop, first) &&
      !is_contained(branch->successors(), region.latch))
    findExtents(region, loop, 1 - first);
}

void RegionLoopBuilder::addHead(RegionLoop &loop, IRBuilderBase &b,
                                unsigned dim) {
  constexpr StringLiteral names[] = {"x", "y", "z"};
  auto *head = BasicBlock::Create(context, names[dim], function);
  if (!loop.heads.empty())
    b.CreateBr(head);
  b.SetInsertPoint(head);
  PHINode *index = b.CreatePHI(b.getInt32Ty(), 2, names[dim]);
  loop.heads.push_back(head);
  loop.indices.push_back(index);
  loop.coordinates[dim] = b.CreateAdd(getFirst(dim), index, "",
                                      /*HasNUW=*/true, /*HasNSW=*/true);
}

/// The heads of a loop, which lead to each other and nowhere else yet.
RegionLoop RegionLoopBuilder::createLoop(const ThreadRegion &region) {
  RegionLoop loop;
  IRBuilder<> b(context);
  bool isBlock = group == PhaseGroup::Block;
  if (isBlock) {
    addHead(loop, b, 2);
    addHead(loop, b, 1);
    loop.counts = {getCount(2), getCount(1)};
  } else {
    loop.coordinates[1] = getFirst(1);
    loop.coordinates[2] = getFirst(2);
  }
  addHead(loop, b, 0);
  if (alive) {
    IRBuilder<> before(region.before->getTerminator());
    loop.counts.push_back(before.CreateLoad(before.getInt32Ty(), alive));
  } else {
    loop.counts.push_back(getCount(0));
  }
  Value *index = loop.indices.back();
  if (isBlock) {
    Value *row =
        b.CreateAdd(b.CreateMul(loop.indices[0], getCount(1)), loop.indices[1]);
    index = b.CreateAdd(b.CreateMul(row, getCount(0)), index);
  }
  loop.threadIndex = b.CreateZExt(index, b.getInt64Ty());
  findExtents(region, loop);
  return loop;
}

void RegionLoopBuilder::replaceCoordinates(const ThreadRegion &region,
                                           const RegionLoop &loop) {
  for (BasicBlock *block : region.blocks)
    for (Instruction &instruction : *block)
      for (unsigned dim = 0; dim < 3; ++dim)
        instruction.replaceUsesOfWith(coordinates[dim], loop.coordinates[dim]);
}

/// Whether the region does nothing for threads behind the extents: not even
/// keep something.
bool RegionLoopBuilder::canUseExtents(const ThreadRegion &region,
                                      const RegionLoop &loop) const {
  return !loop.extents.empty() && region.latch->size() == 1 &&
         is_contained(successors(region.entry), region.latch) &&
         none_of(*region.entry, [](const Instruction &instruction) {
           return instruction.mayHaveSideEffects();
         });
}

/// Goes on behind the loop if no thread does anything; otherwise all do.
void RegionLoopBuilder::skipIfEmpty(const ThreadRegion &region,
                                    const RegionLoop &loop, BasicBlock *end) {
  Instruction *terminator = region.before->getTerminator();
  IRBuilder<> b(terminator);
  SmallVector<Value *> areNone;
  for (Value *extent : loop.extents)
    areNone.push_back(b.CreateICmpEQ(extent, b.getInt32(0)));
  b.CreateCondBr(b.CreateOr(areNone), end, loop.heads.front());
  terminator->eraseFromParent();
  removeTest(region, loop);
}

/// Lets all threads go on as those within the extents.
void RegionLoopBuilder::removeTest(const ThreadRegion &region,
                                   const RegionLoop &loop) {
  auto *branch = cast<BranchInst>(region.entry->getTerminator());
  BasicBlock *next = branch->getSuccessor(loop.within);
  branch->getSuccessor(1 - loop.within)->removePredecessor(region.entry);
  BranchInst::Create(next, branch->getIterator());
  branch->eraseFromParent();
}

MDNode *RegionLoopBuilder::createLoopMetadata() {
  auto option = [&](ArrayRef<Metadata *> operands) {
    return MDNode::get(context, operands);
  };
  SmallVector<Metadata *> operands = {
      nullptr, option({MDString::get(context, "llvm.loop.parallel_accesses"),
                       accesses})};
  if (group == PhaseGroup::Tile) {
    // One iteration does all threads of a full tile, so that slots become
    // vectors in registers; not if it was unrolled before it was vectorised.
    Type *i32 = Type::getInt32Ty(context);
    operands.push_back(
        option({MDString::get(context, "llvm.loop.vectorize.width"),
                ConstantAsMetadata::get(ConstantInt::get(i32, kTileThreads))}));
    operands.push_back(
        option({MDString::get(context, "llvm.loop.unroll.disable")}));
  }
  // Rows are short where there are several.
  if (group == PhaseGroup::Tile || hasRows)
    operands.push_back(
        option({MDString::get(context, "llvm.loop.interleave.count"),
                ConstantAsMetadata::get(
                    ConstantInt::get(Type::getInt32Ty(context), 1))}));
  MDNode *loop = MDNode::getDistinct(context, operands);
  loop->replaceOperandWith(0, loop);
  return loop;
}

void RegionLoopBuilder::markAccesses(const ThreadRegion &region) {
  for (BasicBlock *block : region.blocks)
    for (Instruction &instruction : *block)
      if (instruction.mayReadOrWriteMemory() && !instruction.isAtomic() &&
          !instruction.isVolatile())
        instruction.setMetadata(LLVMContext::MD_access_group, accesses);
}

/// Puts the region into its loop.
void RegionLoopBuilder::link(const ThreadRegion &region, RegionLoop &loop) {
  BasicBlock *next = region.latch->getSingleSuccessor();
  auto *end = BasicBlock::Create(context, "end", function);
  BranchInst::Create(next, end);
  next->replacePhiUsesWith(region.latch, end);
  BranchInst::Create(region.entry, loop.heads.back());

  BasicBlock *before = region.before;
  bool usesExtents = canUseExtents(region, loop);
  if (usesExtents) {
    loop.counts = loop.extents;
    skipIfEmpty(region, loop, end);
  } else {
    before->getTerminator()->replaceSuccessorWith(region.entry,
                                                  loop.heads.front());
  }
  region.latch->getTerminator()->eraseFromParent();
  IRBuilder<> b(region.latch);
  BasicBlock *step = region.latch;
  if (leftCount) {
    step = BasicBlock::Create(context, "step", function);
    b.CreateBr(step);
    b.SetInsertPoint(step);
  }
  for (size_t i = loop.heads.size(); i-- > 0;) {
    PHINode *index = loop.indices[i];
    Value *following = b.CreateAdd(index, b.getInt32(1), "",
                                   /*HasNUW=*/true, /*HasNSW=*/true);
    index->addIncoming(b.getInt32(0), i == 0 ? before : loop.heads[i - 1]);
    index->addIncoming(following, b.GetInsertBlock());
    BasicBlock *after =
        i == 0 ? end : BasicBlock::Create(context, "after", function);
    BranchInst *branch = b.CreateCondBr(
        b.CreateICmpULT(following, loop.counts[i]), loop.heads[i], after);
    if (i + 1 == loop.heads.size())
      branch->setMetadata(LLVMContext::MD_loop, createLoopMetadata());
    if (i > 0) {
      loop.afters.push_back(after);
      b.SetInsertPoint(after);
    }
  }
  if (region.left)
    addLeft(region, loop, step, end, next);
  if (leftCount)
    addLoopWithLeft(region, loop, step);
  else if (!usesExtents && isWorthTwoLoops(region, loop))
    addLoopWithTest(region, loop, step);
}

void RegionLoopBuilder::removeBarriers() {
  for (BasicBlock *joint : regions.getJoints())
    for (Instruction &instruction : make_early_inc_range(*joint))
      if (auto *call = dyn_cast<CallInst>(&instruction))
        if (call->getCalledFunction() &&
            call->getCalledFunction()->getName() == kBarrierName)
          call->eraseFromParent();
}

Function *RegionLoopBuilder::build() {
  ThreadSlots slots(thread, regions);
  uint64_t capacity = getCapacity(group);
  if (slots.getThreadBytes() > kMaxSlotBytes / capacity)
    return nullptr;
  moveBody();
  removeBarriers();
  liftUniform();
  replaceEndingTests();
  createLeft();
  SmallVector<RegionLoop> loops;
  SmallVector<Value *> indices;
  for (const ThreadRegion &region : regions.getRegions()) {
    loops.push_back(createLoop(region));
    indices.push_back(loops.back().threadIndex);
  }
  BasicBlock &entry = function->getEntryBlock();
  IRBuilder<> b(&entry, entry.begin());
  slots.create(b, capacity, indices);
  accesses = MDNode::getDistinct(context, {});
  for (auto [region, loop] : zip_equal(regions.getRegions(), loops)) {
    replaceCoordinates(region, loop);
    markAccesses(region);
  }
  for (auto [region, loop] : zip_equal(regions.getRegions(), loops))
    link(region, loop);
  thread.eraseFromParent();
  return function;
}

Function *vmjit::buildRegionLoops(Function &thread,
                                  const ThreadRegions &regions,
                                  PhaseGroup group) {
  return RegionLoopBuilder(thread, regions, group).build();
}
