//===- IntegerToArith.cpp - Integer ops to arith ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "vmjit/Conversion/VMToArith/Patterns.h"
#include "vmjit/Dialect/VM/IR/VMOps.h"

using namespace mlir;
using namespace vmjit;

/// An integer constant of \p type.
static Value createConstant(OpBuilder &builder, Location loc, Type type,
                            int64_t value) {
  return arith::ConstantOp::create(builder, loc, IntegerAttr::get(type, value));
}

namespace {
/// Ops that arith has with the same meaning.
template <class VMOp, class ArithOp> struct SameOp : OpRewritePattern<VMOp> {
  using OpRewritePattern<VMOp>::OpRewritePattern;
  LogicalResult matchAndRewrite(VMOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<ArithOp>(op, op.getLhs(), op.getRhs());
    return success();
  }
};

struct ConstantPattern : OpRewritePattern<vm::ConstantOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::ConstantOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, op.getValue());
    return success();
  }
};

/// x ^ -1
struct NotPattern : OpRewritePattern<vm::NotOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::NotOp op,
                                PatternRewriter &rewriter) const override {
    Value ones = createConstant(rewriter, op.getLoc(), op.getType(), -1);
    rewriter.replaceOpWithNewOp<arith::XOrIOp>(op, op.getSrc(), ones);
    return success();
  }
};

/// Masks the amount, which arith wants below the width.
template <class VMOp, class ArithOp>
struct ShiftPattern : OpRewritePattern<VMOp> {
  using OpRewritePattern<VMOp>::OpRewritePattern;
  LogicalResult matchAndRewrite(VMOp op,
                                PatternRewriter &rewriter) const override {
    Type type = op.getType();
    Value mask = createConstant(rewriter, op.getLoc(), type,
                                type.getIntOrFloatBitWidth() - 1);
    Value amount =
        rewriter.createOrFold<arith::AndIOp>(op.getLoc(), op.getRhs(), mask);
    rewriter.replaceOpWithNewOp<ArithOp>(op, op.getLhs(), amount);
    return success();
  }
};

/// Division and remainder. arith's are undefined for a divisor of 0 and for
/// the minimum by -1; the divisor 1 takes their place, and gives the right
/// result in the second case: the minimum, and 0.
template <class VMOp, class SignedOp, class UnsignedOp>
struct DivisionPattern : OpRewritePattern<VMOp> {
  using OpRewritePattern<VMOp>::OpRewritePattern;

  /// What x / 0 or x rem 0 is.
  static Value getResultForZero(PatternRewriter &rewriter, VMOp op) {
    if constexpr (std::is_same_v<VMOp, vm::DivOp>)
      return createConstant(rewriter, op.getLoc(), op.getType(), -1);
    else
      return op.getLhs();
  }

  static Value divide(PatternRewriter &rewriter, VMOp op, Value divisor) {
    if (op.getIsSigned())
      return SignedOp::create(rewriter, op.getLoc(), op.getLhs(), divisor);
    return UnsignedOp::create(rewriter, op.getLoc(), op.getLhs(), divisor);
  }

  LogicalResult matchAndRewrite(VMOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type type = op.getType();
    Value divisor = op.getRhs();
    APInt known;
    if (matchPattern(divisor, m_ConstantInt(&known)) && !known.isZero() &&
        !(op.getIsSigned() && known.isAllOnes())) {
      rewriter.replaceOp(op, divide(rewriter, op, divisor));
      return success();
    }
    auto equals = [&](Value value, const APInt &constant) -> Value {
      Value other = arith::ConstantOp::create(rewriter, loc,
                                              IntegerAttr::get(type, constant));
      return arith::CmpIOp::create(rewriter, loc, arith::CmpIPredicate::eq,
                                   value, other);
    };
    unsigned width = type.getIntOrFloatBitWidth();
    Value isZero = equals(divisor, APInt::getZero(width));
    Value isHarmful = isZero;
    if (op.getIsSigned()) {
      Value overflows = arith::AndIOp::create(
          rewriter, loc, equals(op.getLhs(), APInt::getSignedMinValue(width)),
          equals(divisor, APInt::getAllOnes(width)));
      isHarmful = arith::OrIOp::create(rewriter, loc, isZero, overflows);
    }
    Value one = createConstant(rewriter, loc, type, 1);
    Value safe =
        arith::SelectOp::create(rewriter, loc, isHarmful, one, divisor);
    Value result = divide(rewriter, op, safe);
    rewriter.replaceOpWithNewOp<arith::SelectOp>(
        op, isZero, getResultForZero(rewriter, op), result);
    return success();
  }
};

arith::CmpIPredicate convertPredicate(vm::CmpPredicate predicate) {
  switch (predicate) {
  case vm::CmpPredicate::EQ:
    return arith::CmpIPredicate::eq;
  case vm::CmpPredicate::NE:
    return arith::CmpIPredicate::ne;
  case vm::CmpPredicate::LT:
    return arith::CmpIPredicate::slt;
  case vm::CmpPredicate::LTU:
    return arith::CmpIPredicate::ult;
  case vm::CmpPredicate::GE:
    return arith::CmpIPredicate::sge;
  case vm::CmpPredicate::GEU:
    return arith::CmpIPredicate::uge;
  }
  llvm_unreachable("every predicate converts");
}

struct CmpPattern : OpRewritePattern<vm::CmpOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::CmpOp op,
                                PatternRewriter &rewriter) const override {
    Value holds = arith::CmpIOp::create(rewriter, op.getLoc(),
                                        convertPredicate(op.getPredicate()),
                                        op.getLhs(), op.getRhs());
    rewriter.replaceOpWithNewOp<arith::ExtUIOp>(op, op.getType(), holds);
    return success();
  }
};

struct SelectPattern : OpRewritePattern<vm::SelectOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::SelectOp op,
                                PatternRewriter &rewriter) const override {
    Value zero =
        createConstant(rewriter, op.getLoc(), op.getCond().getType(), 0);
    Value isSet = arith::CmpIOp::create(
        rewriter, op.getLoc(), arith::CmpIPredicate::ne, op.getCond(), zero);
    rewriter.replaceOpWithNewOp<arith::SelectOp>(op, isSet, op.getTrueValue(),
                                                 op.getFalseValue());
    return success();
  }
};
} // namespace

void vmjit::populateVMIntegerToArithPatterns(RewritePatternSet &patterns) {
  patterns
      .add<SameOp<vm::AddOp, arith::AddIOp>, SameOp<vm::SubOp, arith::SubIOp>,
           SameOp<vm::MulOp, arith::MulIOp>, SameOp<vm::AndOp, arith::AndIOp>,
           SameOp<vm::OrOp, arith::OrIOp>, SameOp<vm::XorOp, arith::XOrIOp>,
           ConstantPattern, NotPattern, ShiftPattern<vm::ShlOp, arith::ShLIOp>,
           ShiftPattern<vm::ShrUOp, arith::ShRUIOp>,
           ShiftPattern<vm::ShrSOp, arith::ShRSIOp>,
           DivisionPattern<vm::DivOp, arith::DivSIOp, arith::DivUIOp>,
           DivisionPattern<vm::RemOp, arith::RemSIOp, arith::RemUIOp>,
           CmpPattern, SelectPattern>(patterns.getContext());
}
