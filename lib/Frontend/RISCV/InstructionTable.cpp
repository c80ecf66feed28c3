//===- InstructionTable.cpp - The rows of Instructions.def ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Frontend/RISCV/DecodedInstruction.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace vmjit::riscv;

namespace {
namespace roles {
using enum OperandRole;
#define RISCV_INSTRUCTION(Name, Family, ...)                                   \
  constexpr std::initializer_list<OperandRole> Name##Operands = {__VA_ARGS__};
#define RISCV_FORM(Name, Instruction, ...)                                     \
  constexpr std::initializer_list<OperandRole> Name##Operands = {__VA_ARGS__};
#include "vmjit/Frontend/RISCV/Instructions.def"
} // namespace roles
} // namespace

ArrayRef<InstructionForm> vmjit::riscv::getInstructionForms() {
  static const InstructionForm forms[] = {
#define RISCV_INSTRUCTION(Name, Family, ...)                                   \
  {#Name, Operation::Name, roles::Name##Operands},
#define RISCV_FORM(Name, Instruction, ...)                                     \
  {#Name, Operation::Instruction, roles::Name##Operands},
#include "vmjit/Frontend/RISCV/Instructions.def"
  };
  return forms;
}

StringRef vmjit::riscv::getOperationName(Operation operation) {
  switch (operation) {
#define RISCV_INSTRUCTION(Name, Family, ...)                                   \
  case Operation::Name:                                                        \
    return #Name;
#include "vmjit/Frontend/RISCV/Instructions.def"
  }
  llvm_unreachable("no such operation");
}

Family vmjit::riscv::getFamily(Operation operation) {
  switch (operation) {
#define RISCV_INSTRUCTION(Name, FamilyName, ...)                               \
  case Operation::Name:                                                        \
    return Family::FamilyName;
#include "vmjit/Frontend/RISCV/Instructions.def"
  }
  llvm_unreachable("no such operation");
}
