//===- X86Preparation.cpp - Around faults of LLVM's x86 backend -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "X86Preparation.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;

/// The second operand where it is beyond the first or the first is a NaN, else
/// the first: so a NaN comes out only where both are one. -0 is below 0.
static void expandMinMax(IntrinsicInst &inst) {
  IRBuilder<> builder(&inst);
  bool isMin = inst.getIntrinsicID() == Intrinsic::minimumnum;
  Value *first = inst.getArgOperand(0), *second = inst.getArgOperand(1);
  Value *isBeyond = isMin ? builder.CreateFCmpOLT(second, first)
                          : builder.CreateFCmpOGT(second, first);
  Value *isNaN = builder.CreateFCmpUNO(first, first);
  Value *isBeyondZero = builder.CreateAnd(
      builder.CreateFCmpOEQ(first, second),
      builder.createIsFPClass(isMin ? second : first, fcNegZero));
  Value *takesSecond =
      builder.CreateOr(builder.CreateOr(isBeyond, isNaN), isBeyondZero);
  Value *result = builder.CreateSelect(takesSecond, second, first);
  result->takeName(&inst);
  inst.replaceAllUsesWith(result);
  inst.eraseFromParent();
}

static bool isNumberMinMax(const Instruction &inst) {
  auto *call = dyn_cast<IntrinsicInst>(&inst);
  return call && is_contained({Intrinsic::minimumnum, Intrinsic::maximumnum},
                              call->getIntrinsicID());
}

static bool makesFloat(const Instruction &inst) {
  auto *cast = dyn_cast<BitCastInst>(&inst);
  return cast && cast->getSrcTy()->isIntegerTy() &&
         (cast->getDestTy()->isFloatTy() || cast->getDestTy()->isDoubleTy());
}

static void fence(Instruction &inst) {
  IRBuilder<> builder(inst.getNextNode());
  CallInst *fenced = builder.CreateArithmeticFence(&inst, inst.getType());
  inst.replaceUsesWithIf(fenced,
                         [&](Use &use) { return use.getUser() != fenced; });
}

void vmjit::prepareForX86(Module &module) {
  for (Function &function : module)
    for (Instruction &inst : make_early_inc_range(instructions(function))) {
      if (isNumberMinMax(inst))
        expandMinMax(cast<IntrinsicInst>(inst));
      else if (makesFloat(inst))
        fence(inst);
    }
}
