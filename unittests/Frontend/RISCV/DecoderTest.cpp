//===- DecoderTest.cpp - Tests of the RISC-V decoder ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestCode.h"

using namespace vmjit;
using namespace vmjit::riscv;
using namespace vmjit::riscv::testing;

static DecodedInstruction decode(uint32_t word) {
  return getDecoder().decode(makeBytes(word), kBase);
}

// create() looks up each name.
TEST(Decoder, KnowsEveryNameOfTheTable) {
  EXPECT_FALSE(llvm::errorToBool(Decoder::create().takeError()));
  EXPECT_GT(getInstructionForms().size(), 250u);
}

TEST(Decoder, TakesFieldsByTheirRoles) {
  DecodedInstruction jalr = decode(0x008585e7); // jalr a1, 8(a1)
  EXPECT_EQ(jalr.operation, Operation::JALR);
  EXPECT_EQ(jalr.size, 4);
  EXPECT_EQ(jalr.rd, 11);
  EXPECT_EQ(jalr.rs1, 11);
  EXPECT_EQ(jalr.imm, 8);

  DecodedInstruction csr = decode(0x80059573); // csrrw a0, 0x800, a1
  EXPECT_EQ(csr.operation, Operation::CSRRW);
  EXPECT_EQ(csr.csr, 0x800);

  DecodedInstruction branch = decode(0x04b50063); // beq a0, a1, 64
  EXPECT_EQ(branch.operation, Operation::BEQ);
  EXPECT_EQ(branch.rs2, 11);
  EXPECT_EQ(branch.imm, 64);

  DecodedInstruction add = decode(0x02c5b553); // fadd.d fa0, fa1, fa2, rup
  EXPECT_EQ(add.operation, Operation::FADD_D);
  EXPECT_EQ(add.rounding, RoundingMode::Up);
}

TEST(Decoder, TakesOrderingsFromTheOpcode) {
  DecodedInstruction both = decode(0x1605b52f); // lr.d.aqrl a0, (a1)
  EXPECT_EQ(both.operation, Operation::LR_D);
  EXPECT_TRUE(both.isAcquire);
  EXPECT_TRUE(both.isRelease);
  DecodedInstruction none = decode(0x1005a52f); // lr.w a0, (a1)
  EXPECT_FALSE(none.isAcquire);
  EXPECT_FALSE(none.isRelease);
}

TEST(Decoder, MapsCompressedFormsToTheirInstruction) {
  DecodedInstruction jalr = decode(0x9502); // c.jalr a0
  EXPECT_EQ(jalr.operation, Operation::JALR);
  EXPECT_EQ(jalr.size, 2);
  EXPECT_EQ(jalr.rd, 1);
  EXPECT_EQ(jalr.rs1, 10);
  DecodedInstruction li = decode(0x4789); // c.li a5, 2
  EXPECT_EQ(li.operation, Operation::ADDI);
  EXPECT_EQ(li.rs1, 0);
  EXPECT_EQ(li.imm, 2);
}

TEST(Decoder, NamesWhatCannotBeLifted) {
  DecodedInstruction andn = decode(0x40c5f533);
  EXPECT_TRUE(andn.isDecoded);
  EXPECT_FALSE(andn.operation);
  EXPECT_EQ(getDecoder().print(andn), "andn a0, a1, a2");
}

TEST(Decoder, PrintsTargetsAsAddresses) {
  EXPECT_EQ(getDecoder().print(decode(0x04b50063)), "beq a0, a1, 0x1040");
}

TEST(Decoder, TellsWhatIsNoInstruction) {
  DecodedInstruction unknown = decode(0xffffffff);
  EXPECT_FALSE(unknown.isDecoded);
  EXPECT_EQ(unknown.size, 4);
  EXPECT_EQ(getDecoder().print(unknown), ".4byte 0xffffffff");
  // The instruction that is defined to be illegal.
  EXPECT_FALSE(decode(0).isDecoded);
}

// As the specification asks for, so that later fences run on what came before.
TEST(Decoder, IgnoresReservedFieldsOfFences) {
  for (uint32_t word : {0x0330008fu, 0x0330800fu, 0x1330000fu, 0xf33f8f8fu}) {
    DecodedInstruction fence = decode(word);
    EXPECT_EQ(fence.operation, Operation::FENCE) << word;
    EXPECT_EQ(fence.predecessors, kFenceRead | kFenceWrite) << word;
    EXPECT_EQ(fence.successors, kFenceRead | kFenceWrite) << word;
    EXPECT_EQ(fence.encoding, word);
    EXPECT_EQ(getDecoder().print(fence), "fence rw, rw");
  }
  EXPECT_EQ(decode(0x8330008f).operation, Operation::FENCE_TSO);
  EXPECT_EQ(decode(0x0010108f).operation, Operation::FENCE_I);
  // Other instructions have no such fields: ecall with rd, lr.w with rs2.
  EXPECT_FALSE(decode(0x000000f3).isDecoded);
  EXPECT_FALSE(decode(0x1015a52f).isDecoded);
}

TEST(Decoder, StopsAtTheEndOfTheBytes) {
  uint8_t half[] = {0x13, 0x85};
  DecodedInstruction cut = getDecoder().decode(half, kBase);
  EXPECT_FALSE(cut.isDecoded);
  EXPECT_EQ(cut.size, 2);
}
