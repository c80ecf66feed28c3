//===- OperandTest.cpp - Tests of operand expressions -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

using namespace vmjit;
using vmir::BinaryOperator;
using vmir::Operand;

namespace {
using OperandOps = HartWithMemory;

Operand reg(vmir::RegId id) { return makeOperand(Operand::Register, 0, id); }
Operand imm(uint64_t value) { return makeOperand(Operand::Immediate, value); }
Operand mem(vmir::RegId base, int64_t offset, uint8_t size) {
  return makeOperand(Operand::Memory, offset, base, size);
}
Operand binary(BinaryOperator::Kind op, Operand left, Operand right) {
  return makeBinary({op}, {left, right});
}
/// An expression whose operator has no portable meaning.
Operand custom(Operand left, Operand right) {
  return makeBinary({BinaryOperator::Custom, 3}, {left, right});
}
const Operand kNone;

/// The result of BinaryOp on two numbers.
uint64_t compute(BinaryOperator::Kind op, uint64_t lhs, uint64_t rhs) {
  return evalX(ops::BinaryOp{{op}, 3, reg(1), reg(2)}, lhs, rhs);
}
} // namespace

TEST_F(OperandOps, IntegerOperatorsWrap) {
  EXPECT_EQ(compute(BinaryOperator::Add, kMinusOne, 2), 1u);
  EXPECT_EQ(compute(BinaryOperator::Sub, 1, 2), kMinusOne);
  EXPECT_EQ(compute(BinaryOperator::Mul, 0x100000001, 0x100000001),
            0x0000000200000001u);
  EXPECT_EQ(compute(BinaryOperator::And, 0xff00, 0x0ff0), 0x0f00u);
  EXPECT_EQ(compute(BinaryOperator::Or, 0xff00, 0x0ff0), 0xfff0u);
  EXPECT_EQ(compute(BinaryOperator::Xor, 0xff00, 0x0ff0), 0xf0f0u);
}

TEST_F(OperandOps, DivisionIsSignedAndNeverTraps) {
  EXPECT_EQ(compute(BinaryOperator::Div, -7, 2), uint64_t(-3));
  EXPECT_EQ(compute(BinaryOperator::Rem, -7, 2), uint64_t(-1));
  EXPECT_EQ(compute(BinaryOperator::Div, 5, 0), kMinusOne);
  EXPECT_EQ(compute(BinaryOperator::Rem, 5, 0), 5u);
  EXPECT_EQ(compute(BinaryOperator::Div, kMinInt64, -1), kMinInt64);
  EXPECT_EQ(compute(BinaryOperator::Rem, kMinInt64, -1), 0u);
}

TEST_F(OperandOps, ShiftsTakeTheAmountModulo64) {
  EXPECT_EQ(compute(BinaryOperator::ShiftLeft, 3, 65), 6u);
  EXPECT_EQ(compute(BinaryOperator::ShiftRightLogical, kMinInt64, 127), 1u);
  EXPECT_EQ(compute(BinaryOperator::ShiftRightArithmetic, kMinInt64, 63),
            kMinusOne);
}

TEST_F(OperandOps, ComparisonsAreZeroOrOne) {
  EXPECT_EQ(compute(BinaryOperator::Equal, 5, 5), 1u);
  EXPECT_EQ(compute(BinaryOperator::Equal, 5, 6), 0u);
  EXPECT_EQ(compute(BinaryOperator::NotEqual, 5, 6), 1u);
  EXPECT_EQ(compute(BinaryOperator::NotEqual, 5, 5), 0u);
  EXPECT_EQ(compute(BinaryOperator::LessThan, -1, 0), 1u);
  EXPECT_EQ(compute(BinaryOperator::LessThan, 0, 0), 0u);
  EXPECT_EQ(compute(BinaryOperator::LessThanUnsigned, -1, 0), 0u);
  EXPECT_EQ(compute(BinaryOperator::LessThanUnsigned, 0, -1), 1u);
  EXPECT_EQ(compute(BinaryOperator::GreaterEqual, -1, 0), 0u);
  EXPECT_EQ(compute(BinaryOperator::GreaterEqual, 0, 0), 1u);
  EXPECT_EQ(compute(BinaryOperator::GreaterEqualUnsigned, -1, 0), 1u);
  EXPECT_EQ(compute(BinaryOperator::GreaterEqualUnsigned, 0, -1), 0u);
}

TEST_F(OperandOps, FloatOperatorsWorkOnF64Bits) {
  EXPECT_EQ(compute(BinaryOperator::FAdd, f64::kOne, f64::kOne), f64::kTwo);
  EXPECT_EQ(compute(BinaryOperator::FSub, f64::kOne, f64::kTwo),
            f64::kMinusOne);
  EXPECT_EQ(compute(BinaryOperator::FMul, f64::kTwo, f64::kHalf), f64::kOne);
  EXPECT_EQ(compute(BinaryOperator::FDiv, f64::kOne, f64::kTwo), f64::kHalf);
  EXPECT_EQ(compute(BinaryOperator::FDiv, f64::kOne, f64::kMinusZero),
            f64::kMinusInf);
  EXPECT_EQ(compute(BinaryOperator::FMul, f64::kMinNormal, f64::kHalf),
            0x0008000000000000u);
}

TEST_F(OperandOps, FloatNaNsAreCanonical) {
  for (auto op : {BinaryOperator::FAdd, BinaryOperator::FSub,
                  BinaryOperator::FMul, BinaryOperator::FDiv}) {
    EXPECT_EQ(compute(op, f64::kPayloadNaN, f64::kOne), f64::kNaN);
    EXPECT_EQ(compute(op, f64::kOne, f64::kSignalingNaN), f64::kNaN);
  }
  EXPECT_EQ(compute(BinaryOperator::FSub, f64::kInf, f64::kInf), f64::kNaN);
  EXPECT_EQ(compute(BinaryOperator::FDiv, f64::kZero, f64::kZero), f64::kNaN);
}

TEST_F(OperandOps, EveryFormHasAValue) {
  state.x[2] = 40;
  auto evaluate = [&](Operand operand) {
    EXPECT_EQ(
        run({ops::BinaryOp{{BinaryOperator::Add}, 3, operand, imm(0)}}).status,
        ExitStatus::Return);
    return state.x[3];
  };
  EXPECT_EQ(evaluate(reg(2)), 40u);
  EXPECT_EQ(evaluate(makeOperand(Operand::Reg, 0, 2)), 40u);
  EXPECT_EQ(evaluate(makeOperand(Operand::Reg, 0, 2 << 16 | 5)), 40u);
  EXPECT_EQ(evaluate(reg(0)), 0u);
  EXPECT_EQ(evaluate(imm(kMinusOne)), kMinusOne);
  EXPECT_EQ(evaluate(makeOperand(Operand::Imm64, kMinInt64)), kMinInt64);
  EXPECT_EQ(evaluate(mem(1, 0, 1)), 0x80u);
  EXPECT_EQ(evaluate(mem(1, 1, 2)), 0x8281u);
  EXPECT_EQ(evaluate(mem(1, 4, 4)), 0x87868584u);
  EXPECT_EQ(evaluate(mem(1, 3, 8)), 0x8a89888786858483u);
  EXPECT_EQ(evaluate(binary(BinaryOperator::Mul, imm(3),
                            binary(BinaryOperator::Sub, reg(2), imm(1)))),
            117u);
}

TEST_F(OperandOps, TemporariesAreOperands) {
  run({ops::MovImm{100, 7},
       ops::BinaryOp{{BinaryOperator::Add},
                     101,
                     reg(100),
                     binary(BinaryOperator::Add, reg(100), reg(102))},
       ops::Mov{3, 101}});
  EXPECT_EQ(state.x[3], 14u);
}

TEST_F(OperandOps, TheDestinationMayBeASource) {
  state.x[3] = 5;
  run({ops::BinaryOp{{BinaryOperator::Mul}, 3, reg(3), reg(3)}});
  EXPECT_EQ(state.x[3], 25u);
  EXPECT_EQ(
      run({ops::BinaryOp{{BinaryOperator::Add}, 0, imm(1), imm(1)}}).status,
      ExitStatus::Return);
}

TEST_F(OperandOps, TheFirstFailureEndsTheHart) {
  auto evaluate = [&](Operand left, Operand right) {
    state.x[3] = 7;
    ExitRecord exit =
        run({ops::Nop{}, ops::BinaryOp{{BinaryOperator::Add}, 3, left, right}});
    EXPECT_EQ(state.x[3], 7u);
    return exit;
  };
  const Operand unmapped = mem(1, 16, 4), badSize = mem(1, 0, 3);
  const ExitRecord fault = exitAtOp(ExitStatus::MemoryFault, 1, kBase + 16, 4);
  const ExitRecord badOp = exitAtOp(ExitStatus::BadOp, 1);
  const ExitRecord unsupported = exitAtOp(ExitStatus::Unsupported, 1);
  EXPECT_EQ(evaluate(unmapped, imm(1)), fault);
  EXPECT_EQ(evaluate(imm(1), unmapped), fault);
  EXPECT_EQ(evaluate(unmapped, badSize), fault);
  EXPECT_EQ(evaluate(badSize, unmapped), badOp);
  EXPECT_EQ(evaluate(unmapped, kNone), fault);
  EXPECT_EQ(evaluate(kNone, unmapped), badOp);
  EXPECT_EQ(evaluate(imm(1), kNone), badOp);
  EXPECT_EQ(evaluate(custom(kNone, unmapped), kNone), unsupported);
  EXPECT_EQ(evaluate(kNone, custom(imm(1), imm(1))), badOp);
  EXPECT_EQ(evaluate(binary(BinaryOperator::Add, imm(1), unmapped), kNone),
            fault);
  EXPECT_EQ(evaluate(mem(1, 0, 0), imm(1)), badOp);
}

TEST_F(OperandOps, ACustomOperatorIsUnsupported) {
  EXPECT_EQ(run({ops::BinaryOp{
                {BinaryOperator::Custom, 9}, 3, kNone, mem(1, 16, 4)}}),
            exitAtOp(ExitStatus::Unsupported, 0));
}

TEST_F(OperandOps, NumbersWithoutMeaningAreBadOps) {
  auto noOperator = static_cast<BinaryOperator::Kind>(200);
  auto noOperand = static_cast<Operand::Kind>(200);
  EXPECT_EQ(run({ops::BinaryOp{{noOperator}, 3, imm(1), imm(2)}}),
            exitAtOp(ExitStatus::BadOp, 0));
  EXPECT_EQ(run({ops::Branch{makeOperand(noOperand), false}}),
            exitAtOp(ExitStatus::BadOp, 0));
}

TEST_F(OperandOps, BranchGoesToAValue) {
  state.x[2] = 0x8000;
  EXPECT_EQ(
      run({ops::Nop{}, ops::Branch{imm(kReturnPc), false}, ops::MovImm{5, 1}}),
      exitTo(ExitStatus::Return, 1, kReturnPc));
  EXPECT_EQ(run({ops::Branch{binary(BinaryOperator::Add, reg(2), imm(0x1000)),
                             false}}),
            exitTo(ExitStatus::Return, 0, kReturnPc));
  EXPECT_EQ(run({ops::Branch{mem(1, 0, 2), false}}),
            exitTo(ExitStatus::LeftRegion, 0, 0x8180));
  EXPECT_EQ(state.x[5], 0u);
  state = runBlocks({{kBlockPc, {ops::Branch{imm(0x2000), false}}, {}},
                     {0x2000, {ops::MovImm{5, 1}}, terms::Jmp{kReturnPc}}},
                    state);
  EXPECT_EQ(state.exit.status, ExitStatus::Return);
  EXPECT_EQ(state.x[5], 1u);
}

TEST_F(OperandOps, BranchesThatCannotBeTakenEndTheHart) {
  EXPECT_EQ(run({ops::Branch{kNone, false}}), exitAtOp(ExitStatus::BadOp, 0));
  EXPECT_EQ(run({ops::Branch{imm(kReturnPc), true}}),
            exitAtOp(ExitStatus::BadOp, 0));
  EXPECT_EQ(run({ops::Branch{mem(1, 16, 8), true}}),
            exitAtOp(ExitStatus::BadOp, 0));
  EXPECT_EQ(run({ops::Branch{mem(1, 16, 8), false}}),
            exitAtOp(ExitStatus::MemoryFault, 0, kBase + 16, 8));
  EXPECT_EQ(run({ops::Branch{custom(imm(1), imm(1)), false}}),
            exitAtOp(ExitStatus::Unsupported, 0));
}

TEST_F(OperandOps, CondBranchIsTakenIfItsConditionIsNotZero) {
  // All bits of the condition count.
  EXPECT_EQ(run({ops::CondBranch{imm(kMinInt64), imm(0x4000), false}}),
            exitTo(ExitStatus::LeftRegion, 0, 0x4000));
  EXPECT_EQ(run({ops::CondBranch{reg(0), imm(0x4000), false}}),
            exitTo(ExitStatus::Return, 1, kReturnPc));
  // What is not taken is not evaluated, either.
  EXPECT_EQ(run({ops::CondBranch{imm(0), kNone, true}}).status,
            ExitStatus::Return);
  EXPECT_EQ(run({ops::CondBranch{imm(0), mem(1, 16, 8), false}}).status,
            ExitStatus::Return);
  EXPECT_EQ(run({ops::CondBranch{imm(1), mem(1, 16, 8), false}}),
            exitAtOp(ExitStatus::MemoryFault, 0, kBase + 16, 8));
  EXPECT_EQ(run({ops::CondBranch{imm(1), mem(1, 16, 8), true}}),
            exitAtOp(ExitStatus::BadOp, 0));
  EXPECT_EQ(run({ops::CondBranch{mem(1, 17, 1), imm(0x4000), true}}),
            exitAtOp(ExitStatus::MemoryFault, 0, kBase + 17, 1));
  EXPECT_EQ(run({ops::CondBranch{kNone, imm(0x4000), false}}),
            exitAtOp(ExitStatus::BadOp, 0));
}

TEST_F(OperandOps, LoadExtTakesTheAddressOfMemoryAndTheValueOfTheRest) {
  // The size of the operand does not count.
  EXPECT_EQ(run({ops::LoadExt{3, mem(1, 4, 99), 2}}).status,
            ExitStatus::Return);
  EXPECT_EQ(state.x[3], 0x8584u);
  run({ops::LoadExt{3, reg(1), 1}, ops::LoadExt{4, imm(kBase + 8), 8}});
  EXPECT_EQ(state.x[3], 0x80u);
  EXPECT_EQ(state.x[4], 0x8f8e8d8c8b8a8988u);
  // Inside an expression, memory is its content: 0x80 - 0x7e more than kBase.
  run({ops::LoadExt{
      3, binary(BinaryOperator::Add, imm(kBase - 0x7e), mem(1, 0, 1)), 1}});
  EXPECT_EQ(state.x[3], 0x82u);
}

TEST_F(OperandOps, StoreExtStoresTheLowBytes) {
  EXPECT_EQ(run({ops::StoreExt{imm(0x112233), mem(1, 2, 0), 2}}).status,
            ExitStatus::Return);
  EXPECT_EQ(bytes[1], 0x81);
  EXPECT_EQ(bytes[2], 0x33);
  EXPECT_EQ(bytes[3], 0x22);
  EXPECT_EQ(bytes[4], 0x84);
  run({ops::StoreExt{mem(1, 8, 8), reg(1), 8}, ops::Load{3, 1, 0, 8}});
  EXPECT_EQ(state.x[3], 0x8f8e8d8c8b8a8988u);
}

TEST_F(OperandOps, AccessesAreCheckedAsLoadsAndStores) {
  mapRomAndPort();
  EXPECT_EQ(run({ops::LoadExt{3, mem(1, 16, 8), 4}}),
            exitAtOp(ExitStatus::MemoryFault, 0, kBase + 16, 4));
  EXPECT_EQ(run({ops::StoreExt{imm(1), imm(kRom), 4}}),
            exitAtOp(ExitStatus::MemoryFault, 0, kRom, 4, true));
  EXPECT_EQ(run({ops::LoadExt{3, imm(kPort), 4}}),
            exitAtOp(ExitStatus::MemoryFault, 0, kPort, 4));
  EXPECT_EQ(run({ops::LoadExt{3, mem(1, 2, 8), 1, {.align = 4}}}),
            exitAtOp(ExitStatus::AlignFault, 0, kBase + 2));
  EXPECT_EQ(run({ops::LoadExt{3, mem(1, 4, 8), 8, {.atomic = true}}}),
            exitAtOp(ExitStatus::AlignFault, 0, kBase + 4));
  EXPECT_EQ(run({ops::StoreExt{imm(1), mem(1, 1, 8), 2, {.atomic = true}}}),
            exitAtOp(ExitStatus::AlignFault, 0, kBase + 1));
  EXPECT_EQ(run({ops::LoadExt{3, mem(1, 1, 8), 8}}).status, ExitStatus::Return);
  EXPECT_EQ(run({ops::LoadExt{3, kNone, 8}}), exitAtOp(ExitStatus::BadOp, 0));
  EXPECT_EQ(run({ops::StoreExt{imm(1), kNone, 8}}),
            exitAtOp(ExitStatus::BadOp, 0));
}

TEST_F(OperandOps, TheValueOfAStoreIsEvaluatedBeforeItsAddress) {
  const Operand bad = mem(1, 0, 3);
  const Operand unmapped = binary(BinaryOperator::Add, mem(1, 16, 1), imm(0));
  EXPECT_EQ(run({ops::StoreExt{bad, unmapped, 4}}),
            exitAtOp(ExitStatus::BadOp, 0));
  EXPECT_EQ(run({ops::StoreExt{unmapped, kNone, 4}}),
            exitAtOp(ExitStatus::MemoryFault, 0, kBase + 16, 1));
  // A size without meaning is found before anything is loaded.
  for (uint8_t size : {0, 3, 16}) {
    EXPECT_EQ(run({ops::StoreExt{unmapped, unmapped, size}}),
              exitAtOp(ExitStatus::BadOp, 0));
    EXPECT_EQ(run({ops::LoadExt{3, unmapped, size}}),
              exitAtOp(ExitStatus::BadOp, 0));
  }
}
