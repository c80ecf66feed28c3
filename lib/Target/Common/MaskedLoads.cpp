//===- MaskedLoads.cpp - Around a fault of LLVM's InstCombine -------------===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// No extension point is between the vectoriser and the InstCombine behind it.
//
//===----------------------------------------------------------------------===//

#include "MaskedLoads.h"

#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/PassInstrumentation.h"

using namespace llvm;
using namespace vmjit;

static void freezeMaskedLoads(Function &function) {
  for (Instruction &instruction :
       make_early_inc_range(instructions(function))) {
    auto *load = dyn_cast<IntrinsicInst>(&instruction);
    if (!load || load->getIntrinsicID() != Intrinsic::masked_load ||
        !load->hasOneUse() || !isa<SelectInst>(load->user_back()))
      continue;
    auto *frozen = new FreezeInst(load, "", std::next(load->getIterator()));
    load->replaceUsesWithIf(
        frozen, [&](const Use &use) { return use.getUser() != frozen; });
  }
}

void vmjit::keepMaskedLoads(PassInstrumentationCallbacks &callbacks) {
  callbacks.registerAfterPassCallback(
      [](StringRef pass, Any unit, const PreservedAnalyses &) {
        auto *function = any_cast<const Function *>(&unit);
        // An instruction more, which accesses nothing, leaves analyses valid.
        if (pass == "LoopVectorizePass" && function)
          freezeMaskedLoads(const_cast<Function &>(**function));
      });
}
