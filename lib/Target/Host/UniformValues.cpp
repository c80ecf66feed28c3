//===- UniformValues.cpp - What is the same for all threads -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The values of ThreadRegions: which are uniform, induction variables, and
// the branches of joints.
//
//===----------------------------------------------------------------------===//

#include "ThreadPolls.h"
#include "ThreadPreparation.h"
#include "ThreadRegions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/PatternMatch.h"

using namespace llvm;
using namespace llvm::PatternMatch;
using namespace vmjit;

/// Whether \p instruction is one that all threads get to that get to its
/// region.
bool ThreadRegions::isAtEntry(const Instruction &instruction) const {
  const BasicBlock *block = instruction.getParent();
  std::optional<unsigned> region = getRegionOf(block);
  return region && regions[*region].entry == block;
}

/// Whether \p instruction can be computed once before its region, where its
/// operands can.
bool ThreadRegions::isLiftable(const Instruction &instruction) const {
  if (isa<PHINode>(instruction))
    return joints.contains(const_cast<BasicBlock *>(instruction.getParent()));
  if (auto *load = dyn_cast<LoadInst>(&instruction))
    return isAlwaysLoadable(*load) || (isPoll(*load) && isAtEntry(*load));
  return !instruction.mayReadOrWriteMemory() &&
         isSafeToSpeculativelyExecute(&instruction);
}

void ThreadRegions::findVarying() {
  varying.clear();
  for (bool changed = true; changed;) {
    changed = false;
    for (const Instruction &instruction : instructions(thread)) {
      if (instruction.getType()->isVoidTy() || varying.contains(&instruction))
        continue;
      bool isSame = isLiftable(instruction) &&
                    all_of(instruction.operands(), [&](const Use &operand) {
                      return isUniform(operand);
                    });
      if (!isSame)
        changed |= varying.insert(&instruction).second;
    }
  }
}

/// What is added to \p phi for \p next, if it is the same for all threads.
static Value *matchStep(const PHINode &phi, Value *next) {
  Value *step;
  if (match(next, m_c_Add(m_Specific(&phi), m_Value(step))))
    return step;
  auto *address = dyn_cast<GetElementPtrInst>(next);
  if (address && address->getPointerOperand() == &phi &&
      address->getSourceElementType()->isIntegerTy(8) &&
      address->getNumIndices() == 1 && phi.getType()->isPointerTy())
    return address->getOperand(1);
  return nullptr;
}

/// Makes \p phi the sum of its start and of an offset, which is the same for
/// all threads.
bool ThreadRegions::splitInduction(PHINode &phi) {
  if (phi.getNumIncomingValues() != 2)
    return false;
  for (unsigned latch : {0, 1}) {
    auto *next = dyn_cast<Instruction>(phi.getIncomingValue(latch));
    Value *step = next ? matchStep(phi, next) : nullptr;
    if (!step || !isUniform(step))
      continue;
    Value *start = phi.getIncomingValue(1 - latch);
    auto sum = [&](IRBuilder<> &b, Value *offset) {
      return phi.getType()->isPointerTy() ? b.CreatePtrAdd(start, offset)
                                          : b.CreateAdd(start, offset);
    };
    IRBuilder<> b(&phi);
    PHINode *offset = b.CreatePHI(step->getType(), 2, "offset");
    b.SetInsertPoint(next);
    Value *nextOffset = b.CreateAdd(offset, step, "offset.next");
    next->replaceAllUsesWith(sum(b, nextOffset));
    next->eraseFromParent();
    for (unsigned edge : {0, 1})
      offset->addIncoming(edge == latch ? nextOffset
                                        : ConstantInt::get(step->getType(), 0),
                          phi.getIncomingBlock(edge));
    BasicBlock *region = phi.getParent()->getSingleSuccessor();
    b.SetInsertPoint(region, region->getFirstInsertionPt());
    phi.replaceAllUsesWith(sum(b, offset));
    offsets[offset] =
        offsets[nextOffset] = {offset, step, phi.getIncomingBlock(latch)};
    phi.eraseFromParent();
    return true;
  }
  return false;
}

bool ThreadRegions::splitInductions() {
  bool changed = false;
  for (BasicBlock *before : befores)
    for (PHINode &phi : make_early_inc_range(before->phis()))
      if (!isUniform(&phi))
        changed |= splitInduction(phi);
  return changed;
}

/// Whether threads that get to \p block do nothing more.
static bool onlyEnds(const BasicBlock *block) {
  SmallPtrSet<const BasicBlock *, 8> seen;
  while (block && seen.insert(block).second) {
    if (isa<ReturnInst>(block->front()))
      return true;
    if (block->getFirstNonPHIIt() != block->getTerminator()->getIterator())
      return false;
    block = block->getSingleSuccessor();
  }
  return false;
}

/// Whether the sum of index and offset cannot overflow: all that goes into it
/// is small, and it is compared with the bound in each iteration.
bool ThreadRegions::staysSmall(const EndingTest &test) const {
  constexpr unsigned kSpareBits = 3;
  const DataLayout &layout = thread.getDataLayout();
  auto isSmall = [&](const Value *value) {
    return computeKnownBits(value, layout).countMinLeadingZeros() >= kSpareBits;
  };
  auto it = offsets.find(test.offset);
  if (it == offsets.end())
    return false;
  const Offset &offset = it->second;
  bool isBoundSmall =
      test.test.isSigned
          ? ComputeNumSignBits(test.test.bound, layout) > kSpareBits
          : isSmall(test.test.bound);
  DominatorTree dominators(thread);
  return isBoundSmall && isSmall(test.test.index) && isSmall(offset.step) &&
         dominators.dominates(test.branch->getParent(), offset.latch);
}

std::optional<EndingTest>
ThreadRegions::matchEndingTest(BranchInst &branch) const {
  bool endsIfTrue = onlyEnds(branch.getSuccessor(0));
  if (endsIfTrue == onlyEnds(branch.getSuccessor(1)))
    return std::nullopt;
  auto same = [&](const Value *value) { return isUniform(value); };
  EndingTest result{&branch, {}, nullptr, endsIfTrue ? 1U : 0U};
  Value *condition = branch.getCondition();
  if (std::optional<ExtentTest> test =
          matchExtentTest(condition, endsIfTrue, same)) {
    result.test = *test;
    return test->dim == 0 ? std::optional(result) : std::nullopt;
  }
  // With an induction variable that was taken apart: (start + offset) < bound.
  auto *compare = dyn_cast<ICmpInst>(condition);
  if (!compare)
    return std::nullopt;
  CmpInst::Predicate predicate =
      endsIfTrue ? compare->getInversePredicate() : compare->getPredicate();
  Value *sum = compare->getOperand(0), *bound = compare->getOperand(1);
  if (isUniform(sum)) {
    std::swap(sum, bound);
    predicate = CmpInst::getSwappedPredicate(predicate);
  }
  Value *start, *offset;
  if (!isLess(predicate) || !isUniform(bound) ||
      !match(sum, m_Add(m_Value(start), m_Value(offset))))
    return std::nullopt;
  if (isUniform(start))
    std::swap(start, offset);
  bool isSigned = CmpInst::isSigned(predicate);
  if (!isUniform(offset) || matchIndex(start, isSigned, same) != 0U)
    return std::nullopt;
  result.test = {start, bound, 0, isSigned,
                 CmpInst::isStrictPredicate(predicate)};
  result.offset = offset;
  return staysSmall(result) ? std::optional(result) : std::nullopt;
}

bool ThreadRegions::verifyBranches(bool canEndInOrder) {
  for (BasicBlock *joint : joints) {
    auto *branch = dyn_cast<BranchInst>(joint->getTerminator());
    if (!branch || !branch->isConditional() ||
        isUniform(branch->getCondition()))
      continue;
    std::optional<EndingTest> test;
    if (canEndInOrder)
      test = matchEndingTest(*branch);
    if (test)
      endingTests.push_back(*test);
    else
      divergent.push_back(branch);
  }
  return divergent.empty();
}
