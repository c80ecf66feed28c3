//===- BlockLinkerOperands.cpp - Ops with nested operands -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockLinker.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "vmjit/VMIR/FieldNames.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace vmjit::vm;
using vmjit::vmir::BinaryOperator;

LogicalResult BlockLinker::linkOperandOp(Operation *op) {
  return TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](BranchOp branch) {
        linkBranch(branch.getTarget(), branch.getLink());
        hasEnded = true;
        return success();
      })
      .Case([&](CondBranchOp branch) {
        if (Value condition = evaluate(branch.getCondition()))
          leaveIf(condition,
                  [&] { linkBranch(branch.getTarget(), branch.getLink()); });
        return success();
      })
      .Case([&](OperandBinaryOp binary) -> LogicalResult {
        if (!vmir::findName(vmir::getBinaryOperatorNames(), binary.getOp()))
          return binary.emitOpError("has no operator '")
                 << binary.getOp() << "'";
        if (Value result = evaluateBinary(binary.getOp(), binary.getSrc1(),
                                          binary.getSrc2()))
          binary.replaceAllUsesWith(result);
        return success();
      })
      .Case([&](OperandLoadOp load) {
        // An op with a size that has no meaning evaluates nothing.
        if (endOnBadSize(load.getSize(), {1, 2, 4, 8}))
          return success();
        Access access;
        access.address = evaluateAddress(load.getAddr());
        if (!access.address)
          return success();
        access.size = load.getSize();
        access.applyFlags(load.getFlagsAttr());
        if (Value loaded = createLoad(access))
          load.replaceAllUsesWith(loaded);
        return success();
      })
      .Case([&](OperandStoreOp store) {
        if (endOnBadSize(store.getSize(), {1, 2, 4, 8}))
          return success();
        Value value = evaluate(store.getValue());
        Access access;
        if (value)
          access.address = evaluateAddress(store.getAddr());
        if (!access.address)
          return success();
        access.size = store.getSize();
        access.applyFlags(store.getFlagsAttr());
        createStore(value, access);
        return success();
      });
}

/// A return address cannot be known, so `link` has no meaning.
void BlockLinker::linkBranch(OperandAttr target, bool link) {
  if (link) {
    exit({.status = VMJIT_EXIT_BadOp});
    return;
  }
  if (target.getKind() == vmir::Operand::Immediate ||
      target.getKind() == vmir::Operand::Imm64)
    goTo(target.getBits());
  else if (Value address = evaluate(target))
    goToValue(address);
}

Value BlockLinker::evaluate(OperandAttr operand) {
  switch (static_cast<vmir::Operand::Kind>(operand.getKind())) {
  case vmir::Operand::None:
    break;
  case vmir::Operand::Register:
  case vmir::Operand::Reg:
    return readRegister(RegFile::X, operand.getReg());
  case vmir::Operand::Immediate:
  case vmir::Operand::Imm64:
    return constant(operand.getBits());
  case vmir::Operand::Memory: {
    Access access;
    access.address = evaluateAddress(operand);
    access.size = operand.getSize();
    return createLoad(access);
  }
  case vmir::Operand::Binary:
    return evaluateBinary(operand.getOp(), operand.getOperands()[0],
                          operand.getOperands()[1]);
  }
  exit({.status = VMJIT_EXIT_BadOp});
  hasEnded = true;
  return {};
}

Value BlockLinker::evaluateAddress(OperandAttr operand) {
  if (operand.getKind() != vmir::Operand::Memory)
    return evaluate(operand);
  return create<AddOp>(readRegister(RegFile::X, operand.getReg()),
                       constant(operand.getBits()));
}

/// The predicate of an operator that compares.
static CmpPredicate getPredicate(BinaryOperator::Kind kind) {
  switch (kind) {
  case BinaryOperator::Equal:
    return CmpPredicate::EQ;
  case BinaryOperator::NotEqual:
    return CmpPredicate::NE;
  case BinaryOperator::LessThan:
    return CmpPredicate::LT;
  case BinaryOperator::LessThanUnsigned:
    return CmpPredicate::LTU;
  case BinaryOperator::GreaterEqual:
    return CmpPredicate::GE;
  default:
    return CmpPredicate::GEU;
  }
}

Value BlockLinker::evaluateBinary(StringRef op, OperandAttr left,
                                  OperandAttr right) {
  auto kind = static_cast<BinaryOperator::Kind>(
      *vmir::findName(vmir::getBinaryOperatorNames(), op));
  if (kind == BinaryOperator::Custom) {
    exit({.status = VMJIT_EXIT_Unsupported});
    hasEnded = true;
    return {};
  }
  Value lhs = evaluate(left);
  Value rhs = lhs ? evaluate(right) : Value();
  if (!rhs)
    return {};
  Type i64 = builder.getI64Type();
  auto onFloats = [&]<class FloatOp>() -> Value {
    Type f64 = builder.getF64Type();
    Value result = create<FloatOp>(f64, create<arith::BitcastOp>(f64, lhs),
                                   create<arith::BitcastOp>(f64, rhs));
    return create<arith::BitcastOp>(i64, result);
  };
  switch (kind) {
  case BinaryOperator::Add:
    return create<AddOp>(lhs, rhs);
  case BinaryOperator::Sub:
    return create<SubOp>(lhs, rhs);
  case BinaryOperator::Mul:
    return create<MulOp>(lhs, rhs);
  case BinaryOperator::Div:
    return create<DivOp>(i64, lhs, rhs, /*isSigned=*/true);
  case BinaryOperator::Rem:
    return create<RemOp>(i64, lhs, rhs, /*isSigned=*/true);
  case BinaryOperator::And:
    return create<AndOp>(lhs, rhs);
  case BinaryOperator::Or:
    return create<OrOp>(lhs, rhs);
  case BinaryOperator::Xor:
    return create<XorOp>(lhs, rhs);
  case BinaryOperator::ShiftLeft:
    return create<ShlOp>(lhs, rhs);
  case BinaryOperator::ShiftRightLogical:
    return create<ShrUOp>(lhs, rhs);
  case BinaryOperator::ShiftRightArithmetic:
    return create<ShrSOp>(lhs, rhs);
  case BinaryOperator::Equal:
  case BinaryOperator::NotEqual:
  case BinaryOperator::LessThan:
  case BinaryOperator::LessThanUnsigned:
  case BinaryOperator::GreaterEqual:
  case BinaryOperator::GreaterEqualUnsigned:
    return create<CmpOp>(i64, getPredicate(kind), lhs, rhs);
  case BinaryOperator::FAdd:
    return onFloats.template operator()<FAddOp>();
  case BinaryOperator::FSub:
    return onFloats.template operator()<FSubOp>();
  case BinaryOperator::FMul:
    return onFloats.template operator()<FMulOp>();
  case BinaryOperator::FDiv:
    return onFloats.template operator()<FDivOp>();
  case BinaryOperator::Custom:
    break;
  }
  llvm_unreachable("every operator has a meaning or ended the hart");
}
