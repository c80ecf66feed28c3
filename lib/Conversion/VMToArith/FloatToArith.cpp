//===- FloatToArith.cpp - Floating-point arithmetic to arith and math -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "vmjit/Conversion/VMToArith/Patterns.h"
#include "vmjit/Dialect/VM/IR/VMOps.h"

using namespace mlir;
using namespace vmjit;

namespace {
template <class VMOp, class ArithOp>
struct SameBinaryOp : OpRewritePattern<VMOp> {
  using OpRewritePattern<VMOp>::OpRewritePattern;
  LogicalResult matchAndRewrite(VMOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<ArithOp>(op, op.getLhs(), op.getRhs());
    return success();
  }
};

template <class VMOp, class ArithOp>
struct SameUnaryOp : OpRewritePattern<VMOp> {
  using OpRewritePattern<VMOp>::OpRewritePattern;
  LogicalResult matchAndRewrite(VMOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<ArithOp>(op, op.getType(), op.getSrc());
    return success();
  }
};

/// Upstream has no op for IEEE 754-2019 minimumNumber; LLVM has an intrinsic.
template <class VMOp> struct MinMaxPattern : OpRewritePattern<VMOp> {
  MinMaxPattern(MLIRContext *context, StringRef intrinsic)
      : OpRewritePattern<VMOp>(context), intrinsic(intrinsic) {}
  LogicalResult matchAndRewrite(VMOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<LLVM::CallIntrinsicOp>(
        op, op.getType(), rewriter.getStringAttr(intrinsic),
        ValueRange{op.getLhs(), op.getRhs()});
    return success();
  }
  StringRef intrinsic;
};

/// A square root with the canonical NaN put in here already: what is below 0,
/// or a NaN, is at most the negative of the smallest number. Compared with 0 or
/// with the result, LLVM's DAG combiner would find the select redundant, since
/// the square root gives some NaN by itself.
struct SqrtPattern : OpRewritePattern<vm::FSqrtOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::FSqrtOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto type = cast<FloatType>(op.getType());
    const llvm::fltSemantics &semantics = type.getFloatSemantics();
    auto constant = [&](const APFloat &value) -> Value {
      return arith::ConstantOp::create(rewriter, loc,
                                       FloatAttr::get(type, value));
    };
    Value root = math::SqrtOp::create(rewriter, loc, op.getSrc());
    Value hasNone = arith::CmpFOp::create(
        rewriter, loc, arith::CmpFPredicate::ULE, op.getSrc(),
        constant(APFloat::getSmallest(semantics, /*Negative=*/true)));
    rewriter.replaceOpWithNewOp<arith::SelectOp>(
        op, hasNone, constant(APFloat::getQNaN(semantics)), root);
    return success();
  }
};

/// One fused op, with the product or the addend negated.
template <class VMOp, bool NegateProduct, bool NegateAddend>
struct FusedPattern : OpRewritePattern<VMOp> {
  using OpRewritePattern<VMOp>::OpRewritePattern;
  LogicalResult matchAndRewrite(VMOp op,
                                PatternRewriter &rewriter) const override {
    auto negateIf = [&](bool negate, Value value) -> Value {
      if (!negate)
        return value;
      return arith::NegFOp::create(rewriter, op.getLoc(), value);
    };
    rewriter.replaceOpWithNewOp<math::FmaOp>(
        op, negateIf(NegateProduct, op.getA()), op.getB(),
        negateIf(NegateAddend, op.getC()));
    return success();
  }
};

arith::CmpFPredicate convertPredicate(vm::FCmpPredicate predicate) {
  switch (predicate) {
  case vm::FCmpPredicate::EQ:
    return arith::CmpFPredicate::OEQ;
  case vm::FCmpPredicate::LT:
    return arith::CmpFPredicate::OLT;
  case vm::FCmpPredicate::LE:
    return arith::CmpFPredicate::OLE;
  }
  llvm_unreachable("every predicate converts");
}

struct FCmpPattern : OpRewritePattern<vm::FCmpOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::FCmpOp op,
                                PatternRewriter &rewriter) const override {
    Value holds = arith::CmpFOp::create(rewriter, op.getLoc(),
                                        convertPredicate(op.getPredicate()),
                                        op.getLhs(), op.getRhs());
    rewriter.replaceOpWithNewOp<arith::ExtUIOp>(op, op.getType(), holds);
    return success();
  }
};

/// LLVM's saturating conversion, which gives 0 for NaN; RISC-V's gives the
/// maximum.
struct FToIntPattern : OpRewritePattern<vm::FToIntOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::FToIntOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    unsigned width = op.getWidth();
    Type type = rewriter.getIntegerType(width);
    StringRef intrinsic =
        op.getIsSigned() ? "llvm.fptosi.sat" : "llvm.fptoui.sat";
    Value saturated =
        LLVM::CallIntrinsicOp::create(rewriter, loc, type,
                                      rewriter.getStringAttr(intrinsic),
                                      ValueRange(op.getSrc()))
            .getResult(0);
    APInt maximum = op.getIsSigned() ? APInt::getSignedMaxValue(width)
                                     : APInt::getMaxValue(width);
    Value forNaN = arith::ConstantOp::create(rewriter, loc,
                                             IntegerAttr::get(type, maximum));
    Value isNaN = arith::CmpFOp::create(
        rewriter, loc, arith::CmpFPredicate::UNO, op.getSrc(), op.getSrc());
    Value result =
        arith::SelectOp::create(rewriter, loc, isNaN, forNaN, saturated);
    if (width < 64)
      result = arith::ExtSIOp::create(rewriter, loc, op.getType(), result);
    rewriter.replaceOp(op, result);
    return success();
  }
};

struct IntToFPattern : OpRewritePattern<vm::IntToFOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::IntToFOp op,
                                PatternRewriter &rewriter) const override {
    Value source = op.getSrc();
    if (op.getWidth() < 64)
      source = arith::TruncIOp::create(rewriter, op.getLoc(),
                                       rewriter.getIntegerType(op.getWidth()),
                                       source);
    if (op.getIsSigned())
      rewriter.replaceOpWithNewOp<arith::SIToFPOp>(op, op.getType(), source);
    else
      rewriter.replaceOpWithNewOp<arith::UIToFPOp>(op, op.getType(), source);
    return success();
  }
};
} // namespace

void vmjit::populateVMFloatToArithPatterns(RewritePatternSet &patterns) {
  MLIRContext *context = patterns.getContext();
  patterns.add<SameBinaryOp<vm::FAddOp, arith::AddFOp>,
               SameBinaryOp<vm::FSubOp, arith::SubFOp>,
               SameBinaryOp<vm::FMulOp, arith::MulFOp>,
               SameBinaryOp<vm::FDivOp, arith::DivFOp>, SqrtPattern,
               SameUnaryOp<vm::FTruncOp, arith::TruncFOp>,
               SameUnaryOp<vm::FExtOp, arith::ExtFOp>,
               FusedPattern<vm::FMAddOp, false, false>,
               FusedPattern<vm::FMSubOp, false, true>,
               FusedPattern<vm::FNMAddOp, true, true>,
               FusedPattern<vm::FNMSubOp, true, false>, FCmpPattern,
               FToIntPattern, IntToFPattern>(context);
  patterns.add<MinMaxPattern<vm::FMinOp>>(context, "llvm.minimumnum");
  patterns.add<MinMaxPattern<vm::FMaxOp>>(context, "llvm.maximumnum");
}
