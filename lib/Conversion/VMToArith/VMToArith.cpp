//===- VMToArith.cpp - The pass; patterns are in the other files -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"
#include "vmjit/Conversion/Passes.h"
#include "vmjit/Conversion/VMToArith/Patterns.h"
#include "vmjit/Dialect/VM/IR/VMOps.h"

namespace vmjit {
#define GEN_PASS_DEF_CONVERTVMTOARITHPASS
#include "vmjit/Conversion/Passes.h.inc"
} // namespace vmjit

using namespace mlir;
using namespace vmjit;

namespace {
struct ConvertVMToArithPass
    : vmjit::impl::ConvertVMToArithPassBase<ConvertVMToArithPass> {
  LogicalResult initialize(MLIRContext *context) override {
    RewritePatternSet set(context);
    populateVMIntegerToArithPatterns(set);
    populateVMFloatToArithPatterns(set);
    populateVMFloatBitsToArithPatterns(set);
    populateVMVectorToArithPatterns(set);
    patterns = std::move(set);
    return success();
  }

  // No pattern makes an op that another matches, so one walk does it.
  void runOnOperation() override {
    walkAndApplyPatterns(getOperation(), patterns);
  }

  FrozenRewritePatternSet patterns;
};
} // namespace
