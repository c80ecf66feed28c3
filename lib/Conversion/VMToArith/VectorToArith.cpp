//===- VectorToArith.cpp - Lanes of a register to arith on vectors -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "vmjit/Conversion/VMToArith/Patterns.h"
#include "vmjit/Dialect/VM/IR/VMOps.h"

using namespace mlir;
using namespace vmjit;

/// The type of a register's lanes; one lane is a plain integer.
static Type getLanesType(OpBuilder &builder, unsigned elementSize) {
  Type element = builder.getIntegerType(8 * elementSize);
  if (elementSize == 8)
    return element;
  return VectorType::get({8 / elementSize}, element);
}

/// \p type with lanes of twice the width.
static Type getWiderType(OpBuilder &builder, VectorType type) {
  return type.clone(builder.getIntegerType(2 * type.getElementTypeBitWidth()));
}

static Value createConstant(OpBuilder &builder, Location loc, Type type,
                            const APInt &value) {
  TypedAttr attr;
  if (auto vector = dyn_cast<VectorType>(type))
    attr = DenseElementsAttr::get(vector, value);
  else
    attr = builder.getIntegerAttr(type, value);
  return arith::ConstantOp::create(builder, loc, attr);
}

/// The lanes of \p word, or the word of such lanes.
static Value bitcast(OpBuilder &builder, Location loc, Value value, Type type) {
  if (value.getType() == type)
    return value;
  return LLVM::BitcastOp::create(builder, loc, type, value);
}

static Value createWrapping(OpBuilder &builder, Location loc, vm::VecKind kind,
                            Value lhs, Value rhs) {
  switch (kind) {
  case vm::VecKind::Add:
    return arith::AddIOp::create(builder, loc, lhs, rhs);
  case vm::VecKind::Sub:
    return arith::SubIOp::create(builder, loc, lhs, rhs);
  case vm::VecKind::Mul:
    return arith::MulIOp::create(builder, loc, lhs, rhs);
  }
  llvm_unreachable("every kind has an op");
}

/// A product of narrow lanes is exact at twice the width; there it is clamped.
static Value createSaturatingMulOfLanes(OpBuilder &builder, Location loc,
                                        bool isSigned, Value lhs, Value rhs) {
  auto type = cast<VectorType>(lhs.getType());
  unsigned width = type.getElementTypeBitWidth();
  Type wider = getWiderType(builder, type);
  auto widen = [&](Value value) -> Value {
    if (isSigned)
      return arith::ExtSIOp::create(builder, loc, wider, value);
    return arith::ExtUIOp::create(builder, loc, wider, value);
  };
  Value product = arith::MulIOp::create(builder, loc, widen(lhs), widen(rhs));
  auto limit = [&](const APInt &value) {
    return createConstant(builder, loc, wider, value);
  };
  if (isSigned) {
    product = arith::MinSIOp::create(
        builder, loc, product,
        limit(APInt::getSignedMaxValue(width).sext(2 * width)));
    product = arith::MaxSIOp::create(
        builder, loc, product,
        limit(APInt::getSignedMinValue(width).sext(2 * width)));
  } else {
    product = arith::MinUIOp::create(
        builder, loc, product,
        limit(APInt::getMaxValue(width).zext(2 * width)));
  }
  return arith::TruncIOp::create(builder, loc, type, product);
}

/// At 64 bits the high half of the product says whether the low half is it.
static Value createSaturatingMul(OpBuilder &builder, Location loc,
                                 bool isSigned, Value lhs, Value rhs) {
  auto constant = [&](uint64_t value) {
    return createConstant(builder, loc, builder.getI64Type(), APInt(64, value));
  };
  auto isDifferent = [&](Value a, Value b) -> Value {
    return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, a, b);
  };
  if (!isSigned) {
    auto product = arith::MulUIExtendedOp::create(builder, loc, lhs, rhs);
    return arith::SelectOp::create(builder, loc,
                                   isDifferent(product.getHigh(), constant(0)),
                                   constant(UINT64_MAX), product.getLow());
  }
  auto product = arith::MulSIExtendedOp::create(builder, loc, lhs, rhs);
  Value sign = constant(63);
  Value extension =
      arith::ShRSIOp::create(builder, loc, product.getLow(), sign);
  // The maximum, or where the factors' signs differ its complement.
  Value signs = arith::ShRSIOp::create(
      builder, loc, arith::XOrIOp::create(builder, loc, lhs, rhs), sign);
  Value bound = arith::XOrIOp::create(builder, loc, signs, constant(INT64_MAX));
  return arith::SelectOp::create(builder, loc,
                                 isDifferent(product.getHigh(), extension),
                                 bound, product.getLow());
}

static Value createSaturating(OpBuilder &builder, Location loc,
                              vm::VecKind kind, bool isSigned, Value lhs,
                              Value rhs) {
  Type type = lhs.getType();
  switch (kind) {
  case vm::VecKind::Add:
    if (isSigned)
      return LLVM::SAddSat::create(builder, loc, type, lhs, rhs);
    return LLVM::UAddSat::create(builder, loc, type, lhs, rhs);
  case vm::VecKind::Sub:
    if (isSigned)
      return LLVM::SSubSat::create(builder, loc, type, lhs, rhs);
    return LLVM::USubSat::create(builder, loc, type, lhs, rhs);
  case vm::VecKind::Mul:
    if (isa<VectorType>(type))
      return createSaturatingMulOfLanes(builder, loc, isSigned, lhs, rhs);
    return createSaturatingMul(builder, loc, isSigned, lhs, rhs);
  }
  llvm_unreachable("every kind has an op");
}

namespace {
struct VecBinaryPattern : OpRewritePattern<vm::VecBinaryOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::VecBinaryOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type lanes = getLanesType(rewriter, op.getElementSize());
    Value result = createWrapping(rewriter, loc, op.getKind(),
                                  bitcast(rewriter, loc, op.getLhs(), lanes),
                                  bitcast(rewriter, loc, op.getRhs(), lanes));
    rewriter.replaceOp(op, bitcast(rewriter, loc, result, op.getType()));
    return success();
  }
};

struct VecSaturatingPattern : OpRewritePattern<vm::VecSaturatingOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::VecSaturatingOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type lanes = getLanesType(rewriter, op.getElementSize());
    SmallVector<Value> results;
    for (auto [lhs, rhs] : llvm::zip_equal(op.getLhs(), op.getRhs())) {
      Value result =
          createSaturating(rewriter, loc, op.getKind(), op.getIsSigned(),
                           bitcast(rewriter, loc, lhs, lanes),
                           bitcast(rewriter, loc, rhs, lanes));
      results.push_back(bitcast(rewriter, loc, result, rewriter.getI64Type()));
    }
    rewriter.replaceOp(op, results);
    return success();
  }
};

struct VecShiftPattern : OpRewritePattern<vm::VecShiftOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::VecShiftOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type lanes = getLanesType(rewriter, op.getElementSize());
    unsigned width = 8 * op.getElementSize();
    Value mask = createConstant(rewriter, loc, rewriter.getI64Type(),
                                APInt(64, width - 1));
    Value amount = arith::AndIOp::create(rewriter, loc, op.getAmount(), mask);
    amount = splat(rewriter, loc, amount, lanes);
    Value source = bitcast(rewriter, loc, op.getSrc(), lanes);
    Value result;
    switch (op.getKind()) {
    case vm::VecShiftKind::Shl:
      result = arith::ShLIOp::create(rewriter, loc, source, amount);
      break;
    case vm::VecShiftKind::Srl:
      result = arith::ShRUIOp::create(rewriter, loc, source, amount);
      break;
    case vm::VecShiftKind::Sra:
      result = arith::ShRSIOp::create(rewriter, loc, source, amount);
      break;
    }
    rewriter.replaceOp(op, bitcast(rewriter, loc, result, op.getType()));
    return success();
  }

  /// The low bits of \p word in every lane.
  static Value splat(OpBuilder &builder, Location loc, Value word, Type lanes) {
    auto vector = dyn_cast<VectorType>(lanes);
    if (!vector)
      return word;
    Value low =
        arith::TruncIOp::create(builder, loc, vector.getElementType(), word);
    Value result = LLVM::PoisonOp::create(builder, loc, vector);
    for (int64_t lane = 0; lane < vector.getNumElements(); ++lane) {
      Value index = LLVM::ConstantOp::create(
          builder, loc, builder.getI32IntegerAttr(static_cast<int32_t>(lane)));
      result = LLVM::InsertElementOp::create(builder, loc, result, low, index);
    }
    return result;
  }
};

/// The product with a word that has bit 0 of every lane set.
struct BroadcastPattern : OpRewritePattern<vm::BroadcastOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vm::BroadcastOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    unsigned width = 8 * op.getSize();
    auto constant = [&](const APInt &value) {
      return createConstant(rewriter, loc, op.getType(), value);
    };
    Value low = arith::AndIOp::create(
        rewriter, loc, op.getSrc(), constant(APInt::getLowBitsSet(64, width)));
    rewriter.replaceOpWithNewOp<arith::MulIOp>(
        op, low, constant(APInt::getSplat(64, APInt(width, 1))));
    return success();
  }
};
} // namespace

void vmjit::populateVMVectorToArithPatterns(RewritePatternSet &patterns) {
  patterns.add<VecBinaryPattern, VecSaturatingPattern, VecShiftPattern,
               BroadcastPattern>(patterns.getContext());
}
