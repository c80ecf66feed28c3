//===- StridedAccesses.cpp - Accesses that lie apart ----------------------===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds strides with LLVM's scalar evolution.
//
//===----------------------------------------------------------------------===//

#include "StridedAccesses.h"

#include "llvm/Analysis/AssumptionCache.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

using namespace llvm;
using namespace vmjit;

/// Larger functions take too long.
static constexpr unsigned kMaxInstructions = 4000;
/// Each takes a register.
static constexpr unsigned kMaxStepped = 4;

namespace {

/// An access and how its address grows.
struct Stride {
  Use *address;
  const SCEVAddRecExpr *recurrence;
  const SCEVConstant *step;
};

} // namespace

/// The stride of \p instruction in \p loop, unless it is what is accessed.
static std::optional<Stride> findStride(Instruction &instruction,
                                        const Loop &loop,
                                        ScalarEvolution &evolution) {
  unsigned operand = isa<StoreInst>(instruction)
                         ? StoreInst::getPointerOperandIndex()
                         : LoadInst::getPointerOperandIndex();
  if (!getLoadStorePointerOperand(&instruction))
    return std::nullopt;
  Use &address = instruction.getOperandUse(operand);
  auto *recurrence = dyn_cast<SCEVAddRecExpr>(evolution.getSCEV(address));
  if (!recurrence || recurrence->getLoop() != &loop || !recurrence->isAffine())
    return std::nullopt;
  auto *step = dyn_cast<SCEVConstant>(recurrence->getStepRecurrence(evolution));
  if (!step)
    return std::nullopt;
  uint64_t size = instruction.getDataLayout().getTypeStoreSize(
      getLoadStoreType(&instruction));
  if (step->getAPInt().abs() == size)
    return std::nullopt;
  return Stride{&address, recurrence, step};
}

static void stepAddress(const Stride &stride, const Loop &loop,
                        ScalarEvolution &evolution) {
  BasicBlock *before = loop.getLoopPreheader(), *latch = loop.getLoopLatch();
  SCEVExpander expander(evolution, "start");
  const SCEV *start = stride.recurrence->getStart();
  if (!expander.isSafeToExpandAt(start, before->getTerminator()))
    return;
  Type *type = stride.address->get()->getType();
  Value *first = expander.expandCodeFor(start, type,
                                        before->getTerminator()->getIterator());
  BasicBlock *header = loop.getHeader();
  IRBuilder<> b(header, header->begin());
  PHINode *address = b.CreatePHI(type, 2, "address");
  b.SetInsertPoint(latch->getTerminator());
  Value *next = b.CreatePtrAdd(address, stride.step->getValue());
  address->addIncoming(first, before);
  address->addIncoming(next, latch);
  stride.address->set(address);
}

void vmjit::stepAddresses(Function &function) {
  if (function.getInstructionCount() > kMaxInstructions ||
      !function.getParent()->getTargetTriple().isX86())
    return;
  DominatorTree dominators(function);
  LoopInfo loops(dominators);
  AssumptionCache assumptions(function);
  TargetLibraryInfoImpl libraryImpl(function.getParent()->getTargetTriple());
  libraryImpl.disableAllFunctions();
  TargetLibraryInfo library(libraryImpl);
  ScalarEvolution evolution(function, library, assumptions, dominators, loops);
  for (Loop *loop : loops.getLoopsInPreorder()) {
    if (!loop->isInnermost() || !loop->isAnnotatedParallel() ||
        !loop->getLoopPreheader() || !loop->getLoopLatch())
      continue;
    SmallVector<Stride> strides;
    for (BasicBlock *block : loop->blocks())
      for (Instruction &instruction : *block)
        if (std::optional<Stride> stride =
                findStride(instruction, *loop, evolution))
          strides.push_back(*stride);
    if (strides.size() > kMaxStepped)
      continue;
    for (const Stride &stride : strides)
      stepAddress(stride, *loop, evolution);
  }
}
