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

/// Whether rd is a floating-point register.
static bool isFloatDestination(Operation operation) {
  switch (getFamily(operation)) {
  case Family::Float:
    return !isOneOf(operation,
                    {Operation::FEQ_S, Operation::FLT_S, Operation::FLE_S,
                     Operation::FEQ_D, Operation::FLT_D, Operation::FLE_D,
                     Operation::FCLASS_S, Operation::FCLASS_D,
                     Operation::FMV_X_W, Operation::FMV_X_D});
  case Family::Conversion:
    return !isOneOf(operation, {Operation::FCVT_W_S, Operation::FCVT_WU_S,
                                Operation::FCVT_L_S, Operation::FCVT_LU_S,
                                Operation::FCVT_W_D, Operation::FCVT_WU_D,
                                Operation::FCVT_L_D, Operation::FCVT_LU_D});
  case Family::Memory:
    return isOneOf(operation, {Operation::FLW, Operation::FLD});
  case Family::Integer:
  case Family::Multiply:
  case Family::Control:
  case Family::Atomic:
  case Family::Csr:
    return false;
  }
  return false;
}

/// Whether rs1 is an integer register, where there is one.
static bool isIntegerSource1(Operation operation) {
  switch (getFamily(operation)) {
  case Family::Float:
    return isOneOf(operation, {Operation::FMV_W_X, Operation::FMV_D_X});
  case Family::Conversion:
    return isOneOf(operation, {Operation::FCVT_S_W, Operation::FCVT_S_WU,
                               Operation::FCVT_S_L, Operation::FCVT_S_LU,
                               Operation::FCVT_D_W, Operation::FCVT_D_WU,
                               Operation::FCVT_D_L, Operation::FCVT_D_LU});
  case Family::Integer:
  case Family::Multiply:
  case Family::Control:
  case Family::Memory:
  case Family::Atomic:
  case Family::Csr:
    return true;
  }
  return true;
}

/// The same of rs2.
static bool isIntegerSource2(Operation operation) {
  Family family = getFamily(operation);
  return family != Family::Float && family != Family::Conversion &&
         !isOneOf(operation, {Operation::FSW, Operation::FSD});
}

bool vmjit::riscv::readsRegister(const DecodedInstruction &instruction,
                                 unsigned reg) {
  if (!instruction.operation)
    return false;
  Operation operation = *instruction.operation;
  return (instruction.rs1 == reg && isIntegerSource1(operation)) ||
         (instruction.rs2 == reg && isIntegerSource2(operation));
}

bool vmjit::riscv::writesRegister(const DecodedInstruction &instruction,
                                  unsigned reg) {
  return instruction.operation && instruction.rd == reg &&
         !isFloatDestination(*instruction.operation);
}

/// CSRs of which the two highest bits are set cannot be written.
static bool isReadOnlyCsr(uint16_t csr) { return csr >> 10 == 3; }

bool vmjit::riscv::isLiftable(const DecodedInstruction &instruction) {
  if (!instruction.operation)
    return false;
  return !writesCsr(instruction) || !isReadOnlyCsr(instruction.csr);
}

ControlFlow
vmjit::riscv::getControlFlow(const DecodedInstruction &instruction) {
  if (!instruction.isDecoded)
    return {FlowKind::Stop};
  if (!isLiftable(instruction))
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
