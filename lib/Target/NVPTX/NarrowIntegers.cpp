//===- NarrowIntegers.cpp - 32-bit arithmetic for NVPTX ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A *narrow* instruction gives 64 bits of which the lower 32 depend on the
// lower 32 of its operands only, and has users that are narrow or *ends*. An
// end uses the lower 32 bits and gives something else:
//
//   trunc x
//   and x, c                          c < 2^32
//   shl x, n                          n >= 32
//   shr y, n                          n >= 32, y has the bits in its upper half
//
// where y is x << n with n >= 32, or computed from such values and constants
// (what the optimizer makes of an extended sum), or a product of two extended
// values.
//
//===----------------------------------------------------------------------===//

#include "NarrowIntegers.h"

#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicsNVPTX.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;
using namespace llvm::PatternMatch;

/// Sums in the upper half are no deeper in practice.
static constexpr unsigned kMaxSumDepth = 8;

/// Whether the lower half of the result of \p inst is that of the same
/// instruction on the lower halves.
static bool hasNarrowForm(const Instruction &inst) {
  if (!inst.getType()->isIntegerTy(64))
    return false;
  switch (inst.getOpcode()) {
  case Instruction::Add:
  case Instruction::Sub:
  case Instruction::Mul:
  case Instruction::And:
  case Instruction::Or:
  case Instruction::Xor:
  case Instruction::Select:
    return true;
  case Instruction::Shl: {
    const APInt *amount;
    return match(inst.getOperand(1), m_APInt(amount)) && amount->ult(32);
  }
  default:
    return false;
  }
}

/// Whether \p value is shifted into the upper half.
static bool isShiftedUp(const Value *value) {
  const APInt *amount;
  return match(value, m_Shl(m_Value(), m_APInt(amount))) && amount->uge(32) &&
         amount->ult(64);
}

namespace {
class IntegerNarrowing {
public:
  explicit IntegerNarrowing(Function &function)
      : function(function), layout(function.getDataLayout()),
        i32(Type::getInt32Ty(function.getContext())) {}

  void run() {
    classify();
    for (Instruction *inst : reverse(found))
      rewrite(*inst);
    RecursivelyDeleteTriviallyDeadInstructionsPermissive(dead);
  }

private:
  /// Finds ends and narrow instructions, users before what they use.
  void classify() {
    for (BasicBlock *block : post_order(&function))
      for (Instruction &inst : reverse(*block)) {
        bool isNarrow = hasNarrowForm(inst) && usersAreNarrow(inst);
        if (isNarrow)
          narrow.insert(&inst);
        if (isNarrow || isEnd(inst))
          found.push_back(&inst);
      }
  }

  bool usersAreNarrow(const Instruction &inst) const {
    return all_of(inst.users(), [&](const User *user) {
      return narrow.contains(user) || lowUsers.contains(user);
    });
  }

  /// Whether \p inst is an end; remembers which instructions use a lower half
  /// for it.
  bool isEnd(Instruction &inst) {
    const APInt *constant;
    if (auto *truncate = dyn_cast<TruncInst>(&inst)) {
      bool fits = truncate->getSrcTy()->isIntegerTy(64) &&
                  truncate->getDestTy()->getIntegerBitWidth() <= 32;
      return fits && lowUsers.insert(&inst).second;
    }
    if (!inst.getType()->isIntegerTy(64))
      return false;
    bool isMask = match(&inst, m_And(m_Value(), m_APInt(constant))) &&
                  constant->isIntN(32);
    if (isMask || isShiftedUp(&inst))
      return lowUsers.insert(&inst).second;
    Value *shifted;
    if (!match(&inst, m_Shr(m_Value(shifted), m_APInt(constant))) ||
        constant->ult(32) || constant->uge(64))
      return false;
    if (Intrinsic::ID id = getMultiplication(shifted)) {
      multiplications[shifted] = id;
      lowUsers.insert(cast<User>(shifted));
      return true;
    }
    return isa<BinaryOperator>(shifted) && isInUpperHalf(shifted);
  }

  /// Whether the lower half of \p value is 0, and all of it is computed for one
  /// user from values that are shifted there.
  bool isInUpperHalf(Value *value, unsigned depth = 0) {
    const APInt *constant;
    if (match(value, m_APInt(constant)))
      return constant->countr_zero() >= 32;
    if (isShiftedUp(value))
      return true;
    auto *op = dyn_cast<BinaryOperator>(value);
    if (!op || !op->hasOneUse() || depth == kMaxSumDepth)
      return false;
    auto isUpper = [&](unsigned i) {
      return isInUpperHalf(op->getOperand(i), depth + 1);
    };
    switch (static_cast<unsigned>(op->getOpcode())) {
    case Instruction::Add:
    case Instruction::Sub:
    case Instruction::And:
    case Instruction::Or:
    case Instruction::Xor:
      return isUpper(0) && isUpper(1);
    // The other factor may be anything. Its lower half counts.
    case Instruction::Mul:
      for (unsigned i : {0, 1})
        if (isUpper(i)) {
          upperFactors[op] = i;
          lowUsers.insert(op);
          return true;
        }
      return false;
    default:
      return false;
    }
  }

  /// What multiplies the operands of \p value, if that is a product of two
  /// 32-bit values and not used otherwise.
  Intrinsic::ID getMultiplication(Value *value) const {
    Value *lhs, *rhs;
    if (!match(value, m_OneUse(m_Mul(m_Value(lhs), m_Value(rhs)))))
      return Intrinsic::not_intrinsic;
    auto isSigned = [&](Value *factor) {
      return ComputeNumSignBits(factor, layout) > 32;
    };
    auto isUnsigned = [&](Value *factor) {
      return computeKnownBits(factor, layout).countMinLeadingZeros() >= 32;
    };
    if (isSigned(lhs) && isSigned(rhs))
      return Intrinsic::nvvm_mulhi_i;
    if (isUnsigned(lhs) && isUnsigned(rhs))
      return Intrinsic::nvvm_mulhi_ui;
    return Intrinsic::not_intrinsic;
  }

  /// The lower half of \p value.
  Value *getLow(IRBuilder<> &builder, Value *value) {
    Value *source;
    while (match(value, m_AShr(m_Shl(m_Value(source), m_SpecificInt(32)),
                               m_SpecificInt(32))) ||
           match(value, m_And(m_Value(source), m_SpecificInt(UINT32_MAX))))
      value = source;
    if (Value *known = low.lookup(value))
      return known;
    if (match(value, m_SExt(m_Value(source))) &&
        source->getType()->getIntegerBitWidth() <= 32)
      return builder.CreateSExt(source, i32);
    if (match(value, m_ZExt(m_Value(source))) &&
        source->getType()->getIntegerBitWidth() <= 32)
      return builder.CreateZExt(source, i32);
    return builder.CreateTrunc(value, i32);
  }

  /// The upper half of \p value, for which isInUpperHalf() holds.
  Value *getUpper(IRBuilder<> &builder, Value *value) {
    const APInt *constant;
    if (match(value, m_APInt(constant)))
      return builder.getInt(constant->extractBits(32, 32));
    auto *op = cast<BinaryOperator>(value);
    if (match(op, m_Shl(m_Value(), m_APInt(constant)))) {
      Value *source = getLow(builder, op->getOperand(0));
      uint64_t more = constant->getZExtValue() - 32;
      return more ? builder.CreateShl(source, more) : source;
    }
    if (op->getOpcode() == Instruction::Mul) {
      unsigned factor = upperFactors[op];
      return builder.CreateMul(getUpper(builder, op->getOperand(factor)),
                               getLow(builder, op->getOperand(1 - factor)));
    }
    Value *lhs = getUpper(builder, op->getOperand(0));
    Value *rhs = getUpper(builder, op->getOperand(1));
    return builder.CreateBinOp(op->getOpcode(), lhs, rhs);
  }

  /// \p inst is narrow or an end, and what it uses is rewritten already.
  void rewrite(Instruction &inst) {
    IRBuilder<> builder(&inst);
    if (narrow.contains(&inst)) {
      low[&inst] = createNarrow(builder, inst);
      dead.push_back(&inst);
      return;
    }
    Value *replacement = createEnd(builder, inst);
    if (!replacement)
      return;
    inst.replaceAllUsesWith(replacement);
    dead.push_back(&inst);
  }

  Value *createNarrow(IRBuilder<> &builder, Instruction &inst) {
    if (auto *select = dyn_cast<SelectInst>(&inst))
      return builder.CreateSelect(select->getCondition(),
                                  getLow(builder, select->getTrueValue()),
                                  getLow(builder, select->getFalseValue()));
    // Flags say nothing about 32 bits.
    Value *lhs = getLow(builder, inst.getOperand(0));
    Value *rhs = getLow(builder, inst.getOperand(1));
    return builder.CreateBinOp(
        static_cast<Instruction::BinaryOps>(inst.getOpcode()), lhs, rhs);
  }

  /// What an end becomes, or null if nothing is gained.
  Value *createEnd(IRBuilder<> &builder, Instruction &inst) {
    Value *operand = inst.getOperand(0);
    const APInt *constant = nullptr;
    switch (inst.getOpcode()) {
    case Instruction::Trunc:
      if (Value *known = low.lookup(operand))
        return builder.CreateTrunc(known, inst.getType());
      return nullptr;
    case Instruction::And:
      match(inst.getOperand(1), m_APInt(constant));
      if (Value *known = low.lookup(operand))
        return builder.CreateZExt(
            builder.CreateAnd(known, builder.getInt(constant->trunc(32))),
            inst.getType());
      return nullptr;
    case Instruction::Shl:
      if (Value *known = low.lookup(operand))
        return builder.CreateShl(builder.CreateZExt(known, inst.getType()),
                                 inst.getOperand(1));
      return nullptr;
    default:
      return createShifted(builder, inst);
    }
  }

  /// What a shift to the right becomes.
  Value *createShifted(IRBuilder<> &builder, Instruction &shift) {
    Value *upper = createUpper(builder, shift.getOperand(0));
    if (!upper)
      return nullptr;
    bool isSigned = shift.getOpcode() == Instruction::AShr;
    uint64_t more = cast<ConstantInt>(shift.getOperand(1))->getZExtValue() - 32;
    if (more)
      upper = isSigned ? builder.CreateAShr(upper, more)
                       : builder.CreateLShr(upper, more);
    return isSigned ? builder.CreateSExt(upper, shift.getType())
                    : builder.CreateZExt(upper, shift.getType());
  }

  /// The upper half of what is shifted to the right, or null if it is an
  /// extension of something that is not narrow: one instruction as it is.
  Value *createUpper(IRBuilder<> &builder, Value *shifted) {
    Value *source;
    if (match(shifted, m_Shl(m_Value(source), m_SpecificInt(32))) &&
        !isa<ZExtInst>(source))
      return nullptr;
    if (Intrinsic::ID id = multiplications.lookup(shifted)) {
      auto *mul = cast<BinaryOperator>(shifted);
      Value *lhs = getLow(builder, mul->getOperand(0));
      Value *rhs = getLow(builder, mul->getOperand(1));
      return builder.CreateIntrinsic(id, {lhs, rhs});
    }
    return getUpper(builder, shifted);
  }

  Function &function;
  const DataLayout &layout;
  Type *i32;
  SmallPtrSet<const User *, 32> narrow;
  /// Instructions that use the lower half of their operand.
  SmallPtrSet<const User *, 32> lowUsers;
  /// Narrow instructions and ends, in post order.
  SmallVector<Instruction *> found;
  /// The operands of products that are in the upper half.
  DenseMap<Value *, unsigned> upperFactors;
  /// The products of 32-bit values whose upper halves are used.
  DenseMap<Value *, Intrinsic::ID> multiplications;
  /// The lower halves of narrow instructions.
  DenseMap<Value *, Value *> low;
  SmallVector<WeakTrackingVH> dead;
};
} // namespace

void vmjit::narrowIntegers(Function &function) {
  IntegerNarrowing(function).run();
}
