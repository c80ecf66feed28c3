//===- RememberedRegions.cpp - Short ways to guest memory -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RememberedRegions.h"

#include "MergedTests.h"
#include "vmjit/ABI/Hart.h"
#include "vmjit/Target/HartTranslation.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

#include <cstddef>

using namespace llvm;
using namespace vmjit;

static bool isTakenApart(const Value &pair) {
  return all_of(pair.users(),
                [](const User *user) { return isa<ExtractValueInst>(user); });
}

static TranslatedAccess getAccess(const CallInst &call) {
  auto *access = cast<ConstantInt>(call.getArgOperand(TranslateAccess));
  return TranslatedAccess::unpack(access->getZExtValue());
}

/// Whether the test in front of \p call can be made.
static bool isTestable(const CallInst &call) {
  return isa<ConstantInt>(call.getArgOperand(TranslateAccess)) &&
         isTakenApart(call);
}

/// Moves what stands behind \p call in its block, and could as well before,
/// before it, so that a branch on what it gives comes next.
static void hoistOver(CallInst &call) {
  for (Instruction &inst : make_early_inc_range(make_range(
           std::next(call.getIterator()), call.getParent()->end()))) {
    bool isFree = !inst.isTerminator() && !inst.mayReadOrWriteMemory() &&
                  !inst.mayHaveSideEffects();
    if (isFree && none_of(inst.operands(), [&](const Use &operand) {
          auto *value = dyn_cast<Instruction>(operand.get());
          return value && value->getParent() == call.getParent() &&
                 !value->comesBefore(&call);
        }))
      inst.moveBefore(call.getIterator());
  }
}

namespace {
/// A call, the test in front of it, and where both ways meet.
struct TestedCall {
  TestedCall(CallInst &call);
  void splitBranch();

  CallInst *call;
  BasicBlock *test;
  BasicBlock *called;
  BasicBlock *join;
  /// In the join: what the call gives.
  PHINode *pointer;
  PHINode *ok;
};
} // namespace

RememberedPlace::RememberedPlace(const CallInst &call)
    : regions(call.getArgOperand(TranslateRegions)),
      offset(getAccess(call).place) {}

Value *RememberedPlace::load(IRBuilderBase &builder, uint64_t field) const {
  Value *address = builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(),
                                                      regions, offset + field);
  return builder.CreateAlignedLoad(builder.getInt64Ty(), address, Align(8));
}

Value *RememberedPlace::loadBase(IRBuilderBase &builder) const {
  return load(builder, offsetof(RememberedRegion, base));
}

Value *RememberedPlace::loadDistance(IRBuilderBase &builder) const {
  return load(builder, offsetof(RememberedRegion, distance));
}

Value *RememberedPlace::loadExtent(IRBuilderBase &builder, bool isStore) const {
  return load(builder, isStore ? offsetof(RememberedRegion, writeExtent)
                               : offsetof(RememberedRegion, readExtent));
}

bool vmjit::isStoreCall(const CallInst &call) {
  return getAccess(call).needed == VMJIT_REGION_WRITE;
}

TestedCall::TestedCall(CallInst &tested) : call(&tested) {
  hoistOver(tested);
  test = call->getParent();
  called = test->splitBasicBlock(call);
  join = called->splitBasicBlock(call->getNextNode());

  IRBuilder<> builder(test->getTerminator());
  Value *address = call->getArgOperand(TranslateAddress);
  RememberedPlace place(*call);
  Value *position = builder.CreateSub(address, place.loadBase(builder));
  Value *extent = place.loadExtent(builder, isStoreCall(*call));
  Value *distance = place.loadDistance(builder);
  Value *target = builder.CreateIntToPtr(builder.CreateAdd(address, distance),
                                         builder.getPtrTy());
  builder.CreateCondBr(
      builder.CreateICmpULT(position, extent), join, called,
      MDBuilder(call->getContext()).createLikelyBranchWeights());
  test->getTerminator()->eraseFromParent();

  auto merge = [&](unsigned index, Value *found) {
    builder.SetInsertPoint(called->getTerminator());
    Value *part = builder.CreateExtractValue(call, index);
    builder.SetInsertPoint(join->begin());
    PHINode *merged = builder.CreatePHI(part->getType(), 2);
    merged->addIncoming(found, test);
    merged->addIncoming(part, called);
    return merged;
  };
  pointer = merge(0, target);
  ok = merge(1, builder.getTrue());
  builder.SetInsertPoint(join->getFirstInsertionPt());
  for (User *user : make_early_inc_range(call->users())) {
    auto *part = cast<ExtractValueInst>(user);
    if (part->getParent() == called)
      continue;
    part->replaceAllUsesWith(part->getIndices().front() == 0 ? pointer : ok);
    part->eraseFromParent();
  }
}

/// What was found need not be asked again whether it was: if the join does
/// nothing but that, only the way through the call does.
void TestedCall::splitBranch() {
  auto *branch = dyn_cast<BranchInst>(join->getTerminator());
  if (!branch || !branch->isConditional() || branch->getCondition() != ok ||
      !ok->hasOneUse() || branch->getIterator() != join->getFirstNonPHIIt() ||
      branch->getSuccessor(0) == branch->getSuccessor(1) ||
      branch->getSuccessor(1) == join)
    return;
  BasicBlock *fault = branch->getSuccessor(1);
  for (PHINode &phi : fault->phis()) {
    unsigned index = phi.getBasicBlockIndex(join);
    Value *value = phi.getIncomingValue(index);
    phi.setIncomingBlock(index, called);
    phi.setIncomingValue(index, value->DoPHITranslation(join, called));
  }
  IRBuilder<> builder(called->getTerminator());
  builder.CreateCondBr(
      ok->getIncomingValueForBlock(called), join, fault,
      MDBuilder(call->getContext()).createLikelyBranchWeights());
  called->getTerminator()->eraseFromParent();
  builder.SetInsertPoint(branch);
  builder.CreateBr(branch->getSuccessor(0));
  branch->eraseFromParent();
  ok->eraseFromParent();
}

/// A pointer means nothing where its access is not permitted; so what the
/// optimizer may have left there does not mean anything either.
static void eraseUsesOfFaults(ArrayRef<TestedCall> calls,
                              const DominatorTree &dominators) {
  for (const TestedCall &call : calls)
    for (Use &use : make_early_inc_range(call.pointer->uses()))
      if (!dominators.dominates(call.pointer, use))
        use.set(PoisonValue::get(use->getType()));
}

/// Where the optimizer merged what calls give as a whole, merges the parts.
static void splitPhi(PHINode &phi) {
  if (!isTakenApart(phi))
    return;
  for (unsigned index : {0u, 1u}) {
    auto isOfPart = [&](const User *user) {
      return cast<ExtractValueInst>(user)->getIndices().front() == index;
    };
    if (none_of(phi.users(), isOfPart))
      continue;
    PHINode *part =
        PHINode::Create(phi.getType()->getContainedType(index),
                        phi.getNumIncomingValues(), "", phi.getIterator());
    for (auto [value, block] : zip_equal(phi.incoming_values(), phi.blocks()))
      part->addIncoming(
          IRBuilder<>(block->getTerminator()).CreateExtractValue(value, index),
          block);
    for (User *user : make_early_inc_range(phi.users()))
      if (isOfPart(user)) {
        user->replaceAllUsesWith(part);
        cast<Instruction>(user)->eraseFromParent();
      }
  }
  phi.eraseFromParent();
}

/// Makes one instruction for each part of what calls give, behind the call.
static void splitResults(ArrayRef<CallInst *> calls) {
  for (CallInst *call : calls) {
    IRBuilder<> builder(call->getNextNode());
    Value *parts[] = {builder.CreateExtractValue(call, 0),
                      builder.CreateExtractValue(call, 1)};
    for (User *user : make_early_inc_range(call->users())) {
      auto *part = cast<ExtractValueInst>(user);
      Value *first = parts[part->getIndices().front()];
      if (part == first)
        continue;
      part->replaceAllUsesWith(first);
      part->eraseFromParent();
    }
  }
}

static void testCalls(Function &function, const Function &translate) {
  for (BasicBlock &block : function)
    for (PHINode &phi : make_early_inc_range(block.phis()))
      if (phi.getType() == translate.getReturnType())
        splitPhi(phi);
  SmallVector<CallInst *> found;
  for (Instruction &inst : instructions(function))
    if (auto *call = dyn_cast<CallInst>(&inst);
        call && call->getCalledFunction() == &translate && isTestable(*call))
      found.push_back(call);
  if (found.empty())
    return;
  splitResults(found);
  SmallVector<TestedCall> calls;
  for (CallInst *call : mergeTests(function, found))
    calls.emplace_back(*call);
  for (TestedCall &call : calls)
    call.splitBranch();
  eraseUsesOfFaults(calls, DominatorTree(function));
}

void vmjit::keepTranslateArguments(Module &module) {
  if (Function *translate = module.getFunction(kTranslateName))
    appendToCompilerUsed(module, {translate});
}

void vmjit::testRememberedRegions(Module &module) {
  Function *translate = module.getFunction(kTranslateName);
  if (!translate)
    return;
  removeFromUsedLists(
      module, [&](const Constant *value) { return value == translate; });
  // Nothing of what the caller has in registers is to be saved for a call that
  // is hardly ever made.
  bool preserves =
      module.getTargetTriple().isX86() || module.getTargetTriple().isAArch64();
  for (StringRef name : {kTranslateName, kSearchRegionsName})
    if (Function *function = module.getFunction(name); function && preserves) {
      function->setCallingConv(CallingConv::PreserveMost);
      for (User *user : function->users())
        if (auto *call = dyn_cast<CallInst>(user))
          call->setCallingConv(CallingConv::PreserveMost);
    }
  for (Function &function : module)
    testCalls(function, *translate);
}
