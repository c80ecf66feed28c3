//===- RecognizeIdioms.cpp - The pass, and extensions -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IdiomPatterns.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "vmjit/Dialect/VM/Transforms/Passes.h"

namespace vmjit::vm {
#define GEN_PASS_DEF_VMRECOGNIZEIDIOMSPASS
#include "vmjit/Dialect/VM/Transforms/Passes.h.inc"
} // namespace vmjit::vm

using namespace mlir;
using namespace vmjit::vm;

/// \p value modulo 2^\p bits, as a value of that width.
static Value truncate(PatternRewriter &rewriter, Location loc, Value value,
                      unsigned bits) {
  return rewriter.createOrFold<arith::TruncIOp>(
      loc, rewriter.getIntegerType(bits), value);
}

/// A shift amount that is constant, modulo the width.
static std::optional<unsigned> getAmount(Value rhs) {
  APInt amount;
  if (!matchPattern(rhs, m_ConstantInt(&amount)))
    return std::nullopt;
  return amount.urem(amount.getBitWidth());
}

namespace {
/// (x << l) >> r, where the shift to the left drops the upper bits:
///   l = r = width - n:  the extension of the low n bits
///   l = 32, r > 32:     the extension of x[31:0] >> (r - 32)
///   l > 32, r = 32:     the extension of x[31:0] << (l - 32)
template <class ShrOp, class ExtOp>
struct ExtendByShifts : OpRewritePattern<ShrOp> {
  using OpRewritePattern<ShrOp>::OpRewritePattern;
  LogicalResult matchAndRewrite(ShrOp op,
                                PatternRewriter &rewriter) const override {
    auto shl = op.getLhs().template getDefiningOp<ShlOp>();
    std::optional<unsigned> right = getAmount(op.getRhs());
    std::optional<unsigned> left = shl ? getAmount(shl.getRhs()) : std::nullopt;
    if (!left || !right)
      return failure();
    Location loc = op.getLoc();
    unsigned width = op.getType().getIntOrFloatBitWidth();
    if (left == right) {
      unsigned bits = width - *left;
      if (bits >= width || (bits != 8 && bits != 16 && bits != 32))
        return failure();
      Value low = truncate(rewriter, loc, shl.getLhs(), bits);
      rewriter.replaceOpWithNewOp<ExtOp>(op, op.getType(), low);
      return success();
    }
    if (width != 64 || std::min(*left, *right) != 32)
      return failure();
    Value low = truncate(rewriter, loc, shl.getLhs(), 32);
    unsigned more = std::max(*left, *right) - 32;
    Value amount =
        ConstantOp::create(rewriter, loc, rewriter.getI32IntegerAttr(more));
    Value shifted = *left > 32
                        ? Value(ShlOp::create(rewriter, loc, low, amount))
                        : Value(ShrOp::create(rewriter, loc, low, amount));
    rewriter.replaceOpWithNewOp<ExtOp>(op, op.getType(), shifted);
    return success();
  }
};

/// x & (2^n - 1)
struct ExtendByMask : OpRewritePattern<AndOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(AndOp op,
                                PatternRewriter &rewriter) const override {
    APInt mask;
    if (!matchPattern(op.getRhs(), m_ConstantInt(&mask)) || mask.isAllOnes() ||
        !(mask.isMask(8) || mask.isMask(16) || mask.isMask(32)))
      return failure();
    Value low =
        truncate(rewriter, op.getLoc(), op.getLhs(), mask.getActiveBits());
    rewriter.replaceOpWithNewOp<arith::ExtUIOp>(op, op.getType(), low);
    return success();
  }
};

struct RecognizeIdiomsPass
    : vmjit::vm::impl::VMRecognizeIdiomsPassBase<RecognizeIdiomsPass> {
  LogicalResult initialize(MLIRContext *context) override {
    RewritePatternSet set(context);
    populateExtensionPatterns(set);
    populateNarrowingPatterns(set);
    arith::ExtSIOp::getCanonicalizationPatterns(set, context);
    arith::ExtUIOp::getCanonicalizationPatterns(set, context);
    arith::TruncIOp::getCanonicalizationPatterns(set, context);
    patterns = std::move(set);
    return success();
  }

  void runOnOperation() override {
    recognizeHighMultiplications(getOperation());
    GreedyRewriteConfig config;
    config.setRegionSimplificationLevel(GreedySimplifyRegionLevel::Disabled);
    // What is not recognised after many rounds is right as it is.
    (void)applyPatternsGreedily(getOperation(), patterns, config);
  }

  FrozenRewritePatternSet patterns;
};
} // namespace

void vmjit::vm::populateExtensionPatterns(RewritePatternSet &patterns) {
  patterns.add<ExtendByShifts<ShrSOp, arith::ExtSIOp>,
               ExtendByShifts<ShrUOp, arith::ExtUIOp>, ExtendByMask>(
      patterns.getContext());
}
