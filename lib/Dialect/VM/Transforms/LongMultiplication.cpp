//===- LongMultiplication.cpp - High halves of 128-bit products -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds the sums of ProductForms.h. Only a sum that is all of one of them and
// nothing else is replaced.
//
//===----------------------------------------------------------------------===//

#include "IdiomPatterns.h"
#include "ProductForms.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace vmjit::vm;

//===----------------------------------------------------------------------===//
// Corrections
//===----------------------------------------------------------------------===//

/// Whether \p value is 1 if \p x is negative, else 0.
static bool isSignBit(Value value, Value x) {
  if (auto cmp = value.getDefiningOp<CmpOp>())
    return cmp.getPredicate() == CmpPredicate::LT && cmp.getLhs() == x &&
           isConstant64(cmp.getRhs(), 0);
  return matchShift<ShrUOp>(value, 63) == x;
}

/// Whether \p value is -1 if \p x is negative, else 0.
static bool isSignMask(Value value, Value x) {
  if (auto sub = value.getDefiningOp<SubOp>())
    return isConstant64(sub.getLhs(), 0) && isSignBit(sub.getRhs(), x);
  return matchShift<ShrSOp>(value, 63) == x;
}

/// Whether \p term is -(x < 0 ? y : 0).
static bool isCorrection(Term term, Factor &x, Factor &y) {
  if (!x.value)
    // Of a constant, the condition is known.
    return term.isNegative && (x.high >> 31 & 1) && y.is(term.value);
  if (auto select = term.value.getDefiningOp<SelectOp>()) {
    Value cond = select.getCond();
    return term.isNegative && y.is(select.getTrueValue()) &&
           isConstant64(select.getFalseValue(), 0) &&
           (isSignBit(cond, x.value) || isSignMask(cond, x.value));
  }
  Operation *op = term.value.getDefiningOp();
  if (!isa_and_nonnull<AndOp, MulOp>(op))
    return false;
  auto matches = [&](Value sign, Value other) {
    if (!y.is(other))
      return false;
    if (isa<AndOp>(op))
      return term.isNegative && isSignMask(sign, x.value);
    return term.isNegative ? isSignBit(sign, x.value)
                           : isSignMask(sign, x.value);
  };
  return matches(op->getOperand(0), op->getOperand(1)) ||
         matches(op->getOperand(1), op->getOperand(0));
}

namespace {
/// What a sum was found to be: the high half of the product of two values, each
/// signed or not.
struct HighHalf {
  Factor a, b;
  bool isASigned, isBSigned;
};
} // namespace

/// Takes the corrections out of \p terms; whether there is one for a and b.
static std::pair<bool, bool> takeCorrections(Sum &terms, Factor &a, Factor &b) {
  auto take = [&](Factor &x, Factor &y) {
    for (Term *term = terms.begin(); term != terms.end(); ++term) {
      Factor attempt = y;
      if (!isCorrection(*term, x, attempt))
        continue;
      y = attempt;
      terms.erase(term);
      return true;
    }
    return false;
  };
  bool forA = a.isUnsigned && take(a, b);
  bool forB = b.isUnsigned && take(b, a);
  return {forA, forB};
}

/// Matches \p terms without the one that is P11, which gave \p a and \p b.
static std::optional<HighHalf> matchTerms(Sum terms, Factor a, Factor b) {
  auto [isACorrected, isBCorrected] = takeCorrections(terms, a, b);
  SmallVector<Value, kMaxTerms> values;
  for (Term term : terms) {
    if (term.isNegative)
      return std::nullopt;
    values.push_back(term.value);
  }
  if (!matchForm(values, a, b))
    return std::nullopt;
  HighHalf result = {a, b, isACorrected || !a.isUnsigned,
                     isBCorrected || !b.isUnsigned};
  // A constant that is the same number either way joins the other factor.
  if (b.isSigned && b.isUnsigned)
    result.isBSigned = result.isASigned;
  return result;
}

/// Matches the whole sum \p root with \p high, one of its terms, as P11.
static std::optional<HighHalf> matchWithHigh(Value root, MulOp high) {
  std::optional<Factor> a = Factor::fromHigh(high.getLhs());
  std::optional<Factor> b = Factor::fromHigh(high.getRhs());
  if (a && b && !a->value)
    std::swap(a, b);
  if (!a || !b || !a->value)
    return std::nullopt;
  // A correction may be a factor, which may be a sum.
  SmallVector<Value, 2> leaves = {a->value};
  if (b->value)
    leaves.push_back(b->value);
  std::optional<Sum> terms = getTerms(root, leaves);
  if (!terms)
    return std::nullopt;
  auto *term = llvm::find_if(*terms, [&](Term term) {
    return term.value == high && !term.isNegative;
  });
  if (term == terms->end())
    return std::nullopt;
  terms->erase(term);
  return matchTerms(std::move(*terms), *a, *b);
}

/// An unsigned high half, found before, and the corrections of both factors.
static std::optional<HighHalf> matchCorrected(Value root,
                                              arith::MulUIExtendedOp product) {
  auto getFactor = [](Value value) {
    Factor factor;
    factor.isUnsigned = true;
    if (std::optional<uint64_t> constant = getConstant64(value)) {
      factor.high = *constant >> 32;
      factor.low = *constant & UINT32_MAX;
    } else {
      factor.value = value;
    }
    return factor;
  };
  Factor a = getFactor(product.getLhs()), b = getFactor(product.getRhs());
  std::optional<Sum> terms =
      getTerms(root, {product.getLhs(), product.getRhs()});
  if (!terms)
    return std::nullopt;
  auto *term = llvm::find_if(*terms, [&](Term term) {
    return term.value == product.getHigh() && !term.isNegative;
  });
  if (term == terms->end())
    return std::nullopt;
  terms->erase(term);
  auto [isACorrected, isBCorrected] = takeCorrections(*terms, a, b);
  // A constant that is not negative needs no correction.
  auto isDone = [](const Factor &factor, bool isCorrected) {
    return isCorrected || (!factor.value && !(factor.high >> 31 & 1));
  };
  if (!terms->empty() || !isDone(a, isACorrected) || !isDone(b, isBCorrected))
    return std::nullopt;
  return HighHalf{a, b, true, true};
}

static std::optional<HighHalf> matchHighHalf(Value root) {
  std::optional<Sum> terms = getTerms(root);
  // Corrections may be sums that are taken apart too far here.
  if (!terms)
    return std::nullopt;
  for (Term term : *terms) {
    std::optional<HighHalf> result;
    if (auto mul = term.value.getDefiningOp<MulOp>())
      result = matchWithHigh(root, mul);
    else if (auto mul = term.value.getDefiningOp<arith::MulUIExtendedOp>())
      result = matchCorrected(root, mul);
    if (result)
      return result;
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Replacement
//===----------------------------------------------------------------------===//

static Value getFactorValue(OpBuilder &builder, Location loc,
                            const Factor &factor) {
  if (factor.value)
    return factor.value;
  return ConstantOp::create(builder, loc, factor.getValue());
}

static Value createHighHalf(OpBuilder &builder, Location loc,
                            const HighHalf &match) {
  Value a = getFactorValue(builder, loc, match.a);
  Value b = getFactorValue(builder, loc, match.b);
  if (match.isASigned && match.isBSigned)
    return arith::MulSIExtendedOp::create(builder, loc, a, b).getHigh();
  Value high = arith::MulUIExtendedOp::create(builder, loc, a, b).getHigh();
  if (!match.isASigned && !match.isBSigned)
    return high;
  if (match.isBSigned)
    std::swap(a, b);
  Value bits = ConstantOp::create(builder, loc, 63);
  Value mask = ShrSOp::create(builder, loc, a, bits);
  Value correction = AndOp::create(builder, loc, mask, b);
  return SubOp::create(builder, loc, high, correction);
}

void vmjit::vm::recognizeHighMultiplications(func::FuncOp function) {
  // In a block, a sum comes before the sums that it is part of.
  function.walk([](Operation *op) {
    if (!isa<AddOp, SubOp, OrOp>(op) ||
        !op->getResult(0).getType().isInteger(64))
      return;
    std::optional<HighHalf> match = matchHighHalf(op->getResult(0));
    if (!match)
      return;
    OpBuilder builder(op);
    Value high = createHighHalf(builder, op->getLoc(), *match);
    op->getResult(0).replaceAllUsesWith(high);
  });
}
