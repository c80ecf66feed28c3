//===- Integer.cpp - Computation with integers ------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Semantics.h"
#include "llvm/Support/MathExtras.h"

using namespace vmjit;
using namespace vmjit::riscv;

void semantics::LUI(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::MovImm{
      in.rd, uint64_t(llvm::SignExtend64<32>(uint64_t(in.imm) << 12))});
}

void semantics::AUIPC(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::MovImm{
      in.rd, in.pc + uint64_t(llvm::SignExtend64<32>(uint64_t(in.imm) << 12))});
}

//===----------------------------------------------------------------------===//
// 64 bits
//===----------------------------------------------------------------------===//

/// `li`, `mv` and `nop` are forms of it.
void semantics::ADDI(const DecodedInstruction &in, BlockWriter &out) {
  if (in.rd == 0)
    out.append(ops::Nop{});
  else if (in.rs1 == 0)
    out.append(ops::MovImm{in.rd, uint64_t(in.imm)});
  else if (in.imm == 0)
    out.append(ops::Mov{in.rd, in.rs1});
  else
    out.append(ops::AddImm{in.rd, in.rs1, in.imm});
}

void semantics::ADD(const DecodedInstruction &in, BlockWriter &out) {
  if (in.rs1 == 0)
    out.append(ops::Mov{in.rd, in.rs2});
  else
    out.append(ops::Add{in.rd, in.rs1, in.rs2});
}

void semantics::SUB(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::Sub{in.rd, in.rs1, in.rs2});
}

void semantics::SLL(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::Sll{in.rd, in.rs1, in.rs2});
}

void semantics::SRL(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::Srl{in.rd, in.rs1, in.rs2});
}

void semantics::SRA(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::Sra{in.rd, in.rs1, in.rs2});
}

void semantics::SLT(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::CmpLt{in.rd, in.rs1, in.rs2});
}

void semantics::SLTU(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::CmpLtU{in.rd, in.rs1, in.rs2});
}

void semantics::XOR(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::Xor{in.rd, in.rs1, in.rs2});
}

void semantics::OR(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::Or{in.rd, in.rs1, in.rs2});
}

void semantics::AND(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::And{in.rd, in.rs1, in.rs2});
}

void semantics::SLLI(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::SllImm{in.rd, in.rs1, uint8_t(in.imm)});
}

void semantics::SRLI(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::SrlImm{in.rd, in.rs1, uint8_t(in.imm)});
}

void semantics::SRAI(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::SraImm{in.rd, in.rs1, uint8_t(in.imm)});
}

void semantics::SLTI(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::CmpLt{in.rd, in.rs1, out.makeConstant(uint64_t(in.imm))});
}

/// The immediate is extended with its sign here, too.
void semantics::SLTIU(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::CmpLtU{in.rd, in.rs1, out.makeConstant(uint64_t(in.imm))});
}

void semantics::XORI(const DecodedInstruction &in, BlockWriter &out) {
  if (in.imm == -1)
    out.append(ops::Not{in.rd, in.rs1});
  else
    out.append(ops::Xor{in.rd, in.rs1, out.makeConstant(uint64_t(in.imm))});
}

void semantics::ORI(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::Or{in.rd, in.rs1, out.makeConstant(uint64_t(in.imm))});
}

void semantics::ANDI(const DecodedInstruction &in, BlockWriter &out) {
  out.append(ops::And{in.rd, in.rs1, out.makeConstant(uint64_t(in.imm))});
}

//===----------------------------------------------------------------------===//
// 32 bits, whose results are extended with their sign
//===----------------------------------------------------------------------===//

void semantics::ADDIW(const DecodedInstruction &in, BlockWriter &out) {
  RegId sum = in.rs1;
  if (in.imm != 0) {
    sum = out.makeTemporary();
    out.append(ops::AddImm{sum, in.rs1, in.imm});
  }
  out.signExtend(in.rd, sum, 32);
}

void semantics::ADDW(const DecodedInstruction &in, BlockWriter &out) {
  RegId sum = out.makeTemporary();
  out.append(ops::Add{sum, in.rs1, in.rs2});
  out.signExtend(in.rd, sum, 32);
}

void semantics::SUBW(const DecodedInstruction &in, BlockWriter &out) {
  RegId difference = out.makeTemporary();
  out.append(ops::Sub{difference, in.rs1, in.rs2});
  out.signExtend(in.rd, difference, 32);
}

void semantics::SLLIW(const DecodedInstruction &in, BlockWriter &out) {
  RegId shifted = out.makeTemporary();
  out.append(ops::SllImm{shifted, in.rs1, uint8_t(in.imm)});
  out.signExtend(in.rd, shifted, 32);
}

void semantics::SRLIW(const DecodedInstruction &in, BlockWriter &out) {
  RegId low = out.makeZeroExtended(in.rs1, 32);
  RegId shifted = out.makeTemporary();
  out.append(ops::SrlImm{shifted, low, uint8_t(in.imm)});
  out.signExtend(in.rd, shifted, 32);
}

void semantics::SRAIW(const DecodedInstruction &in, BlockWriter &out) {
  RegId low = out.makeSignExtended(in.rs1, 32);
  out.append(ops::SraImm{in.rd, low, uint8_t(in.imm)});
}

/// The amount of a shift of 32 bits.
static RegId makeAmount(const DecodedInstruction &in, BlockWriter &out) {
  RegId amount = out.makeTemporary();
  out.append(ops::And{amount, in.rs2, out.makeConstant(31)});
  return amount;
}

void semantics::SLLW(const DecodedInstruction &in, BlockWriter &out) {
  RegId shifted = out.makeTemporary();
  out.append(ops::Sll{shifted, in.rs1, makeAmount(in, out)});
  out.signExtend(in.rd, shifted, 32);
}

void semantics::SRLW(const DecodedInstruction &in, BlockWriter &out) {
  RegId low = out.makeZeroExtended(in.rs1, 32);
  RegId shifted = out.makeTemporary();
  out.append(ops::Srl{shifted, low, makeAmount(in, out)});
  out.signExtend(in.rd, shifted, 32);
}

void semantics::SRAW(const DecodedInstruction &in, BlockWriter &out) {
  RegId low = out.makeSignExtended(in.rs1, 32);
  out.append(ops::Sra{in.rd, low, makeAmount(in, out)});
}
