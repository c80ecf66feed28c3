//===- NarrowToI32.cpp - 32-bit arithmetic found in 64-bit ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// VM IR has 64-bit ops only; a 32-bit one is a 64-bit one and an extension.
// Ops of the vm dialect are total, so that 32-bit division, say, can take the
// place of the 64-bit one without a look at its guards.
//
//===----------------------------------------------------------------------===//

#include "IdiomPatterns.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "vmjit/Dialect/VM/IR/VMOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace vmjit::vm;

static std::optional<APInt> getConstant(Value value) {
  APInt constant;
  if (!matchPattern(value, m_ConstantInt(&constant)))
    return std::nullopt;
  return constant;
}

/// Whether the i64 \p value is known to be the extension of its low 32 bits.
static bool isExtended(Value value, bool isSigned) {
  if (std::optional<APInt> constant = getConstant(value))
    return isSigned ? constant->isSignedIntN(32) : constant->isIntN(32);
  Operation *op = value.getDefiningOp();
  if (isa_and_nonnull<CmpOp>(op))
    return true;
  if (auto extend = dyn_cast_or_null<arith::ExtSIOp>(op))
    return isSigned && extend.getIn().getType().getIntOrFloatBitWidth() <= 32;
  if (auto extend = dyn_cast_or_null<arith::ExtUIOp>(op))
    return extend.getIn().getType().getIntOrFloatBitWidth() <=
           (isSigned ? 31 : 32);
  if (auto mask = dyn_cast_or_null<AndOp>(op))
    if (std::optional<APInt> constant = getConstant(mask.getRhs()))
      return constant->isIntN(isSigned ? 31 : 32);
  return false;
}

static bool areExtended(ValueRange values, bool isSigned) {
  return llvm::all_of(
      values, [&](Value operand) { return isExtended(operand, isSigned); });
}

/// Whether the amount of a 64-bit shift is below 32, so that a 32-bit shift by
/// its low half shifts as far.
static bool isAmountBelow32(Value amount) {
  if (std::optional<APInt> constant = getConstant(amount))
    return constant->urem(64) < 32;
  auto mask = amount.getDefiningOp<AndOp>();
  std::optional<APInt> constant;
  return mask && (constant = getConstant(mask.getRhs())) && constant->ult(32);
}

static Value truncate(PatternRewriter &rewriter, Location loc, Value value) {
  return rewriter.createOrFold<arith::TruncIOp>(loc, rewriter.getI32Type(),
                                                value);
}

/// \p op with the low halves of its operands.
template <class BinaryOp>
static BinaryOp createNarrow(PatternRewriter &rewriter, BinaryOp op) {
  Value lhs = truncate(rewriter, op.getLoc(), op.getLhs());
  Value rhs = truncate(rewriter, op.getLoc(), op.getRhs());
  return BinaryOp::create(rewriter, op.getLoc(), lhs, rhs);
}

/// Division and remainder, which have a sign.
template <class DivisionOp>
static DivisionOp createNarrowDivision(PatternRewriter &rewriter,
                                       DivisionOp op) {
  Value lhs = truncate(rewriter, op.getLoc(), op.getLhs());
  Value rhs = truncate(rewriter, op.getLoc(), op.getRhs());
  return DivisionOp::create(rewriter, op.getLoc(), lhs, rhs, op.getIsSigned());
}

static SelectOp createNarrow(PatternRewriter &rewriter, SelectOp op) {
  Value ifTrue = truncate(rewriter, op.getLoc(), op.getTrueValue());
  Value ifFalse = truncate(rewriter, op.getLoc(), op.getFalseValue());
  return SelectOp::create(rewriter, op.getLoc(), op.getCond(), ifTrue, ifFalse);
}

/// \p value as an i64.
static Value extend(PatternRewriter &rewriter, Location loc, Value value,
                    bool isSigned) {
  Type type = rewriter.getI64Type();
  if (isSigned)
    return arith::ExtSIOp::create(rewriter, loc, type, value);
  return arith::ExtUIOp::create(rewriter, loc, type, value);
}

/// Whether \p op is i64 and the low 32 bits of its result are those of the
/// same op on the low 32 bits of its operands.
static bool isNarrowable(Operation *op) {
  if (!op || op->getNumResults() != 1 ||
      !op->getResult(0).getType().isInteger(64))
    return false;
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case<AddOp, SubOp, MulOp, AndOp, OrOp, XorOp, NotOp, SelectOp>(
          [](auto) { return true; })
      .Case([](ShlOp shl) { return isAmountBelow32(shl.getRhs()); })
      // Quotients differ above bit 31 only: all ones for a divisor of 0 at
      // both widths, and 2^31 for -2^31 / -1, the minimum once truncated.
      .Case([](DivOp div) {
        return areExtended(div->getOperands(), div.getIsSigned());
      })
      .Default(false);
}

static Value createNarrowOp(PatternRewriter &rewriter, Operation *op) {
  Location loc = op->getLoc();
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case<AddOp, SubOp, MulOp, AndOp, OrOp, XorOp, ShlOp>(
          [&](auto binary) { return createNarrow(rewriter, binary); })
      .Case([&](DivOp div) { return createNarrowDivision(rewriter, div); })
      .Case([&](NotOp complement) {
        Value src = truncate(rewriter, loc, complement.getSrc());
        return NotOp::create(rewriter, loc, src);
      })
      .Case([&](SelectOp select) { return createNarrow(rewriter, select); });
}

namespace {
/// The low half of a result that is used in no other way.
struct NarrowTruncated : OpRewritePattern<arith::TruncIOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::TruncIOp op,
                                PatternRewriter &rewriter) const override {
    Operation *wide = op.getIn().getDefiningOp();
    if (!isNarrowable(wide) ||
        !llvm::all_of(wide->getUsers(), [](Operation *user) {
          return isa<arith::TruncIOp>(user) &&
                 user->getResult(0).getType().isInteger(32);
        }))
      return failure();
    rewriter.setInsertionPoint(wide);
    Value narrow = createNarrowOp(rewriter, wide);
    for (Operation *user : llvm::make_early_inc_range(wide->getUsers()))
      rewriter.replaceOp(user, narrow);
    return success();
  }
};

/// A shift to the right of an extension brings in what is there already.
template <class ShrOp> struct NarrowShiftRight : OpRewritePattern<ShrOp> {
  using OpRewritePattern<ShrOp>::OpRewritePattern;
  LogicalResult matchAndRewrite(ShrOp op,
                                PatternRewriter &rewriter) const override {
    constexpr bool isSigned = std::is_same_v<ShrOp, ShrSOp>;
    if (!op.getType().isInteger(64) || !isExtended(op.getLhs(), isSigned) ||
        !isAmountBelow32(op.getRhs()))
      return failure();
    Value narrow = createNarrow(rewriter, op);
    rewriter.replaceOp(op, extend(rewriter, op.getLoc(), narrow, isSigned));
    return success();
  }
};

/// Remainders of extensions are extensions: by 0 the dividend itself, and
/// -2^31 rem -1 is 0.
struct NarrowRemainder : OpRewritePattern<RemOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(RemOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getType().isInteger(64) ||
        !areExtended(op->getOperands(), op.getIsSigned()))
      return failure();
    Value narrow = createNarrowDivision(rewriter, op);
    rewriter.replaceOp(op,
                       extend(rewriter, op.getLoc(), narrow, op.getIsSigned()));
    return success();
  }
};

/// So are quotients by constants other than 0, and -1 where there is a sign.
struct NarrowDivisionByConstant : OpRewritePattern<DivOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(DivOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<APInt> divisor = getConstant(op.getRhs());
    if (!op.getType().isInteger(64) ||
        !areExtended(op->getOperands(), op.getIsSigned()) || !divisor ||
        divisor->isZero() || divisor->isAllOnes())
      return failure();
    Value narrow = createNarrowDivision(rewriter, op);
    rewriter.replaceOp(op,
                       extend(rewriter, op.getLoc(), narrow, op.getIsSigned()));
    return success();
  }
};

/// (x * y) >> n, n >= 32, is the high half of a product of 32-bit factors,
/// shifted by n - 32. The product of the extensions is exact in 64 bits, and
/// its bits 63:32 are the high half whichever shift takes them.
template <class ShrOp> struct NarrowHighHalf : OpRewritePattern<ShrOp> {
  using OpRewritePattern<ShrOp>::OpRewritePattern;
  LogicalResult matchAndRewrite(ShrOp op,
                                PatternRewriter &rewriter) const override {
    auto mul = op.getLhs().template getDefiningOp<MulOp>();
    std::optional<APInt> amount = getConstant(op.getRhs());
    if (!op.getType().isInteger(64) || !mul || !mul->hasOneUse() || !amount ||
        amount->urem(64) < 32)
      return failure();
    bool isSigned = areExtended(mul->getOperands(), /*isSigned=*/true);
    if (!isSigned && !areExtended(mul->getOperands(), /*isSigned=*/false))
      return failure();
    Location loc = op.getLoc();
    Value lhs = truncate(rewriter, loc, mul.getLhs());
    Value rhs = truncate(rewriter, loc, mul.getRhs());
    Value high =
        isSigned
            ? arith::MulSIExtendedOp::create(rewriter, loc, lhs, rhs).getHigh()
            : arith::MulUIExtendedOp::create(rewriter, loc, lhs, rhs).getHigh();
    if (unsigned more = amount->urem(64) - 32) {
      Value rest =
          ConstantOp::create(rewriter, loc, rewriter.getI32IntegerAttr(more));
      high = ShrOp::create(rewriter, loc, high, rest);
    }
    rewriter.replaceOp(
        op, extend(rewriter, loc, high, std::is_same_v<ShrOp, ShrSOp>));
    return success();
  }
};

/// Whether an operand of \p op is an extension, so that it does not have to be
/// truncated if \p op is narrowed.
static bool hasExtension(OperandRange operands) {
  return llvm::any_of(operands, [](Value operand) {
    return isa_and_nonnull<arith::ExtSIOp, arith::ExtUIOp>(
        operand.getDefiningOp());
  });
}

/// The predicate that compares zero-extended values, narrow, as \p predicate
/// does wide.
static CmpPredicate getUnsigned(CmpPredicate predicate) {
  switch (predicate) {
  case CmpPredicate::LT:
    return CmpPredicate::LTU;
  case CmpPredicate::GE:
    return CmpPredicate::GEU;
  case CmpPredicate::EQ:
  case CmpPredicate::NE:
  case CmpPredicate::LTU:
  case CmpPredicate::GEU:
    return predicate;
  }
  llvm_unreachable("every predicate has an unsigned one");
}

/// Both extensions keep the unsigned order, sign extension the signed one too.
struct NarrowComparison : OpRewritePattern<CmpOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(CmpOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getLhs().getType().isInteger(64) ||
        !hasExtension(op->getOperands()))
      return failure();
    bool isSigned = areExtended(op->getOperands(), /*isSigned=*/true);
    if (!isSigned && !areExtended(op->getOperands(), /*isSigned=*/false))
      return failure();
    CmpPredicate predicate =
        isSigned ? op.getPredicate() : getUnsigned(op.getPredicate());
    Value lhs = truncate(rewriter, op.getLoc(), op.getLhs());
    Value rhs = truncate(rewriter, op.getLoc(), op.getRhs());
    rewriter.replaceOpWithNewOp<CmpOp>(op, op.getType(), predicate, lhs, rhs);
    return success();
  }
};

/// One of two extensions of the same kind.
struct NarrowSelect : OpRewritePattern<SelectOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SelectOp op,
                                PatternRewriter &rewriter) const override {
    OperandRange values = op->getOperands().drop_front();
    if (!op.getType().isInteger(64) || !hasExtension(values))
      return failure();
    bool isSigned = areExtended(values, /*isSigned=*/true);
    if (!isSigned && !areExtended(values, /*isSigned=*/false))
      return failure();
    Value narrow = createNarrow(rewriter, op);
    rewriter.replaceOp(op, extend(rewriter, op.getLoc(), narrow, isSigned));
    return success();
  }
};
} // namespace

void vmjit::vm::populateNarrowingPatterns(RewritePatternSet &patterns) {
  patterns
      .add<NarrowTruncated, NarrowShiftRight<ShrUOp>, NarrowShiftRight<ShrSOp>,
           NarrowRemainder, NarrowDivisionByConstant, NarrowHighHalf<ShrUOp>,
           NarrowHighHalf<ShrSOp>, NarrowComparison, NarrowSelect>(
          patterns.getContext());
}
