//===- ExactFloat.cpp - Floating point with modes and flags -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operands become quads, which hold products exactly, and whose range nothing
// here leaves. What a quad cannot hold exactly is rounded to odd: toward zero,
// and the lowest digit says that there is more. With so many digits beyond
// those of the format, rounding that once more gives the result of one
// rounding. That is done here, as APFloat looks for tininess before it rounds,
// and has no flag for an overflow that ends at the largest number.
//
//===----------------------------------------------------------------------===//

#include "ExactFloat.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/APInt.h"
#include "llvm/ADT/SmallVector.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::interpreter;
using vmjit::vmir::FloatComparison;
using vmjit::vmir::FloatOperation;
using vmjit::vmir::FloatRounding;

//===----------------------------------------------------------------------===//
// Formats
//===----------------------------------------------------------------------===//

static const fltSemantics &getSemantics(FloatFormat format) {
  return format == FloatFormat::Single ? APFloat::IEEEsingle()
                                       : APFloat::IEEEdouble();
}

static APFloat fromBits(FloatFormat format, uint64_t bits) {
  unsigned width = format == FloatFormat::Single ? 32 : 64;
  return APFloat(getSemantics(format), APInt(width, bits, /*isSigned=*/false,
                                             /*implicitTrunc=*/true));
}

static uint64_t toBits(const APFloat &value) {
  return value.bitcastToAPInt().getZExtValue();
}

static uint64_t getCanonicalNaN(FloatFormat format) {
  return toBits(APFloat::getQNaN(getSemantics(format)));
}

static APFloat toQuad(APFloat value) {
  bool losesInfo;
  value.convert(APFloat::IEEEquad(), APFloat::rmTowardZero, &losesInfo);
  return value;
}

//===----------------------------------------------------------------------===//
// Rounding
//===----------------------------------------------------------------------===//

namespace {
/// significand * 2^exponent, not 0; rounded to odd if it is not exact.
struct Unrounded {
  bool isNegative = false;
  int exponent = 0;
  APInt significand = APInt(128, 0);

  /// The exponent of the highest bit.
  int getMagnitude() const {
    return exponent + int(significand.getActiveBits()) - 1;
  }
};

/// A multiple of a power of two.
struct Multiple {
  APInt count = APInt(128, 0);
  bool isExact = true;
};
} // namespace

static Unrounded unpackQuad(const APFloat &value) {
  constexpr unsigned fractionBits = 112;
  constexpr int bias = 16383;
  APInt bits = value.bitcastToAPInt();
  Unrounded result;
  result.isNegative = value.isNegative();
  uint64_t exponent = bits.extractBitsAsZExtValue(15, fractionBits);
  result.exponent = int(exponent) - bias - int(fractionBits);
  result.significand = bits.getLoBits(fractionBits);
  result.significand.setBit(fractionBits);
  return result;
}

/// Whether the multiple below is to become the next one.
static bool roundsAway(const APInt &below, const APInt &rest, unsigned dropped,
                       bool isNegative, FloatRounding mode) {
  switch (mode) {
  case FloatRounding::TowardZero:
    return false;
  case FloatRounding::Down:
    return isNegative;
  case FloatRounding::Up:
    return !isNegative;
  case FloatRounding::NearestEven:
  case FloatRounding::NearestMaxMagnitude: {
    APInt half = APInt::getOneBitSet(rest.getBitWidth(), dropped - 1);
    if (rest != half)
      return rest.ugt(half);
    return mode == FloatRounding::NearestMaxMagnitude || below[0];
  }
  case FloatRounding::Dynamic:
    break;
  }
  llvm_unreachable("the mode is known");
}

/// The magnitude of \p value as a multiple of 2^\p quantum.
static Multiple roundTo(const Unrounded &value, int quantum,
                        FloatRounding mode) {
  int dropped = quantum - value.exponent;
  if (dropped <= 0)
    return {value.significand.shl(unsigned(-dropped)), true};
  // All bits are below the half of a larger quantum, whatever it is.
  unsigned width = value.significand.getBitWidth();
  unsigned count = std::min(unsigned(dropped), width - 1);
  APInt below = value.significand.lshr(count);
  APInt rest = value.significand.getLoBits(count);
  if (rest.isZero())
    return {below, true};
  if (roundsAway(below, rest, count, value.isNegative, mode))
    ++below;
  return {below, false};
}

/// What is beyond the largest number of \p format.
static FloatResult overflow(FloatFormat format, bool isNegative,
                            FloatRounding mode) {
  bool isInfinity = mode == FloatRounding::NearestEven ||
                    mode == FloatRounding::NearestMaxMagnitude ||
                    (mode == FloatRounding::Up && !isNegative) ||
                    (mode == FloatRounding::Down && isNegative);
  const fltSemantics &semantics = getSemantics(format);
  return {toBits(isInfinity ? APFloat::getInf(semantics, isNegative)
                            : APFloat::getLargest(semantics, isNegative)),
          kOverflowFlag | kInexactFlag};
}

static FloatResult roundToFormat(const Unrounded &value, FloatFormat format,
                                 FloatRounding mode) {
  const fltSemantics &semantics = getSemantics(format);
  int digits = int(APFloat::semanticsPrecision(semantics));
  int minExponent = APFloat::semanticsMinExponent(semantics);
  int minQuantum = minExponent - (digits - 1);
  int magnitude = value.getMagnitude();
  int quantum = std::max(magnitude - (digits - 1), minQuantum);
  Multiple rounded = roundTo(value, quantum, mode);

  // The leading digit, and a carry into a further one, count the exponent up.
  uint64_t bits = (uint64_t(quantum - minQuantum) << (digits - 1)) +
                  rounded.count.getZExtValue();
  if (bits >= toBits(APFloat::getInf(semantics)))
    return overflow(format, value.isNegative, mode);
  uint8_t flags = rounded.isExact ? 0 : kInexactFlag;
  if (!rounded.isExact && magnitude < minExponent) {
    // Tiny is what stays below the least normal number when it is rounded as
    // if exponents had no bounds.
    Multiple unbounded = roundTo(value, magnitude - (digits - 1), mode);
    bool isCarried = unbounded.count.getActiveBits() > unsigned(digits);
    if (magnitude + isCarried < minExponent)
      flags |= kUnderflowFlag;
  }
  if (value.isNegative)
    bits |= toBits(APFloat::getZero(semantics, /*Negative=*/true));
  return {bits, flags};
}

/// \p value, a quad that is rounded to odd.
static FloatResult roundToFormat(const APFloat &value, FloatFormat format,
                                 FloatRounding mode) {
  const fltSemantics &semantics = getSemantics(format);
  if (value.isNaN())
    return {getCanonicalNaN(format), 0};
  if (value.isInfinity())
    return {toBits(APFloat::getInf(semantics, value.isNegative())), 0};
  if (value.isZero())
    return {toBits(APFloat::getZero(semantics, value.isNegative())), 0};
  return roundToFormat(unpackQuad(value), format, mode);
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

/// Rounds \p value, the result of an operation of status \p status toward zero,
/// to odd, and gives the flags that do not come from rounding.
static uint8_t makeOdd(APFloat &value, APFloat::opStatus status) {
  if (status & APFloat::opInvalidOp)
    return kInvalidFlag;
  if (status & APFloat::opDivByZero)
    return kDivideByZeroFlag;
  if (status & APFloat::opInexact) {
    APInt bits = value.bitcastToAPInt();
    bits.setBit(0);
    value = APFloat(APFloat::IEEEquad(), bits);
  }
  return 0;
}

/// left + right. A sum that is exactly 0 has the sign that \p mode gives it.
static uint8_t add(APFloat &left, const APFloat &right, FloatRounding mode) {
  APFloat sum = left;
  APFloat::opStatus status = sum.add(right, APFloat::rmTowardZero);
  if (sum.isZero() && mode == FloatRounding::Down) {
    sum = left;
    status = sum.add(right, APFloat::rmTowardNegative);
  }
  left = sum;
  return makeOdd(left, status);
}

/// The product is exact.
static uint8_t multiply(APFloat &left, const APFloat &right) {
  return makeOdd(left, left.multiply(right, APFloat::rmTowardZero));
}

static FloatResult squareRoot(const APFloat &value, FloatFormat format,
                              FloatRounding mode) {
  if (value.isZero())
    return roundToFormat(value, format, mode);
  if (value.isNegative())
    return {getCanonicalNaN(format), kInvalidFlag};
  if (value.isInfinity())
    return roundToFormat(value, format, mode);
  // Twice as many digits as the root is to have, and an even exponent. A quad
  // that holds a double ends in zeros.
  Unrounded square = unpackQuad(value);
  square.significand <<= 14;
  square.exponent -= 14;
  if (square.exponent % 2 != 0) {
    square.significand.lshrInPlace(1);
    ++square.exponent;
  }
  APInt root = square.significand.sqrt();
  // APInt rounds to nearest.
  if ((root * root).ugt(square.significand))
    --root;
  bool isExact = root * root == square.significand;
  // One digit more says whether there are others.
  root <<= 1;
  if (!isExact)
    root.setBit(0);
  return roundToFormat({false, square.exponent / 2 - 1, root}, format, mode);
}

/// What is not there to be compared: -0 is less than +0, and of a number and a
/// NaN the number is taken.
static uint64_t pickOne(bool isMin, FloatFormat format, uint64_t leftBits,
                        uint64_t rightBits) {
  APFloat left = fromBits(format, leftBits);
  APFloat right = fromBits(format, rightBits);
  if (left.isNaN())
    return right.isNaN() ? getCanonicalNaN(format) : toBits(right);
  if (right.isNaN())
    return toBits(left);
  APFloat::cmpResult order = left.compare(right);
  bool isLeftLess = order == APFloat::cmpEqual ? left.isNegative()
                                               : order == APFloat::cmpLessThan;
  return toBits(isLeftLess == isMin ? left : right);
}

/// a * b + c where \p isNegated negates the product and \p subtracts the
/// addend.
static FloatResult fuse(ArrayRef<APFloat> quads, bool isNegated, bool subtracts,
                        FloatFormat format, FloatRounding mode) {
  APFloat product = quads[0];
  APFloat addend = quads[2];
  uint8_t flags = multiply(product, quads[1]);
  if (flags)
    return {getCanonicalNaN(format), flags};
  if (isNegated)
    product.changeSign();
  if (subtracts)
    addend.changeSign();
  flags = add(product, addend, mode);
  FloatResult result = roundToFormat(product, format, mode);
  result.flags |= flags;
  return result;
}

/// \p operation on numbers.
static FloatResult computeNumbers(FloatOperation operation, FloatFormat format,
                                  ArrayRef<APFloat> quads, FloatRounding mode) {
  APFloat value = quads[0];
  uint8_t flags = 0;
  switch (operation) {
  case FloatOperation::Add:
    flags = add(value, quads[1], mode);
    break;
  case FloatOperation::Sub: {
    APFloat subtrahend = quads[1];
    subtrahend.changeSign();
    flags = add(value, subtrahend, mode);
    break;
  }
  case FloatOperation::Mul:
    flags = multiply(value, quads[1]);
    break;
  case FloatOperation::Div:
    flags = makeOdd(value, value.divide(quads[1], APFloat::rmTowardZero));
    break;
  case FloatOperation::Sqrt:
    return squareRoot(value, format, mode);
  case FloatOperation::Fmadd:
    return fuse(quads, false, false, format, mode);
  case FloatOperation::Fmsub:
    return fuse(quads, false, true, format, mode);
  case FloatOperation::Fnmadd:
    return fuse(quads, true, true, format, mode);
  case FloatOperation::Fnmsub:
    return fuse(quads, true, false, format, mode);
  case FloatOperation::Convert:
    break;
  case FloatOperation::Min:
  case FloatOperation::Max:
    llvm_unreachable("one of the sources is the result");
  }
  FloatResult result = roundToFormat(value, format, mode);
  result.flags |= flags;
  return result;
}

/// Whether \p operation multiplies infinity by zero, whatever it adds.
static bool isInvalidProduct(FloatOperation operation,
                             ArrayRef<APFloat> values) {
  if (vmir::getSourceCount(operation) != 3)
    return false;
  return (values[0].isInfinity() && values[1].isZero()) ||
         (values[0].isZero() && values[1].isInfinity());
}

FloatResult interpreter::computeFloat(FloatOperation operation,
                                      FloatFormat format,
                                      ArrayRef<uint64_t> sources,
                                      FloatRounding mode) {
  FloatFormat sourceFormat = format;
  if (operation == FloatOperation::Convert)
    sourceFormat = format == FloatFormat::Single ? FloatFormat::Double
                                                 : FloatFormat::Single;
  SmallVector<APFloat, 3> values;
  bool hasNaN = false;
  uint8_t flags = 0;
  for (uint64_t source : sources) {
    values.push_back(fromBits(sourceFormat, source));
    hasNaN |= values.back().isNaN();
    if (values.back().isSignaling())
      flags = kInvalidFlag;
  }
  if (operation == FloatOperation::Min || operation == FloatOperation::Max)
    return {pickOne(operation == FloatOperation::Min, format, sources[0],
                    sources[1]),
            flags};
  if (isInvalidProduct(operation, values))
    flags = kInvalidFlag;
  if (hasNaN)
    return {getCanonicalNaN(format), flags};
  for (APFloat &value : values)
    value = toQuad(value);
  return computeNumbers(operation, format, values, mode);
}

//===----------------------------------------------------------------------===//
// Comparisons
//===----------------------------------------------------------------------===//

FloatResult interpreter::compareFloats(FloatComparison comparison,
                                       FloatFormat format, uint64_t leftBits,
                                       uint64_t rightBits) {
  APFloat left = fromBits(format, leftBits);
  APFloat right = fromBits(format, rightBits);
  APFloat::cmpResult order = left.compare(right);
  if (order == APFloat::cmpUnordered) {
    bool isInvalid = comparison != FloatComparison::Equal ||
                     left.isSignaling() || right.isSignaling();
    return {0, isInvalid ? kInvalidFlag : uint8_t(0)};
  }
  switch (comparison) {
  case FloatComparison::Equal:
    return {order == APFloat::cmpEqual, 0};
  case FloatComparison::Less:
    return {order == APFloat::cmpLessThan, 0};
  case FloatComparison::LessEqual:
    return {order != APFloat::cmpGreaterThan, 0};
  }
  llvm_unreachable("every comparison has a result");
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

/// The bounds of an integer type, in 130 bits, which hold what is converted.
static APInt getBound(unsigned width, bool isSigned, bool isMax) {
  constexpr unsigned bits = 130;
  if (isSigned)
    return isMax ? APInt::getSignedMaxValue(width).sext(bits)
                 : APInt::getSignedMinValue(width).sext(bits);
  return isMax ? APInt::getMaxValue(width).zext(bits) : APInt(bits, 0);
}

/// The low \p width bits of \p value, sign-extended.
static uint64_t extend(const APInt &value, unsigned width) {
  return uint64_t(value.trunc(width).sextOrTrunc(64).getSExtValue());
}

FloatResult interpreter::convertToInteger(FloatFormat format, uint64_t source,
                                          unsigned width, bool isSigned,
                                          FloatRounding mode) {
  APFloat value = fromBits(format, source);
  APInt min = getBound(width, isSigned, /*isMax=*/false);
  APInt max = getBound(width, isSigned, /*isMax=*/true);
  if (value.isZero())
    return {};
  Unrounded number;
  if (value.isFinite())
    number = unpackQuad(toQuad(value));
  if (!value.isFinite() || number.getMagnitude() > 64) {
    bool isLow = value.isNegative() && !value.isNaN();
    return {extend(isLow ? min : max, width), kInvalidFlag};
  }
  Multiple rounded = roundTo(number, /*quantum=*/0, mode);
  APInt integer = rounded.count.zext(min.getBitWidth());
  if (number.isNegative)
    integer.negate();
  if (integer.slt(min))
    return {extend(min, width), kInvalidFlag};
  if (integer.sgt(max))
    return {extend(max, width), kInvalidFlag};
  return {extend(integer, width), rounded.isExact ? uint8_t(0) : kInexactFlag};
}

FloatResult interpreter::convertFromInteger(FloatFormat format, uint64_t source,
                                            unsigned width, bool isSigned,
                                            FloatRounding mode) {
  APInt integer = APInt(64, source).trunc(width);
  if (integer.isZero())
    return {};
  Unrounded number;
  number.isNegative = isSigned && integer.isNegative();
  number.significand = (number.isNegative ? -integer : integer).zext(128);
  return roundToFormat(number, format, mode);
}
