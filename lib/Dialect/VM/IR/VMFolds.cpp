//===- VMFolds.cpp - Folders and canonicalisations of vm ops ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/CommonFolders.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "vmjit/Dialect/VM/IR/VMOps.h"

using namespace mlir;
using namespace vmjit::vm;

/// Folds two constants of one width with \p function, which is total.
template <class Adaptor>
static OpFoldResult foldConstants(
    Adaptor adaptor,
    llvm::function_ref<APInt(const APInt &, const APInt &)> function) {
  auto lhs = dyn_cast_or_null<IntegerAttr>(adaptor.getLhs());
  auto rhs = dyn_cast_or_null<IntegerAttr>(adaptor.getRhs());
  if (!lhs || !rhs)
    return {};
  return IntegerAttr::get(lhs.getType(),
                          function(lhs.getValue(), rhs.getValue()));
}

/// Whether \p attr is the integer \p value, sign-extended.
static bool isInt(Attribute attr, int64_t value) {
  auto integer = dyn_cast_or_null<IntegerAttr>(attr);
  return integer && integer.getValue().trySExtValue() == value;
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

OpFoldResult AddOp::fold(FoldAdaptor adaptor) {
  if (isInt(adaptor.getRhs(), 0))
    return getLhs();
  return foldConstants(
      adaptor, [](const APInt &lhs, const APInt &rhs) { return lhs + rhs; });
}

OpFoldResult SubOp::fold(FoldAdaptor adaptor) {
  if (isInt(adaptor.getRhs(), 0))
    return getLhs();
  if (getLhs() == getRhs())
    return IntegerAttr::get(getType(), 0);
  return foldConstants(
      adaptor, [](const APInt &lhs, const APInt &rhs) { return lhs - rhs; });
}

OpFoldResult MulOp::fold(FoldAdaptor adaptor) {
  if (isInt(adaptor.getRhs(), 1))
    return getLhs();
  if (isInt(adaptor.getRhs(), 0))
    return adaptor.getRhs();
  return foldConstants(
      adaptor, [](const APInt &lhs, const APInt &rhs) { return lhs * rhs; });
}

OpFoldResult AndOp::fold(FoldAdaptor adaptor) {
  if (isInt(adaptor.getRhs(), -1) || getLhs() == getRhs())
    return getLhs();
  if (isInt(adaptor.getRhs(), 0))
    return adaptor.getRhs();
  return foldConstants(
      adaptor, [](const APInt &lhs, const APInt &rhs) { return lhs & rhs; });
}

OpFoldResult OrOp::fold(FoldAdaptor adaptor) {
  if (isInt(adaptor.getRhs(), 0) || getLhs() == getRhs())
    return getLhs();
  if (isInt(adaptor.getRhs(), -1))
    return adaptor.getRhs();
  return foldConstants(
      adaptor, [](const APInt &lhs, const APInt &rhs) { return lhs | rhs; });
}

OpFoldResult XorOp::fold(FoldAdaptor adaptor) {
  if (isInt(adaptor.getRhs(), 0))
    return getLhs();
  if (getLhs() == getRhs())
    return IntegerAttr::get(getType(), 0);
  return foldConstants(
      adaptor, [](const APInt &lhs, const APInt &rhs) { return lhs ^ rhs; });
}

OpFoldResult NotOp::fold(FoldAdaptor adaptor) {
  if (auto inner = getSrc().getDefiningOp<NotOp>())
    return inner.getSrc();
  if (auto src = dyn_cast_or_null<IntegerAttr>(adaptor.getSrc()))
    return IntegerAttr::get(getType(), ~src.getValue());
  return {};
}

OpFoldResult DivOp::fold(FoldAdaptor adaptor) {
  if (isInt(adaptor.getRhs(), 1))
    return getLhs();
  return foldConstants(adaptor, [&](const APInt &lhs, const APInt &rhs) {
    if (rhs.isZero())
      return APInt::getAllOnes(lhs.getBitWidth());
    // APInt's sdiv wraps: the minimum by -1 is the minimum.
    return getIsSigned() ? lhs.sdiv(rhs) : lhs.udiv(rhs);
  });
}

OpFoldResult RemOp::fold(FoldAdaptor adaptor) {
  if (isInt(adaptor.getRhs(), 1))
    return IntegerAttr::get(getType(), 0);
  if (isInt(adaptor.getRhs(), 0))
    return getLhs();
  return foldConstants(adaptor, [&](const APInt &lhs, const APInt &rhs) {
    return getIsSigned() ? lhs.srem(rhs) : lhs.urem(rhs);
  });
}

//===----------------------------------------------------------------------===//
// Shifts
//===----------------------------------------------------------------------===//

/// Folds a shift by 0 and a shift of constants with \p shift, which gets an
/// amount below the width.
template <class ShiftOp>
static OpFoldResult
foldShift(ShiftOp op, typename ShiftOp::FoldAdaptor adaptor,
          llvm::function_ref<APInt(const APInt &, unsigned)> shift) {
  unsigned width = op.getType().getIntOrFloatBitWidth();
  auto amount = dyn_cast_or_null<IntegerAttr>(adaptor.getRhs());
  if (amount && amount.getValue().urem(width) == 0)
    return op.getLhs();
  return foldConstants(adaptor, [&](const APInt &lhs, const APInt &rhs) {
    return shift(lhs, rhs.urem(width));
  });
}

OpFoldResult ShlOp::fold(FoldAdaptor adaptor) {
  return foldShift(*this, adaptor, [](const APInt &value, unsigned amount) {
    return value.shl(amount);
  });
}

OpFoldResult ShrUOp::fold(FoldAdaptor adaptor) {
  return foldShift(*this, adaptor, [](const APInt &value, unsigned amount) {
    return value.lshr(amount);
  });
}

OpFoldResult ShrSOp::fold(FoldAdaptor adaptor) {
  return foldShift(*this, adaptor, [](const APInt &value, unsigned amount) {
    return value.ashr(amount);
  });
}

//===----------------------------------------------------------------------===//
// Comparisons
//===----------------------------------------------------------------------===//

static bool compare(CmpPredicate predicate, const APInt &lhs,
                    const APInt &rhs) {
  switch (predicate) {
  case CmpPredicate::EQ:
    return lhs == rhs;
  case CmpPredicate::NE:
    return lhs != rhs;
  case CmpPredicate::LT:
    return lhs.slt(rhs);
  case CmpPredicate::LTU:
    return lhs.ult(rhs);
  case CmpPredicate::GE:
    return lhs.sge(rhs);
  case CmpPredicate::GEU:
    return lhs.uge(rhs);
  }
  llvm_unreachable("every predicate compares");
}

OpFoldResult CmpOp::fold(FoldAdaptor adaptor) {
  auto lhs = dyn_cast_or_null<IntegerAttr>(adaptor.getLhs());
  auto rhs = dyn_cast_or_null<IntegerAttr>(adaptor.getRhs());
  std::optional<bool> result;
  if (lhs && rhs)
    result = compare(getPredicate(), lhs.getValue(), rhs.getValue());
  else if (getLhs() == getRhs())
    result = compare(getPredicate(), APInt(64, 0), APInt(64, 0));
  if (!result)
    return {};
  return IntegerAttr::get(getType(), *result);
}

OpFoldResult SelectOp::fold(FoldAdaptor adaptor) {
  if (getTrueValue() == getFalseValue())
    return getTrueValue();
  if (auto cond = dyn_cast_or_null<IntegerAttr>(adaptor.getCond()))
    return cond.getValue().isZero() ? getFalseValue() : getTrueValue();
  return {};
}

//===----------------------------------------------------------------------===//
// Floating-point registers and pointers
//===----------------------------------------------------------------------===//

OpFoldResult UnboxOp::fold(FoldAdaptor adaptor) {
  if (auto box = getSrc().getDefiningOp<BoxOp>())
    return box.getSrc();
  auto raw = dyn_cast_or_null<IntegerAttr>(adaptor.getSrc());
  if (!raw)
    return {};
  bool isBoxed = raw.getValue().countLeadingOnes() >= 32;
  APInt bits = isBoxed ? raw.getValue().trunc(32) : APInt(32, 0x7fc00000);
  return FloatAttr::get(getType(), APFloat(APFloat::IEEEsingle(), bits));
}

OpFoldResult PtrAddOp::fold(FoldAdaptor adaptor) {
  if (isInt(adaptor.getOffset(), 0))
    return getBase();
  return {};
}

//===----------------------------------------------------------------------===//
// Canonicalisations
//===----------------------------------------------------------------------===//

namespace {
/// (x + c1) + c2 -> x + (c1 + c2), so that an address is a base and one offset.
struct CombineConstantAddends : OpRewritePattern<AddOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(AddOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = op.getLhs().getDefiningOp<AddOp>();
    IntegerAttr first, second;
    if (!inner || !matchPattern(inner.getRhs(), m_Constant(&first)) ||
        !matchPattern(op.getRhs(), m_Constant(&second)))
      return failure();
    Value sum = ConstantOp::create(
        rewriter, op.getLoc(),
        IntegerAttr::get(op.getType(), first.getValue() + second.getValue()));
    rewriter.replaceOpWithNewOp<AddOp>(op, inner.getLhs(), sum);
    return success();
  }
};

/// x - c -> x + -c
struct SubtractConstant : OpRewritePattern<SubOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SubOp op,
                                PatternRewriter &rewriter) const override {
    IntegerAttr subtrahend;
    if (!matchPattern(op.getRhs(), m_Constant(&subtrahend)))
      return failure();
    Value negated = ConstantOp::create(
        rewriter, op.getLoc(),
        IntegerAttr::get(op.getType(), -subtrahend.getValue()));
    rewriter.replaceOpWithNewOp<AddOp>(op, op.getLhs(), negated);
    return success();
  }
};

/// The low half of a boxed f32 is its bits.
struct TruncateBox : OpRewritePattern<arith::TruncIOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::TruncIOp op,
                                PatternRewriter &rewriter) const override {
    auto box = op.getIn().getDefiningOp<BoxOp>();
    if (!box || !op.getType().isInteger(32))
      return failure();
    rewriter.replaceOpWithNewOp<arith::BitcastOp>(op, op.getType(),
                                                  box.getSrc());
    return success();
  }
};
} // namespace

void AddOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                        MLIRContext *context) {
  patterns.add<CombineConstantAddends>(context);
}

void SubOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                        MLIRContext *context) {
  patterns.add<SubtractConstant>(context);
}

void BoxOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                        MLIRContext *context) {
  patterns.add<TruncateBox>(context);
}
