//===- FloatBitsToArith.cpp - Ops on the bits of floats to arith and math -*-
// C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "vmjit/Conversion/VMToArith/Patterns.h"
#include "vmjit/Dialect/VM/IR/VMOps.h"

using namespace mlir;
using namespace vmjit;

/// The canonical NaN of \p type: quiet, positive, no payload.
static Value createCanonicalNaN(OpBuilder &builder, Location loc,
                                FloatType type) {
  return arith::ConstantOp::create(
      builder, loc,
      FloatAttr::get(type, APFloat::getQNaN(type.getFloatSemantics())));
}

namespace {
struct FAbsPattern : OpRewritePattern<vm::FAbsOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::FAbsOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<math::AbsFOp>(op, op.getSrc());
    return success();
  }
};

struct FNegPattern : OpRewritePattern<vm::FNegOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::FNegOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<arith::NegFOp>(op, op.getSrc());
    return success();
  }
};

/// copysign, which LLVM defines on bits. The sign of x is flipped where that of
/// y is set for the exclusive or.
struct FSgnjPattern : OpRewritePattern<vm::FSgnjOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::FSgnjOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value lhs = op.getLhs(), rhs = op.getRhs();
    switch (op.getKind()) {
    case vm::SignInjection::Copy:
      break;
    case vm::SignInjection::Invert:
      rhs = arith::NegFOp::create(rewriter, loc, rhs);
      break;
    case vm::SignInjection::Xor: {
      unsigned width = op.getType().getIntOrFloatBitWidth();
      Type bits = rewriter.getIntegerType(width);
      Value signs = arith::XOrIOp::create(
          rewriter, loc, arith::BitcastOp::create(rewriter, loc, bits, lhs),
          arith::BitcastOp::create(rewriter, loc, bits, rhs));
      rhs = arith::BitcastOp::create(rewriter, loc, op.getType(), signs);
      break;
    }
    }
    rewriter.replaceOpWithNewOp<math::CopySignOp>(op, lhs, rhs);
    return success();
  }
};

/// Numbers the classes of positive values from 4, of negative ones down from 3,
/// and sets the bit of that number.
struct FClassPattern : OpRewritePattern<vm::FClassOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::FClassOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto floatType = cast<FloatType>(op.getSrc().getType());
    const llvm::fltSemantics &semantics = floatType.getFloatSemantics();
    unsigned width = floatType.getWidth();
    Type type = rewriter.getIntegerType(width);
    auto constant = [&](const APInt &value) -> Value {
      return arith::ConstantOp::create(rewriter, loc,
                                       IntegerAttr::get(type, value));
    };
    auto number = [&](uint64_t value) { return constant(APInt(width, value)); };
    auto compare = [&](arith::CmpIPredicate predicate, Value lhs,
                       Value rhs) -> Value {
      return arith::CmpIOp::create(rewriter, loc, predicate, lhs, rhs);
    };
    auto select = [&](Value condition, Value yes, Value no) -> Value {
      return arith::SelectOp::create(rewriter, loc, condition, yes, no);
    };
    Value bits = arith::BitcastOp::create(rewriter, loc, type, op.getSrc());
    Value magnitude = arith::AndIOp::create(
        rewriter, loc, bits, constant(APInt::getSignedMaxValue(width)));
    Value infinity = constant(APFloat::getInf(semantics).bitcastToAPInt());
    Value smallestNormal =
        constant(APFloat::getSmallestNormalized(semantics).bitcastToAPInt());
    Value quietNaN = constant(APFloat::getQNaN(semantics).bitcastToAPInt());
    Value zero = number(0);

    Value isFinite = compare(arith::CmpIPredicate::ult, magnitude, infinity);
    Value isSmall =
        compare(arith::CmpIPredicate::ult, magnitude, smallestNormal);
    Value isZero = compare(arith::CmpIPredicate::eq, magnitude, zero);
    Value positive = select(
        isZero, number(4),
        select(isSmall, number(5), select(isFinite, number(6), number(7))));
    Value negative = arith::SubIOp::create(rewriter, loc, number(7), positive);
    Value isNegative = compare(arith::CmpIPredicate::slt, bits, zero);
    Value ofNumber = select(isNegative, negative, positive);
    Value isQuiet = compare(arith::CmpIPredicate::uge, magnitude, quietNaN);
    Value isNaN = compare(arith::CmpIPredicate::ugt, magnitude, infinity);
    Value index =
        select(isNaN, select(isQuiet, number(9), number(8)), ofNumber);
    Value mask = arith::ShLIOp::create(rewriter, loc, number(1), index);
    if (width < 64)
      mask = arith::ExtUIOp::create(rewriter, loc, op.getType(), mask);
    rewriter.replaceOp(op, mask);
    return success();
  }
};

constexpr uint64_t boxBits = 0xffffffff00000000;

struct BoxPattern : OpRewritePattern<vm::BoxOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::BoxOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value bits = arith::BitcastOp::create(rewriter, loc, rewriter.getI32Type(),
                                          op.getSrc());
    Value low = arith::ExtUIOp::create(rewriter, loc, op.getType(), bits);
    Value high = arith::ConstantOp::create(
        rewriter, loc,
        rewriter.getI64IntegerAttr(static_cast<int64_t>(boxBits)));
    rewriter.replaceOpWithNewOp<arith::OrIOp>(op, low, high);
    return success();
  }
};

struct UnboxPattern : OpRewritePattern<vm::UnboxOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::UnboxOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value box = arith::ConstantOp::create(
        rewriter, loc,
        rewriter.getI64IntegerAttr(static_cast<int64_t>(boxBits)));
    Value isBoxed = arith::CmpIOp::create(
        rewriter, loc, arith::CmpIPredicate::uge, op.getSrc(), box);
    Value low = arith::TruncIOp::create(rewriter, loc, rewriter.getI32Type(),
                                        op.getSrc());
    Value single =
        arith::BitcastOp::create(rewriter, loc, rewriter.getF32Type(), low);
    rewriter.replaceOpWithNewOp<arith::SelectOp>(
        op, isBoxed, single,
        createCanonicalNaN(rewriter, loc, rewriter.getF32Type()));
    return success();
  }
};

struct CanonicalizeNaNPattern : OpRewritePattern<vm::CanonicalizeNaNOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::CanonicalizeNaNOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value isNaN = arith::CmpFOp::create(
        rewriter, loc, arith::CmpFPredicate::UNO, op.getSrc(), op.getSrc());
    rewriter.replaceOpWithNewOp<arith::SelectOp>(
        op, isNaN,
        createCanonicalNaN(rewriter, loc, cast<FloatType>(op.getType())),
        op.getSrc());
    return success();
  }
};
} // namespace

void vmjit::populateVMFloatBitsToArithPatterns(RewritePatternSet &patterns) {
  patterns.add<FAbsPattern, FNegPattern, FSgnjPattern, FClassPattern,
               BoxPattern, UnboxPattern, CanonicalizeNaNPattern>(
      patterns.getContext());
}
