//===- ProductForms.h - Ways to write a high half ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// VM IR has no high multiply, so producers write the multiplication of halves.
// With a = 2^32 a1 + a0 and b = 2^32 b1 + b0, where the low halves are
// unsigned, and the high ones have the sign of their factor, if it has one:
//
//   P00 = a0 b0, P01 = a0 b1, P10 = a1 b0, P11 = a1 b1
//   a b = 2^64 P11 + 2^32 (P01 + P10) + P00
//   high(a b) = P11 + floor((P01 + P10 + floor(P00 / 2^32)) / 2^32)
//
// Each product is exact in 64 bits, signed if one of its halves is. The sum in
// the middle is not, and there are these ways around it. `>>` keeps the sign
// where its operand has one, lo(x) is x modulo 2^32:
//
//   school  P11 + (P01 >> 32) + (P10 >> 32) + (m >> 32)
//           m = lo(P01) + lo(P10) + (P00 >> 32) < 3 * 2^32
//   ladder  P11 + (t >> 32) + (w >> 32), t = Q + (P00 >> 32), w = R + lo(t)
//           where {Q, R} = {P01, P10}. A product of halves is at most
//           (2^32 - 1)^2, or in [-2^63 + 2^31, (2^31 - 1)(2^32 - 1)] if signed,
//           so that 2^32 - 1 more does not overflow.
//   carry   P11 + (s >> 32) + (c << 32), s = P01 + P10 + (P00 >> 32), unsigned,
//           c: the sum overflowed. Or s = P01 + P10, and in addition
//           (lo(s) + (P00 >> 32)) >> 32, or the carry of P00 + (s << 32).
//
// A factor x that is multiplied as unsigned and meant as signed is 2^64 too
// large if negative, so the other factor is subtracted from the high half:
//
//   high(a b) - (a < 0 ? b : 0) - (b < 0 ? a : 0)
//
// All of this modulo 2^64, so the order of additions does not matter.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_DIALECT_VM_TRANSFORMS_PRODUCTFORMS_H
#define VMJIT_LIB_DIALECT_VM_TRANSFORMS_PRODUCTFORMS_H

#include "mlir/IR/Matchers.h"
#include "vmjit/Dialect/VM/IR/VMOps.h"

namespace vmjit::vm {

/// Forms have up to six terms: P11, three shifts, two corrections. Those of the
/// last kind may be sums themselves.
inline constexpr unsigned kMaxTerms = 8;

/// The i64 constant that \p value is.
std::optional<uint64_t> getConstant64(mlir::Value value);

/// Whether \p value is the i64 constant \p constant.
inline bool isConstant64(mlir::Value value, uint64_t constant) {
  return getConstant64(value) == constant;
}

/// What \p value shifts by the constant \p amount, or null if it does not.
template <class ShiftOp>
mlir::Value matchShift(mlir::Value value, uint64_t amount) {
  auto shift = value.getDefiningOp<ShiftOp>();
  return shift && isConstant64(shift.getRhs(), amount) ? shift.getLhs()
                                                       : mlir::Value();
}

/// A value that is added or subtracted.
struct Term {
  mlir::Value value;
  bool isNegative;
};
using Sum = llvm::SmallVector<Term, kMaxTerms>;

/// The terms that additions and subtractions make \p root of, where \p leaves
/// are not taken apart; none if there are too many.
std::optional<Sum> getTerms(mlir::Value root,
                            llvm::ArrayRef<mlir::Value> leaves = {});

/// a or b: a value, or a constant that is known by the constants that its
/// halves have become.
struct Factor {
  mlir::Value value;
  uint64_t high = 0;
  std::optional<uint64_t> low;
  /// Whether arithmetic and logical shifts give the high half of its products.
  /// Both do if the factor is a constant that is not negative either way.
  bool isSigned = false;
  bool isUnsigned = false;

  /// What \p half is the high half of.
  static std::optional<Factor> fromHigh(mlir::Value half);

  /// The constant.
  uint64_t getValue() const { return high << 32 | *low; }

  /// Whether \p half is the high half.
  bool isHigh(mlir::Value half) const;

  /// Whether \p half is the low half; learns that of a constant.
  bool isLowHalf(mlir::Value half);

  /// Whether \p other is all of the factor.
  bool is(mlir::Value other);
};

/// Whether the sum of \p values and P11 of \p a and \p b is the high half of
/// their product, in one of the forms above, without corrections. Completes
/// factors that are constants.
bool matchForm(llvm::ArrayRef<mlir::Value> values, Factor &a, Factor &b);

} // namespace vmjit::vm

#endif // VMJIT_LIB_DIALECT_VM_TRANSFORMS_PRODUCTFORMS_H
