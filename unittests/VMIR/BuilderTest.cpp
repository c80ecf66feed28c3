//===- BuilderTest.cpp - Building programs in memory ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/VMIR/Builder.h"

#include "Expectations.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::vmir;

TEST(IRBuilder, BuildsAProgram) {
  IRBuilder builder("saxpy");
  builder.setEntry(0x2000)
      .setZeroReg(false)
      .setParams({ParamType::F32, ParamType::Buffer})
      .setStackBytes(32)
      .setSharedBytes(64)
      .addSegment({0x100, true, {1}});
  builder.createBlock(0x1000).setInner().Add(5, 6, 7).Nop().Jmp(0x2000);
  builder.createBlock(0x2000).append(ops::MovImm{1, UINT64_MAX}).Ret();

  Program expected;
  expected.name = "saxpy";
  expected.entry = 0x2000;
  expected.zeroReg = false;
  expected.params = {ParamType::F32, ParamType::Buffer};
  expected.stackBytes = 32;
  expected.sharedBytes = 64;
  expected.segments = {{0x100, true, {1}}};
  expected.blocks = {
      {0x1000, {ops::Add{5, 6, 7}, ops::Nop{}}, terms::Jmp{0x2000}, true},
      {0x2000, {ops::MovImm{1, UINT64_MAX}}, terms::Ret{}}};
  EXPECT_EQ(expectValue(builder.build()), expected);
}

TEST(IRBuilder, HasDefaults) {
  IRBuilder builder;
  builder.createBlock(0x1000).Ret();
  EXPECT_EQ(expectValue(builder.build()), makeProgram());
}

TEST(IRBuilder, EntersTheFirstBlockUnlessTold) {
  IRBuilder builder;
  builder.createBlock(0x3000).createBlock(0x1000);
  EXPECT_EQ(expectValue(builder.build()).entry, 0x3000u);
}

TEST(IRBuilder, FaultsWhereThereIsNoTerminator) {
  IRBuilder builder;
  builder.createBlock(0);
  EXPECT_EQ(expectValue(builder.build()).blocks.at(0).term,
            Terminator(terms::Fault{0}));
}

TEST(IRBuilder, PassesFieldsInTableOrder) {
  MemFlags flags;
  flags.align = 4;
  IRBuilder builder;
  builder.createBlock(0)
      .Load(1, 2, -3, 4, flags)
      .BinaryOp({BinaryOperator::Custom, 9}, 5, immediateOperand(-1),
                memoryOperand(6, -7, 8))
      .VendorMatrixOp(1, "op", 2, 3, 4, "tf32")
      .TlbFlush(std::nullopt)
      .AtomicRMW(1, 2, 3, AtomicOp::Swap, 8)
      .CondJmp(1, 2, 3);
  const Program program = expectValue(builder.build());
  const Block &block = program.blocks.at(0);
  EXPECT_EQ(block.ops.at(0), Op(ops::Load{1, 2, -3, 4, flags}));
  EXPECT_EQ(block.ops.at(1), Op(ops::BinaryOp{{BinaryOperator::Custom, 9},
                                              5,
                                              immediateOperand(-1),
                                              memoryOperand(6, -7, 8)}));
  EXPECT_EQ(block.ops.at(2), Op(ops::VendorMatrixOp{1, "op", 2, 3, 4, "tf32"}));
  EXPECT_EQ(block.ops.at(3), Op(ops::TlbFlush{std::nullopt}));
  EXPECT_EQ(block.ops.at(4), Op(ops::AtomicRMW{1, 2, 3, AtomicOp::Swap, 8}));
  EXPECT_EQ(block.term, Terminator(terms::CondJmp{1, 2, 3}));
}

TEST(IRBuilder, GoesBackToABlock) {
  IRBuilder builder;
  builder.createBlock(1).createBlock(2).Ret();
  EXPECT_TRUE(builder.hasBlock(1));
  EXPECT_FALSE(builder.hasBlock(3));
  builder.setCurrentBlock(1).Nop().Jmp(2);
  Program program = expectValue(builder.build());
  EXPECT_EQ(program.blocks.at(0).ops.size(), 1u);
  EXPECT_EQ(program.blocks.at(0).term, Terminator(terms::Jmp{2}));
  EXPECT_EQ(program.blocks.at(1).term, Terminator(terms::Ret{}));
}

TEST(IRBuilder, BuildsAgainAfterMore) {
  IRBuilder builder;
  builder.createBlock(1).Ret();
  EXPECT_EQ(expectValue(builder.build()).blocks.size(), 1u);
  builder.createBlock(2).Ret();
  EXPECT_EQ(expectValue(builder.build()).blocks.size(), 2u);
}

TEST(IRBuilder, ReportsMisuse) {
  auto expectMisuse = [](const IRBuilder &builder, const std::string &message) {
    expectError(builder.build(), ErrorCode::InvalidArgument,
                "misuse of the builder: " + message);
  };
  expectMisuse(IRBuilder().Nop(), "Nop is appended to no block");
  expectMisuse(IRBuilder().Ret(), "Ret terminates no block");
  expectMisuse(IRBuilder().createBlock(16).createBlock(16),
               "block 0x10 exists already");
  expectMisuse(IRBuilder().createBlock(16).setCurrentBlock(17),
               "there is no block 0x11");
  expectMisuse(IRBuilder().createBlock(16).Ret().Add(1, 2, 3),
               "Add is appended to block 0x10 after its terminator");
  expectMisuse(IRBuilder().createBlock(16).Ret().Jmp(16),
               "Jmp is a second terminator of block 0x10");
  // The first one counts.
  expectMisuse(IRBuilder().Nop().Ret().createBlock(16).Ret(),
               "Nop is appended to no block");
}

TEST(IRBuilder, VerifiesWhatItBuilt) {
  expectError(IRBuilder().build(), ErrorCode::InvalidProgram,
              std::string("a program needs at least one block"));
  expectError(IRBuilder().createBlock(1).SllImm(1, 2, 64).build(),
              ErrorCode::InvalidProgram,
              std::string("block 0x1: op 0 (SllImm): shift amount 64 is more "
                          "than 63"));
  expectError(IRBuilder().createBlock(1).setEntry(2).build(),
              ErrorCode::InvalidProgram,
              std::string("no block starts at the entry 0x2"));
}

TEST(IRBuilder, MakesOperandsThatJSONReads) {
  IRBuilder builder;
  Operand sum = binaryOperand({BinaryOperator::Add, 0}, registerOperand(6),
                              memoryOperand(7, -8, 4));
  builder.createBlock(6512).Branch(sum, true).Branch(imm64Operand(1), false);
  EXPECT_EQ(toText(expectValue(builder.build()).blocks.at(0)),
            R"({"start_pc":6512,"ops":[{"Branch":{"target":{"Binary":{)"
            R"("op":"Add","left":{"Register":6},"right":{"Memory":{"base":7,)"
            R"("offset":-8,"size":4}}}},"link":true}},{"Branch":{"target":)"
            R"({"Imm64":1},"link":false}}],"term":{"Fault":{"cause":0}}})");
}
