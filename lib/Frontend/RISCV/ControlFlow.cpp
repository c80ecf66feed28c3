//===- ControlFlow.cpp - Where control goes after an instruction *- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ControlFlow.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::riscv;

static bool isOneOf(Operation operation,
                    std::initializer_list<Operation> operations) {
  return is_contained(operations, operation);
}

bool vmjit::riscv::writesCsr(const DecodedInstruction &instruction) {
  if (!instruction.operation ||
      getFamily(*instruction.operation) != Family::Csr)
    return false;
  if (isOneOf(*instruction.operation, {Operation::CSRRW, Operation::CSRRWI}))
    return true;
  // The set or cleared bits are in one of them, the other is 0.
  return instruction.rs1 != 0 || instruction.imm != 0;
}

bool vmjit::riscv::writesRoundingMode(const DecodedInstruction &instruction) {
  return writesCsr(instruction) &&
         (instruction.csr == kFrmCsr || instruction.csr == kFcsrCsr);
}

/// CSRs of which the two highest bits are set cannot be written.
static bool isReadOnlyCsr(uint16_t csr) { return csr >> 10 == 3; }

/// Whether the result is exact, whatever the rounding mode.

bool vmjit::riscv::isLiftable(const DecodedInstruction &instruction) {
  if (!instruction.operation)
    return false;
  switch (getFamily(*instruction.operation)) {
  case Family::Float:
    return instruction.rounding == RoundingMode::NearestEven ||
           instruction.rounding == RoundingMode::Dynamic;
  case Family::Conversion:
    return *instruction.operation != Operation::FCVT_S_D ||
           instruction.rounding != RoundingMode::NearestMaxMagnitude;
  case Family::Csr:
    return !writesCsr(instruction) || !isReadOnlyCsr(instruction.csr);
  case Family::Integer:
  case Family::Multiply:
  case Family::Control:
  case Family::Memory:
  case Family::Atomic:
    return true;
  }
  return false;
}

ControlFlow
vmjit::riscv::getControlFlow(const DecodedInstruction &instruction) {
  if (!instruction.isDecoded)
    return {FlowKind::Stop};
  if (!isLiftable(instruction) || writesRoundingMode(instruction))
    return {FlowKind::NextBlock};
  GuestAddr target = instruction.pc + uint64_t(instruction.imm);
  Operation operation = *instruction.operation;
  if (operation == Operation::JAL)
    return {FlowKind::Jump, target, instruction.rd != 0};
  if (operation == Operation::JALR)
    return {FlowKind::IndirectJump, 0, instruction.rd != 0};
  if (isOneOf(operation, {Operation::BEQ, Operation::BNE, Operation::BLT,
                          Operation::BGE, Operation::BLTU, Operation::BGEU}))
    return {FlowKind::Branch, target, false};
  if (isOneOf(operation, {Operation::ECALL, Operation::EBREAK}))
    return {FlowKind::NextBlock};
  return {};
}
