//===- VerifierTest.cpp - Every rule of the verifier ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/VMIR/Verifier.h"

#include "Expectations.h"
#include "vmjit/VMIR/Builder.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::vmir;

static void expectValid(const Program &program) {
  if (Error error = verify(program))
    ADD_FAILURE() << toString(std::move(error));
}

static void expectInvalid(const Program &program, const std::string &message) {
  expectError(verify(program), ErrorCode::InvalidProgram, message);
}

/// Expects that \p op, at index 1 of a block, breaks a rule.
static void expectInvalidOp(const Op &op, const std::string &message) {
  std::string place = "block 0x1000: op 1 (" + getOpInfo(op).name.str() + "): ";
  Program program = makeProgram({ops::Nop{}, op});
  expectInvalid(program, place + message);
  std::optional<Violation> violation = findViolation(program);
  ASSERT_TRUE(violation);
  EXPECT_EQ(violation->blockIndex, 0u);
  EXPECT_EQ(violation->opIndex, 1u);
  Error error = verify(program);
  EXPECT_EQ(getProgramPlace(error), (ProgramPlace{0x1000, 1}));
  consumeError(std::move(error));
}

TEST(Verifier, WantsABlock) {
  Program program;
  expectInvalid(program, "a program needs at least one block");
  Error error = verify(program);
  EXPECT_EQ(getProgramPlace(error), std::nullopt);
  consumeError(std::move(error));
  EXPECT_FALSE(findViolation(program)->blockIndex);
}

TEST(Verifier, WantsUniqueStartAddresses) {
  Program program = makeProgram();
  program.blocks.push_back(program.blocks.front());
  expectInvalid(program,
                "block 0x1000: another block starts at the same address");
  EXPECT_EQ(findViolation(program)->blockIndex, 1u);
  EXPECT_FALSE(findViolation(program)->opIndex);
}

TEST(Verifier, TakesAnyStartAddress) {
  Program program = makeProgram();
  for (uint64_t pc : {uint64_t(0), UINT64_MAX, UINT64_MAX - 1, uint64_t(1)}) {
    program.blocks.front().startPc = program.entry = pc;
    expectValid(program);
  }
}

TEST(Verifier, WantsTheEntryToBeABlock) {
  Program program = makeProgram();
  program.entry = 0x1004;
  expectInvalid(program, "no block starts at the entry 0x1004");
}

TEST(Verifier, WantsANameThatIsAnIdentifier) {
  Program program = makeProgram();
  for (const char *name : {"a", "_", ".x", "$", "Az09_.$", "vm_program"}) {
    program.name = name;
    expectValid(program);
  }
  program.name = std::string(kMaxNameLength, 'a');
  expectValid(program);
  for (const std::string &name :
       {std::string(), std::string("1a"), std::string("a b"),
        std::string("a-b"), std::string("\xc3\xa9"), std::string("a\0", 2),
        std::string(kMaxNameLength + 1, 'a')}) {
    program.name = name;
    expectInvalid(program,
                  "the name is not an identifier of letters, digits, '_', '.' "
                  "and '$', not starting with a digit, of at most 255 bytes");
  }
}

TEST(Verifier, BoundsParameters) {
  Program program = makeProgram();
  program.params.emplace(kMaxParams, ParamType::Buffer);
  expectValid(program);
  program.params->push_back(ParamType::I32);
  expectInvalid(program, "257 parameters are more than 256");
  program.params->assign(1, ParamType(5));
  expectInvalid(program, "no parameter type has the number 5");
}

TEST(Verifier, BoundsStackAndSharedMemory) {
  Program program = makeProgram();
  program.stackBytes = kMaxStackBytes;
  program.sharedBytes = kMaxSharedBytes;
  expectValid(program);
  ++program.stackBytes;
  expectInvalid(program, "67108865 bytes of stack are more than 67108864");
  program.stackBytes = 0;
  program.sharedBytes = UINT64_MAX;
  expectInvalid(program, "18446744073709551615 bytes of shared memory are more "
                         "than 67108864");
}

TEST(Verifier, WantsSegmentsApart) {
  Program program = makeProgram();
  program.segments = {{16, false, {1, 2}}, {14, true, {1, 2}}};
  expectValid(program);
  program.segments[1].bytes.push_back(3);
  expectInvalid(program, "segments at 0xe and 0x10 overlap");
  program.segments[1].addr = 16;
  expectInvalid(program, "segments at 0x10 and 0x10 overlap");
  program.segments[1].bytes.clear();
  expectInvalid(program, "segment at 0x10 is empty");
}

TEST(Verifier, WantsSegmentsInTheAddressSpace) {
  Program program = makeProgram();
  program.segments = {{UINT64_MAX - 1, false, {1, 2}}};
  expectValid(program);
  program.segments[0].bytes.push_back(3);
  expectInvalid(program, "segment at 0xfffffffffffffffe wraps around the "
                         "address space");
}

TEST(Verifier, BoundsSegmentsTogether) {
  Program program = makeProgram();
  program.segments = {{0, false, std::vector<uint8_t>(kMaxSegmentBytes - 1)},
                      {kMaxSegmentBytes, false, {1}}};
  expectValid(program);
  program.segments.push_back({kMaxSegmentBytes * 2, false, {1}});
  expectInvalid(program, "268435457 bytes of segments are more than 268435456");
}

TEST(Verifier, BoundsFloatRegisters) {
  expectValid(makeProgram({ops::Fadd{31, 31 << 16, (31 << 16) | 65535}}));
  std::string tail = " is out of range, there are 32";
  expectInvalidOp(ops::Fadd{32, 0, 0},
                  "field \"dst\": floating-point register 32" + tail);
  expectInvalidOp(ops::Fadd{0, 0, 32 << 16},
                  "field \"src2\": floating-point register 2097152" + tail);
  expectInvalidOp(ops::Fstore{65535, 1, 0, 8},
                  "field \"src\": floating-point register 65535" + tail);
}

TEST(Verifier, TakesAnyIntegerRegister) {
  expectValid(makeProgram({ops::Add{32, 65535, 65536}, ops::Mov{UINT32_MAX, 0},
                           ops::Feq{40, 1, 2}, ops::Fload{1, 40, 0, 4}}));
}

TEST(Verifier, BoundsShiftAmounts) {
  expectValid(makeProgram({ops::SllImm{1, 2, 63}, ops::SrlImm{1, 2, 63},
                           ops::SraImm{1, 2, 63},
                           // Masked at run time.
                           ops::VecShlImm{1, 2, 255, 4}}));
  expectInvalidOp(ops::SllImm{1, 2, 64}, "shift amount 64 is more than 63");
  expectInvalidOp(ops::SrlImm{1, 2, 255}, "shift amount 255 is more than 63");
  expectInvalidOp(ops::SraImm{1, 2, 64}, "shift amount 64 is more than 63");
}

TEST(Verifier, BoundsDimensions) {
  expectValid(makeProgram({ops::GpuThreadId{1, 2}}));
  expectInvalidOp(ops::GpuThreadId{1, 3}, "dimension 3 is more than 2");
  expectInvalidOp(ops::GpuBlockId{1, 3}, "dimension 3 is more than 2");
  expectInvalidOp(ops::GpuBlockDim{1, 3}, "dimension 3 is more than 2");
  expectInvalidOp(ops::GpuGridDim{1, 3}, "dimension 3 is more than 2");
  expectInvalidOp(ops::GpuGlobalId{1, 255}, "dimension 255 is more than 2");
}

TEST(Verifier, WantsAScopeOfFences) {
  for (const char *scope : {"hart", "block", "device", "system"})
    expectValid(makeProgram({ops::Fence{MemOrder::SeqCst, scope}}));
  for (const char *scope : {"", "Block", "grid"})
    expectInvalidOp(ops::Fence{MemOrder::SeqCst, scope},
                    "scope is not hart, block, device or system");
}

TEST(Verifier, LeavesRunTimeErrorsToRunTime) {
  expectValid(makeProgram(
      {ops::Load{1, 2, 0, 3, {}}, ops::Fload{1, 2, 0, 2},
       ops::AtomicRMW{1, 2, 3, AtomicOp::CmpXchg, 4}, ops::VecAdd{1, 2, 3, 3},
       ops::Branch{Operand(), true}, ops::EvalCondition{1, 255}}));
}

TEST(Verifier, BoundsTheDepthOfOperands) {
  Operand operand = registerOperand(1);
  for (unsigned i = 1; i < kMaxOperandDepth; ++i)
    operand = binaryOperand({}, imm64Operand(1), operand);
  expectValid(makeProgram({ops::Branch{operand, false}}));
  operand = binaryOperand({}, operand, imm64Operand(1));
  expectInvalidOp(ops::Branch{operand, false},
                  "field \"target\": operands nest more than 64 levels deep");
}

TEST(Verifier, WantsTwoOperandsOfABinary) {
  Operand operand = binaryOperand({}, Operand(), Operand());
  operand.operands.pop_back();
  expectInvalidOp(
      ops::LoadExt{1, operand, 4, {}},
      "field \"addr\": a Binary operand has 1 operands, it needs 2");
  operand.kind = Operand::Imm64;
  expectInvalidOp(ops::StoreExt{operand, Operand(), 4, {}},
                  "field \"value\": only a Binary operand has operands");
}

TEST(Verifier, WantsEnumerators) {
  Operand operand;
  operand.kind = Operand::Kind(7);
  expectInvalidOp(ops::Branch{operand, false},
                  "field \"target\": no operand has the number 7");
  BinaryOperator bad{BinaryOperator::Kind(22), 0};
  expectInvalidOp(ops::BinaryOp{bad, 1, {}, {}},
                  "field \"op\": no operator has the number 22");
  expectInvalidOp(ops::BinaryOp{{BinaryOperator::Add, 0},
                                1,
                                {},
                                binaryOperand(bad, Operand(), Operand())},
                  "field \"src2\": no operator has the number 22");
  expectInvalidOp(ops::BinaryOp{{BinaryOperator::Add, 1}, 1, {}, {}},
                  "field \"op\": only a Custom operator has a number of its "
                  "own");
  expectInvalidOp(ops::Fence{MemOrder(5), "hart"},
                  "field \"order\": no memory order has the number 5");
  MemFlags flags;
  flags.order = MemOrder(255);
  expectInvalidOp(ops::Load{1, 2, 0, 4, flags},
                  "field \"flags\": no memory order has the number 255");
  expectInvalidOp(ops::Atomic{1, 2, 3, AtomicOp(14), 4},
                  "field \"op\": no atomic operation has the number 14");
}

TEST(Verifier, WantsStringsToBeUTF8) {
  expectInvalidOp(ops::VendorConfig{"\xff", 0, ""},
                  "field \"vendor\": the string is not UTF-8");
}
