//===- ProductForms.cpp - Ways to write a high half -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProductForms.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace vmjit::vm;

std::optional<uint64_t> vmjit::vm::getConstant64(Value value) {
  APInt constant;
  if (!matchPattern(value, m_ConstantInt(&constant)) ||
      constant.getBitWidth() != 64)
    return std::nullopt;
  return constant.getZExtValue();
}

/// Whether \p value is \p x modulo 2^32.
static bool isLow(Value value, Value x) {
  if (auto mask = value.getDefiningOp<AndOp>())
    return (mask.getLhs() == x && isConstant64(mask.getRhs(), UINT32_MAX)) ||
           (mask.getRhs() == x && isConstant64(mask.getLhs(), UINT32_MAX));
  if (Value shifted = matchShift<ShrUOp>(value, 32))
    return matchShift<ShlOp>(shifted, 32) == x;
  if (auto extend = value.getDefiningOp<arith::ExtUIOp>())
    if (auto truncate = extend.getIn().getDefiningOp<arith::TruncIOp>())
      return truncate.getIn() == x && truncate.getType().isInteger(32);
  return false;
}

/// Whether \p value is 1 if the sum \p sum, one of whose addends is found by
/// \p isAddend, overflowed: it is below that addend then.
static bool isCarry(Value value, Value sum,
                    llvm::function_ref<bool(Value)> isAddend) {
  auto cmp = value.getDefiningOp<CmpOp>();
  return cmp && cmp.getPredicate() == CmpPredicate::LTU &&
         cmp.getLhs() == sum && isAddend(cmp.getRhs());
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

/// Whether \p op is an addition: two values without common bits are added by
/// an or.
static bool isAddition(Operation *op) {
  auto orOp = dyn_cast<OrOp>(op);
  if (!orOp)
    return isa<AddOp>(op);
  return (matchShift<ShlOp>(orOp.getLhs(), 32) &&
          matchShift<ShrUOp>(orOp.getRhs(), 32)) ||
         (matchShift<ShrUOp>(orOp.getLhs(), 32) &&
          matchShift<ShlOp>(orOp.getRhs(), 32));
}

std::optional<Sum> vmjit::vm::getTerms(Value root, ArrayRef<Value> leaves) {
  Sum terms;
  Sum worklist = {{root, false}};
  while (!worklist.empty()) {
    auto [value, isNegative] = worklist.pop_back_val();
    Operation *op = value.getDefiningOp();
    bool isLeaf = !op || llvm::is_contained(leaves, value);
    if (!isLeaf && (isAddition(op) || isa<SubOp>(op))) {
      bool isSubtraction = isa<SubOp>(op);
      worklist.push_back({op->getOperand(1), isNegative != isSubtraction});
      worklist.push_back({op->getOperand(0), isNegative});
    } else {
      terms.push_back({value, isNegative});
    }
    // What is on the list is one term at least.
    if (terms.size() + worklist.size() > kMaxTerms)
      return std::nullopt;
  }
  return terms;
}

//===----------------------------------------------------------------------===//
// Factors
//===----------------------------------------------------------------------===//

std::optional<Factor> Factor::fromHigh(Value half) {
  Factor factor;
  if (std::optional<uint64_t> constant = getConstant64(half)) {
    factor.high = *constant;
    factor.isSigned = llvm::isInt<32>(static_cast<int64_t>(*constant));
    factor.isUnsigned = llvm::isUInt<32>(*constant);
    if (!factor.isSigned && !factor.isUnsigned)
      return std::nullopt;
    return factor;
  }
  factor.value = matchShift<ShrSOp>(half, 32);
  factor.isSigned = static_cast<bool>(factor.value);
  if (!factor.value)
    factor.value = matchShift<ShrUOp>(half, 32);
  factor.isUnsigned = !factor.isSigned;
  if (!factor.value)
    return std::nullopt;
  return factor;
}

bool Factor::isHigh(Value half) const {
  if (!value)
    return isConstant64(half, high);
  return (isSigned ? matchShift<ShrSOp>(half, 32)
                   : matchShift<ShrUOp>(half, 32)) == value;
}

bool Factor::isLowHalf(Value half) {
  if (value)
    return isLow(half, value);
  std::optional<uint64_t> constant = getConstant64(half);
  if (!constant || !llvm::isUInt<32>(*constant))
    return false;
  if (!low)
    low = constant;
  return low == constant;
}

bool Factor::is(Value other) {
  if (value)
    return other == value;
  std::optional<uint64_t> constant = getConstant64(other);
  if (!constant || (*constant >> 32) != (high & UINT32_MAX))
    return false;
  if (!low)
    low = *constant & UINT32_MAX;
  return getValue() == *constant;
}

namespace {
/// What has been found out about a product while a form is matched.
struct Product {
  Factor a, b;
  /// The sum in the middle.
  Value middle;

  enum Part { P00, P01, P10 };

  bool isPart(Value value, Part part) {
    auto mul = value.getDefiningOp<MulOp>();
    return mul && (isPart(mul.getLhs(), mul.getRhs(), part) ||
                   isPart(mul.getRhs(), mul.getLhs(), part));
  }

  /// What \p value shifts by 32 to the right in the way that keeps the sign of
  /// \p part.
  Value getShifted(Value value, Part part) const {
    bool mayBeSigned = part == P10   ? a.isSigned
                       : part == P01 ? b.isSigned
                                     : false;
    bool mayBeUnsigned = part == P10   ? a.isUnsigned
                         : part == P01 ? b.isUnsigned
                                       : true;
    Value shifted;
    if (mayBeSigned)
      shifted = matchShift<ShrSOp>(value, 32);
    if (!shifted && mayBeUnsigned)
      shifted = matchShift<ShrUOp>(value, 32);
    return shifted;
  }

  bool isShiftedPart(Value value, Part part) {
    Value shifted = getShifted(value, part);
    return shifted && isPart(shifted, part);
  }

  bool isLowOfPart(Value value, Part part);

private:
  bool isPart(Value x, Value y, Part part) {
    Product attempt = *this;
    bool matches =
        (part == P10 ? attempt.a.isHigh(x) : attempt.a.isLowHalf(x)) &&
        (part == P01 ? attempt.b.isHigh(y) : attempt.b.isLowHalf(y));
    if (matches)
      *this = attempt;
    return matches;
  }
};

/// Says whether a value is one term of a form.
using Matcher = llvm::function_ref<bool(Value, Product &)>;
} // namespace

bool Product::isLowOfPart(Value value, Part part) {
  // The low half has one operand, under whichever form: the product.
  Value inner;
  if (auto mask = value.getDefiningOp<AndOp>())
    inner = getConstant64(mask.getRhs()) ? mask.getLhs() : mask.getRhs();
  else if (Value shifted = matchShift<ShrUOp>(value, 32))
    inner = matchShift<ShlOp>(shifted, 32);
  else if (auto extend = value.getDefiningOp<arith::ExtUIOp>())
    if (auto truncate = extend.getIn().getDefiningOp<arith::TruncIOp>())
      inner = truncate.getIn();
  return inner && isLow(value, inner) && isPart(inner, part);
}

/// Whether each of \p values is matched by another of \p matchers, and none of
/// either is left.
static bool matchEach(ArrayRef<Value> values, ArrayRef<Matcher> matchers,
                      Product &product) {
  if (values.size() != matchers.size())
    return false;
  if (values.empty())
    return true;
  for (unsigned i = 0; i < values.size(); ++i) {
    Product attempt = product;
    if (!matchers.front()(values[i], attempt))
      continue;
    SmallVector<Value, kMaxTerms> rest(values);
    rest.erase(rest.begin() + i);
    if (!matchEach(rest, matchers.drop_front(), attempt))
      continue;
    product = attempt;
    return true;
  }
  return false;
}

/// Whether \p root is the sum of what \p matchers match.
static bool matchSum(Value root, ArrayRef<Matcher> matchers, Product &product) {
  std::optional<Sum> terms = getTerms(root);
  if (!terms || llvm::any_of(*terms, [](Term term) { return term.isNegative; }))
    return false;
  SmallVector<Value, kMaxTerms> values;
  for (Term term : *terms)
    values.push_back(term.value);
  return matchEach(values, matchers, product);
}

//===----------------------------------------------------------------------===//
// Forms, all without P11
//===----------------------------------------------------------------------===//

/// A matcher of \p part itself, of its high half, of its low half.
static auto partIs(Product::Part part) {
  return [part](Value value, Product &product) {
    return product.isPart(value, part);
  };
}
static auto highIs(Product::Part part) {
  return [part](Value value, Product &product) {
    return product.isShiftedPart(value, part);
  };
}
static auto lowIs(Product::Part part) {
  return [part](Value value, Product &product) {
    return product.isLowOfPart(value, part);
  };
}
static bool isLowOfMiddle(Value value, Product &product) {
  return isLow(value, product.middle);
}

static bool matchSchool(ArrayRef<Value> values, Product &product) {
  auto low01 = lowIs(Product::P01), low10 = lowIs(Product::P10);
  auto high00 = highIs(Product::P00);
  // Far from 2^63, so either shift will do.
  auto middle = [&](Value value, Product &product) {
    Value sum = matchShift<ShrUOp>(value, 32);
    if (!sum)
      sum = matchShift<ShrSOp>(value, 32);
    return sum && matchSum(sum, {low01, low10, high00}, product);
  };
  auto high01 = highIs(Product::P01), high10 = highIs(Product::P10);
  return matchEach(values, {middle, high01, high10}, product);
}

/// \p first is Q, the other one R.
static bool matchLadder(ArrayRef<Value> values, Product::Part first,
                        Product &product) {
  Product::Part second = first == Product::P01 ? Product::P10 : Product::P01;
  auto isFirst = partIs(first), isSecond = partIs(second);
  auto high00 = highIs(Product::P00);
  auto t = [&](Value value, Product &product) {
    product.middle = product.getShifted(value, first);
    return product.middle &&
           matchSum(product.middle, {isFirst, high00}, product);
  };
  auto w = [&](Value value, Product &product) {
    Value sum = product.getShifted(value, second);
    return sum && matchSum(sum, {isSecond, isLowOfMiddle}, product);
  };
  return matchEach(values, {t, w}, product);
}

/// Whether \p value is 2^32 if the sum in the middle overflowed, else 0.
/// \p hasLow says that P00 >> 32 is in that sum.
static bool isCarryOfMiddle(Value value, Product &product, bool hasLow) {
  auto p01 = partIs(Product::P01), p10 = partIs(Product::P10);
  auto high00 = highIs(Product::P00);
  // With any of these, the rest of the sum does not overflow by itself.
  auto isAddend = [&](Value addend) {
    return product.isPart(addend, Product::P01) ||
           product.isPart(addend, Product::P10) ||
           (hasLow && (matchSum(addend, {p01, high00}, product) ||
                       matchSum(addend, {p10, high00}, product)));
  };
  if (auto select = value.getDefiningOp<SelectOp>())
    return isConstant64(select.getTrueValue(), uint64_t(1) << 32) &&
           isConstant64(select.getFalseValue(), 0) &&
           isCarry(select.getCond(), product.middle, isAddend);
  Value bit = matchShift<ShlOp>(value, 32);
  return bit && isCarry(bit, product.middle, isAddend);
}

/// Whether \p value is the carry out of P00 + (s << 32), where s is in the
/// middle.
static bool isCarryOfLow(Value value, Product &product) {
  auto cmp = value.getDefiningOp<CmpOp>();
  auto p00 = partIs(Product::P00);
  auto shiftedMiddle = [](Value value, Product &product) {
    return matchShift<ShlOp>(value, 32) == product.middle;
  };
  return cmp && cmp.getPredicate() == CmpPredicate::LTU &&
         matchSum(cmp.getLhs(), {p00, shiftedMiddle}, product) &&
         (p00(cmp.getRhs(), product) || shiftedMiddle(cmp.getRhs(), product));
}

static bool matchCarry(ArrayRef<Value> values, Product &product) {
  if (!product.a.isUnsigned || !product.b.isUnsigned)
    return false;
  auto p01 = partIs(Product::P01), p10 = partIs(Product::P10);
  auto high00 = highIs(Product::P00);
  auto findMiddle = [](Value value, Product &product) {
    product.middle = matchShift<ShrUOp>(value, 32);
    return static_cast<bool>(product.middle);
  };
  auto whole = [&](Value value, Product &product) {
    return findMiddle(value, product) &&
           matchSum(product.middle, {p01, p10, high00}, product);
  };
  auto carryOfWhole = [](Value value, Product &product) {
    return isCarryOfMiddle(value, product, /*hasLow=*/true);
  };
  if (matchEach(values, {whole, carryOfWhole}, product))
    return true;
  auto cross = [&](Value value, Product &product) {
    return findMiddle(value, product) &&
           matchSum(product.middle, {p01, p10}, product);
  };
  auto rest = [&](Value value, Product &product) {
    Value sum = matchShift<ShrUOp>(value, 32);
    return isCarryOfLow(value, product) ||
           (sum && matchSum(sum, {isLowOfMiddle, high00}, product));
  };
  auto carryOfCross = [](Value value, Product &product) {
    return isCarryOfMiddle(value, product, /*hasLow=*/false);
  };
  return matchEach(values, {cross, carryOfCross, rest}, product);
}

bool vmjit::vm::matchForm(ArrayRef<Value> values, Factor &a, Factor &b) {
  Product product = {a, b, Value()};
  if (!matchSchool(values, product) &&
      !matchLadder(values, Product::P01, product) &&
      !matchLadder(values, Product::P10, product) &&
      !matchCarry(values, product))
    return false;
  a = product.a;
  b = product.b;
  return true;
}
