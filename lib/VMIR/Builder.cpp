//===- Builder.cpp - Building programs in memory ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/VMIR/Builder.h"

#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/Verifier.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::vmir;

static std::string nameBlock(GuestAddr pc) {
  return "block 0x" + utohexstr(pc, /*LowerCase=*/true);
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

Operand vmjit::vmir::registerOperand(RegId reg) {
  Operand operand;
  operand.kind = Operand::Register;
  operand.reg = reg;
  return operand;
}

Operand vmjit::vmir::immediateOperand(int64_t value) {
  Operand operand;
  operand.kind = Operand::Immediate;
  operand.bits = uint64_t(value);
  return operand;
}

Operand vmjit::vmir::imm64Operand(uint64_t value) {
  Operand operand;
  operand.kind = Operand::Imm64;
  operand.bits = value;
  return operand;
}

Operand vmjit::vmir::memoryOperand(RegId base, int64_t offset, uint8_t size) {
  Operand operand;
  operand.kind = Operand::Memory;
  operand.reg = base;
  operand.bits = uint64_t(offset);
  operand.size = size;
  return operand;
}

Operand vmjit::vmir::binaryOperand(BinaryOperator op, Operand left,
                                   Operand right) {
  Operand operand;
  operand.kind = Operand::Binary;
  operand.op = op;
  operand.operands.push_back(std::move(left));
  operand.operands.push_back(std::move(right));
  return operand;
}

//===----------------------------------------------------------------------===//
// The program
//===----------------------------------------------------------------------===//

IRBuilder::IRBuilder(StringRef name) { program.name = name.str(); }

IRBuilder &IRBuilder::setEntry(GuestAddr pc) {
  program.entry = pc;
  hasEntry = true;
  return *this;
}

IRBuilder &IRBuilder::setZeroReg(bool isZero) {
  program.zeroReg = isZero;
  return *this;
}

IRBuilder &IRBuilder::setParams(std::vector<ParamType> params) {
  program.params = std::move(params);
  return *this;
}

IRBuilder &IRBuilder::setStackBytes(uint64_t bytes) {
  program.stackBytes = bytes;
  return *this;
}

IRBuilder &IRBuilder::setSharedBytes(uint64_t bytes) {
  program.sharedBytes = bytes;
  return *this;
}

IRBuilder &IRBuilder::addSegment(Segment segment) {
  program.segments.push_back(std::move(segment));
  return *this;
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

IRBuilder &IRBuilder::createBlock(GuestAddr pc) {
  if (!indices.emplace(pc, program.blocks.size()).second)
    return misuse(nameBlock(pc) + " exists already");
  if (!hasEntry && program.blocks.empty())
    program.entry = pc;
  Block &block = program.blocks.emplace_back();
  block.startPc = pc;
  block.term = terms::Fault{0};
  terminated.push_back(false);
  current = program.blocks.size() - 1;
  return *this;
}

IRBuilder &IRBuilder::setCurrentBlock(GuestAddr pc) {
  auto found = indices.find(pc);
  if (found == indices.end())
    return misuse("there is no " + nameBlock(pc));
  current = found->second;
  return *this;
}

IRBuilder &IRBuilder::setInner() {
  if (!current)
    return misuse("there is no block to be inner");
  program.blocks[*current].isInner = true;
  return *this;
}

IRBuilder &IRBuilder::append(Op op) {
  StringRef name = getOpInfo(op).name;
  if (!current)
    return misuse(name + " is appended to no block");
  Block &block = program.blocks[*current];
  if (terminated[*current])
    return misuse(name + " is appended to " + nameBlock(block.startPc) +
                  " after its terminator");
  block.ops.push_back(std::move(op));
  return *this;
}

IRBuilder &IRBuilder::setTerminator(Terminator term) {
  StringRef name = getTerminatorName(term);
  if (!current)
    return misuse(name + " terminates no block");
  Block &block = program.blocks[*current];
  if (terminated[*current])
    return misuse(name + " is a second terminator of " +
                  nameBlock(block.startPc));
  block.term = std::move(term);
  terminated[*current] = true;
  return *this;
}

#define VMIR_FIELD(Kind, member, json) (field::Kind::Type, member)
#define VMIR_OP(Number, Name, Family, Fields)                                  \
  IRBuilder &IRBuilder::Name(VMIR_PARAMETERS(Fields)) {                        \
    return append(ops::Name{VMIR_MEMBERS(Fields)});                            \
  }
#define VMIR_TERMINATOR(Name, Fields)                                          \
  IRBuilder &IRBuilder::Name(VMIR_PARAMETERS(Fields)) {                        \
    return setTerminator(Terminator(std::in_place_type<terms::Name>,           \
                                    terms::Name{VMIR_MEMBERS(Fields)}));       \
  }
#include "vmjit/VMIR/Opcodes.def"
#undef VMIR_FIELD

IRBuilder &IRBuilder::misuse(const Twine &message) {
  if (firstMisuse.empty())
    firstMisuse = message.str();
  return *this;
}

Expected<Program> IRBuilder::build() const {
  if (!firstMisuse.empty())
    return makeError(ErrorCode::InvalidArgument,
                     "misuse of the builder: " + firstMisuse);
  if (Error error = verify(program))
    return error;
  return program;
}
