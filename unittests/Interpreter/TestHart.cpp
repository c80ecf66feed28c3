//===- TestHart.cpp - Running a few ops in a test ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

#include <numeric>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::vmir;

Program vmjit::makeProgram(std::vector<Block> blocks) {
  Program program;
  program.entry = blocks.front().startPc;
  program.blocks = std::move(blocks);
  return program;
}

std::pair<ErrorCode, std::string> vmjit::takeFailure(Error error) {
  EXPECT_TRUE(bool(error)) << "expected a failure";
  if (!error)
    return {ErrorCode::Other, ""};
  ErrorCode code = getErrorCode(error);
  return {code, toString(std::move(error))};
}

void vmjit::runProgram(const Program &program, HartState &state,
                       GuestMemory &memory, std::optional<uint64_t> stepLimit) {
  Expected<Interpreter> interpreter = Interpreter::create(program);
  ASSERT_TRUE(bool(interpreter)) << toString(interpreter.takeError());
  Error error =
      interpreter->runHart(state, memory, kReturnPc, {.stepLimit = stepLimit});
  ASSERT_FALSE(bool(error)) << toString(std::move(error));
}

HartState vmjit::runOps(const std::vector<Op> &code, HartState state,
                        GuestMemory &memory) {
  state.startAt(kBlockPc);
  runProgram(makeProgram({{kBlockPc, code, terms::Jmp{kReturnPc}}}), state,
             memory);
  return state;
}

HartState vmjit::runOps(const std::vector<Op> &code, HartState state) {
  GuestMemory memory;
  return runOps(code, std::move(state), memory);
}

HartState vmjit::runBlocks(std::vector<Block> blocks, HartState state) {
  GuestMemory memory;
  state.startAt(blocks.front().startPc);
  runProgram(makeProgram(std::move(blocks)), state, memory);
  return state;
}

ExitRecord vmjit::exitAtOp(ExitStatus status, uint32_t op, uint64_t detail,
                           uint8_t size, bool isStore) {
  return {status, kBlockPc, op, detail, size, isStore, kBlockPc, op};
}

ExitRecord vmjit::exitTo(ExitStatus status, uint32_t op, GuestAddr nextPc,
                         uint32_t nextOp) {
  return {status, kBlockPc, op, 0, 0, false, nextPc, nextOp};
}

Operand vmjit::makeOperand(Operand::Kind kind, uint64_t bits, RegId reg,
                           uint8_t size) {
  Operand operand;
  operand.kind = kind;
  operand.bits = bits;
  operand.reg = reg;
  operand.size = size;
  return operand;
}

Operand vmjit::makeBinary(BinaryOperator op, std::vector<Operand> operands) {
  Operand operand;
  operand.kind = Operand::Binary;
  operand.op = op;
  operand.operands = std::move(operands);
  return operand;
}

HartWithMemory::HartWithMemory() : bytes(16), rom(8, 0x55), port(8, 0x55) {
  std::iota(bytes.begin(), bytes.end(), 0x80);
  state.x[1] = kBase;
  Error error = memory.addShared(kBase, bytes);
  EXPECT_FALSE(bool(error)) << toString(std::move(error));
}

void HartWithMemory::mapRomAndPort() {
  ASSERT_FALSE(bool(memory.addShared(kRom, rom, true, false)));
  ASSERT_FALSE(bool(memory.addShared(kPort, port, false, true)));
}

ExitRecord HartWithMemory::run(std::vector<Op> code) {
  state = runOps(std::move(code), state, memory);
  return state.exit;
}

/// The state after \p op, which has to return.
static HartState runOp(const Op &op, HartState state) {
  state = runOps({op}, std::move(state));
  EXPECT_EQ(state.exit.status, ExitStatus::Return);
  return state;
}

uint64_t vmjit::evalX(const Op &op, uint64_t x1, uint64_t x2) {
  HartState state;
  state.x[1] = x1;
  state.x[2] = x2;
  return runOp(op, state).x[3];
}

uint64_t vmjit::evalF(const Op &op, uint64_t f1, uint64_t f2, uint64_t f3) {
  HartState state;
  state.f[1] = f1;
  state.f[2] = f2;
  state.f[3] = f3;
  return runOp(op, state).f[4];
}

uint64_t vmjit::evalFToX(const Op &op, uint64_t f1, uint64_t f2) {
  HartState state;
  state.f[1] = f1;
  state.f[2] = f2;
  return runOp(op, state).x[3];
}

uint64_t vmjit::evalXToF(const Op &op, uint64_t x1) {
  HartState state;
  state.x[1] = x1;
  return runOp(op, state).f[4];
}
