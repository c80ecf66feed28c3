//===- Conversion.cpp - Conversions of floating-point values ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// VM IR converts to integers toward zero, and everything else to nearest even.
// Other modes convert like that, convert back, which is exact, and move the
// result by one where it is on the wrong side of the value.
//
// The dynamic rounding mode is nearest even. Where flags are kept, the ops of
// the floating-point environment do it all.
//
//===----------------------------------------------------------------------===//

#include "Semantics.h"

#include "llvm/Support/ErrorHandling.h"

using namespace vmjit;
using namespace vmjit::riscv;

namespace {

/// A floating-point register other than \p taken, for intermediate results; VM
/// IR has no temporaries for them. It has its own value again afterwards.
class ScratchRegister {
public:
  ScratchRegister(BlockWriter &out, RegId taken)
      : out(out), reg(taken == 0 ? 1 : 0), saved(out.makeTemporary()) {
    out.append(ops::FmvXD{saved, reg});
  }
  ~ScratchRegister() { out.append(ops::FmvDX{reg, saved}); }
  ScratchRegister(const ScratchRegister &) = delete;

  operator RegId() const { return reg; }

private:
  BlockWriter &out;
  RegId reg;
  RegId saved;
};

template <class OpT, class... Operands>
RegId make(BlockWriter &out, Operands... operands) {
  RegId result = out.makeTemporary();
  out.append(OpT{result, operands...});
  return result;
}

/// The bits of an f32, sign-extended, or of an f64.
template <bool IsSingle> RegId makeBits(BlockWriter &out, RegId value) {
  if constexpr (IsSingle)
    return make<ops::FmvXW>(out, value);
  else
    return make<ops::FmvXD>(out, value);
}

template <bool IsSingle>
void setBits(BlockWriter &out, RegId value, RegId bits) {
  if constexpr (IsSingle)
    out.append(ops::FmvWX{value, bits});
  else
    out.append(ops::FmvDX{value, bits});
}

template <bool IsSingle>
RegId makeLess(BlockWriter &out, RegId left, RegId right) {
  if constexpr (IsSingle)
    return make<ops::FltS>(out, left, right);
  else
    return make<ops::Flt>(out, left, right);
}

/// \p value if \p condition, which is 0 or 1, else 0.
RegId makeIf(BlockWriter &out, RegId condition, RegId value) {
  return make<ops::And>(out, make<ops::Sub>(out, RegId(0), condition), value);
}

/// 1 if both are, else 0.
RegId makeBoth(BlockWriter &out, RegId left, RegId right) {
  return make<ops::And>(out, left, right);
}

/// How a result toward zero is to be moved.
struct Step {
  /// 1 if it is, else 0.
  RegId condition;
  /// 1 or -1.
  RegId direction;
  /// The result that cannot be moved so: values that saturate stay.
  RegId limit;
};

/// A conversion to integers of \p Bits bits, which are sign-extended.
template <class ConvertOp, class BackOp, bool IsSingle, unsigned Bits,
          bool IsUnsigned>
class ToInteger {
public:
  ToInteger(const DecodedInstruction &in, BlockWriter &out)
      : in(in), out(out), truncated(out.makeTemporary()) {}

  void write() {
    if (in.rounding == RoundingMode::TowardZero) {
      out.append(ConvertOp{in.rd, in.rs1});
      return;
    }
    out.append(ConvertOp{truncated, in.rs1});
    Step step = makeStep();
    RegId isMoved = makeBoth(out, step.condition,
                             make<ops::CmpNe>(out, truncated, step.limit));
    RegId sum =
        make<ops::Add>(out, truncated, makeIf(out, isMoved, step.direction));
    if constexpr (Bits == 64)
      out.append(ops::Mov{in.rd, sum});
    else
      out.signExtend(in.rd, sum, Bits);
  }

private:
  static constexpr uint64_t kSignBit = uint64_t(1) << (Bits - 1);
  static constexpr uint64_t kMin = IsUnsigned ? 0 : -kSignBit;
  static constexpr uint64_t kMax = IsUnsigned ? ~uint64_t(0) : kSignBit - 1;

  Step makeStep() {
    ScratchRegister back(out, in.rs1);
    out.append(BackOp{back, truncated});
    switch (in.rounding) {
    case RoundingMode::Down:
      return {makeLess<IsSingle>(out, in.rs1, back),
              out.makeConstant(~uint64_t(0)), out.makeConstant(kMin)};
    case RoundingMode::Up:
      return {makeLess<IsSingle>(out, back, in.rs1), out.makeConstant(1),
              out.makeConstant(kMax)};
    case RoundingMode::NearestEven:
    case RoundingMode::NearestMaxMagnitude:
    case RoundingMode::Dynamic:
      return makeNearestStep(back);
    case RoundingMode::TowardZero:
      break;
    }
    llvm_unreachable("the conversion itself is toward zero");
  }

  /// By what truncation took away, which is exact, and compared by its bits. Of
  /// a NaN they are those of a large positive value, but the result is at the
  /// limit.
  Step makeNearestStep(RegId back) {
    using SubOp = std::conditional_t<IsSingle, ops::FsubS, ops::Fsub>;
    out.append(SubOp{back, in.rs1, back});
    RegId bits = makeBits<IsSingle>(out, back);
    RegId magnitude = make<ops::And>(
        out, bits,
        out.makeConstant(IsSingle ? 0x7fffffff : 0x7fffffffffffffff));
    RegId half = out.makeConstant(IsSingle ? 0x3f000000 : 0x3fe0000000000000);
    RegId isAway = make<ops::CmpGeU>(out, magnitude, half);
    if (in.rounding != RoundingMode::NearestMaxMagnitude) {
      RegId isTie = make<ops::CmpEq>(out, magnitude, half);
      RegId isOdd = make<ops::And>(out, truncated, out.makeConstant(1));
      RegId isEven = make<ops::Xor>(out, isOdd, out.makeConstant(1));
      isAway = make<ops::Sub>(out, isAway, makeBoth(out, isTie, isEven));
    }
    RegId sign = make<ops::SraImm>(out, bits, uint8_t(63));
    RegId min = out.makeConstant(kMin), max = out.makeConstant(kMax);
    RegId limit = make<ops::Select>(out, sign, min, max);
    return {isAway, make<ops::Or>(out, sign, out.makeConstant(1)), limit};
  }

  const DecodedInstruction &in;
  BlockWriter &out;
  RegId truncated;
};

/// Whether a result to nearest even is above or below the value.
struct Sides {
  RegId isAbove;
  RegId isBelow;
};

/// Moves the result in rd to its neighbour where \p sides say that it is on the
/// wrong side. The neighbour farther from zero has the next higher bits.
template <bool IsSingle>
void moveToNeighbour(const DecodedInstruction &in, BlockWriter &out,
                     const Sides &sides, RegId bits) {
  RegId isNegative = make<ops::SrlImm>(out, bits, uint8_t(63));
  RegId isTooLarge =
      make<ops::Select>(out, isNegative, sides.isBelow, sides.isAbove);
  RegId isTooSmall =
      make<ops::Select>(out, isNegative, sides.isAbove, sides.isBelow);
  RegId isPositive = make<ops::Xor>(out, isNegative, out.makeConstant(1));
  RegId less = isTooLarge, more = isTooSmall;
  switch (in.rounding) {
  case RoundingMode::TowardZero:
    more = RegId(0);
    break;
  case RoundingMode::Down:
    less = makeBoth(out, isTooLarge, isPositive);
    more = makeBoth(out, isTooSmall, isNegative);
    break;
  case RoundingMode::Up:
    less = makeBoth(out, isTooLarge, isNegative);
    more = makeBoth(out, isTooSmall, isPositive);
    break;
  case RoundingMode::NearestEven:
  case RoundingMode::NearestMaxMagnitude:
  case RoundingMode::Dynamic:
    llvm_unreachable("results to nearest stay on their side");
  }
  RegId moved = make<ops::Sub>(out, make<ops::Add>(out, bits, more), less);
  setBits<IsSingle>(out, in.rd, moved);
}

/// A conversion of the low \p Bits bits of a register, which convert back to
/// 64 bits with \p BackOp.
template <class ConvertOp, class BackOp, bool IsSingle, unsigned Bits,
          bool IsUnsigned>
class FromInteger {
public:
  FromInteger(const DecodedInstruction &in, BlockWriter &out)
      : in(in), out(out) {}

  void write() {
    RegId value = makeValue();
    out.append(ConvertOp{in.rd, in.rs1});
    if (in.rounding == RoundingMode::NearestEven ||
        in.rounding == RoundingMode::Dynamic)
      return;
    RegId bits = makeBits<IsSingle>(out, in.rd);
    RegId back = make<BackOp>(out, in.rd);
    if (in.rounding == RoundingMode::NearestMaxMagnitude)
      return moveTie(value, bits, back);
    // A result too large to be converted back is above.
    constexpr uint64_t max = ~uint64_t(0) >> (IsUnsigned ? 0 : 1);
    RegId isSaturated = make<ops::CmpEq>(out, back, out.makeConstant(max));
    Sides sides = {
        make<ops::Or>(out, makeIntegerLess(value, back), isSaturated),
        makeIntegerLess(back, value)};
    moveToNeighbour<IsSingle>(in, out, sides, bits);
  }

private:
  /// All 64 bits of what is converted.
  RegId makeValue() {
    if constexpr (Bits == 64)
      return make<ops::Mov>(out, in.rs1);
    else if constexpr (IsUnsigned)
      return out.makeZeroExtended(in.rs1, Bits);
    else
      return out.makeSignExtended(in.rs1, Bits);
  }

  RegId makeIntegerLess(RegId left, RegId right) {
    if constexpr (IsUnsigned)
      return make<ops::CmpLtU>(out, left, right);
    else
      return make<ops::CmpLt>(out, left, right);
  }

  /// Ties go away from zero: to the neighbour, if that is as far from the
  /// value.
  void moveTie(RegId value, RegId bits, RegId back) {
    RegId next = make<ops::AddImm>(out, bits, int64_t(1));
    setBits<IsSingle>(out, in.rd, next);
    RegId nextBack = make<BackOp>(out, in.rd);
    RegId toNext = make<ops::Sub>(out, nextBack, value);
    RegId fromResult = make<ops::Sub>(out, value, back);
    RegId isTie = make<ops::CmpEq>(out, toNext, fromResult);
    RegId isInexact = make<ops::CmpNe>(out, value, back);
    RegId moved = make<ops::Add>(out, bits, makeBoth(out, isTie, isInexact));
    setBits<IsSingle>(out, in.rd, moved);
  }

  const DecodedInstruction &in;
  BlockWriter &out;
};

} // namespace

static std::string getRounding(const DecodedInstruction &in) {
  return vmir::getRoundingModeName(in.rounding).str();
}

#define RISCV_TO_INTEGER(Name, op, back, isSingle, bits, isUnsigned)           \
  void semantics::Name(const DecodedInstruction &in, BlockWriter &out) {       \
    if (out.keepsFlags())                                                      \
      return out.append(ops::FenvToInt{in.rd, in.rs1, isSingle ? 32 : 64,      \
                                       bits, !isUnsigned, getRounding(in)});   \
    ToInteger<ops::op, ops::back, isSingle, bits, isUnsigned>(in, out)         \
        .write();                                                              \
  }

RISCV_TO_INTEGER(FCVT_W_S, Fcvtws, Fcvtsw, true, 32, false)
RISCV_TO_INTEGER(FCVT_WU_S, Fcvtwus, Fcvtswu, true, 32, true)
RISCV_TO_INTEGER(FCVT_L_S, Fcvtls, Fcvtsl, true, 64, false)
RISCV_TO_INTEGER(FCVT_LU_S, Fcvtlus, Fcvtslu, true, 64, true)
RISCV_TO_INTEGER(FCVT_W_D, Fcvtwd, Fcvtdw, false, 32, false)
RISCV_TO_INTEGER(FCVT_WU_D, Fcvtwud, Fcvtdwu, false, 32, true)
RISCV_TO_INTEGER(FCVT_L_D, Fcvtld, Fcvtdl, false, 64, false)
RISCV_TO_INTEGER(FCVT_LU_D, Fcvtlud, Fcvtdlu, false, 64, true)

#define RISCV_FROM_INTEGER(Name, op, back, isSingle, bits, isUnsigned)         \
  void semantics::Name(const DecodedInstruction &in, BlockWriter &out) {       \
    if (out.keepsFlags())                                                      \
      return out.append(ops::FenvFromInt{in.rd, in.rs1, isSingle ? 32 : 64,    \
                                         bits, !isUnsigned, getRounding(in)}); \
    FromInteger<ops::op, ops::back, isSingle, bits, isUnsigned>(in, out)       \
        .write();                                                              \
  }

RISCV_FROM_INTEGER(FCVT_S_W, Fcvtsw, Fcvtls, true, 32, false)
RISCV_FROM_INTEGER(FCVT_S_WU, Fcvtswu, Fcvtlus, true, 32, true)
RISCV_FROM_INTEGER(FCVT_S_L, Fcvtsl, Fcvtls, true, 64, false)
RISCV_FROM_INTEGER(FCVT_S_LU, Fcvtslu, Fcvtlus, true, 64, true)
RISCV_FROM_INTEGER(FCVT_D_L, Fcvtdl, Fcvtld, false, 64, false)
RISCV_FROM_INTEGER(FCVT_D_LU, Fcvtdlu, Fcvtlud, false, 64, true)

/// Exact, whatever the mode, of which a reserved one is illegal.
void semantics::FCVT_D_W(const DecodedInstruction &in, BlockWriter &out) {
  if (out.keepsFlags())
    return out.append(
        ops::FenvFromInt{in.rd, in.rs1, 64, 32, true, getRounding(in)});
  out.append(ops::Fcvtdw{in.rd, in.rs1});
}

void semantics::FCVT_D_WU(const DecodedInstruction &in, BlockWriter &out) {
  if (out.keepsFlags())
    return out.append(
        ops::FenvFromInt{in.rd, in.rs1, 64, 32, false, getRounding(in)});
  out.append(ops::Fcvtdwu{in.rd, in.rs1});
}

/// From the other format to \p format.
static void convertExactly(const DecodedInstruction &in, BlockWriter &out,
                           uint8_t format) {
  out.append(
      ops::FenvArith{in.rd, in.rs1, 0, 0, "convert", format, getRounding(in)});
}

void semantics::FCVT_D_S(const DecodedInstruction &in, BlockWriter &out) {
  if (out.keepsFlags())
    return convertExactly(in, out, 64);
  out.append(ops::Fcvtds{in.rd, in.rs1});
}

/// A result of infinity has the largest finite one as its neighbour. Ties away
/// from zero have no such way.
void semantics::FCVT_S_D(const DecodedInstruction &in, BlockWriter &out) {
  if (out.keepsFlags() || in.rounding == RoundingMode::NearestMaxMagnitude)
    return convertExactly(in, out, 32);
  if (in.rounding == RoundingMode::NearestEven ||
      in.rounding == RoundingMode::Dynamic) {
    out.append(ops::Fcvtsd{in.rd, in.rs1});
    return;
  }
  RegId valueBits = make<ops::FmvXD>(out, in.rs1);
  out.append(ops::Fcvtsd{in.rd, in.rs1});
  RegId bits = makeBits</*IsSingle=*/true>(out, in.rd);
  Sides sides;
  {
    ScratchRegister value(out, in.rd);
    out.append(ops::FmvDX{value, valueBits});
    out.append(ops::Fcvtds{in.rd, in.rd});
    sides = {makeLess</*IsSingle=*/false>(out, value, in.rd),
             makeLess</*IsSingle=*/false>(out, in.rd, value)};
  }
  moveToNeighbour</*IsSingle=*/true>(in, out, sides, bits);
}
