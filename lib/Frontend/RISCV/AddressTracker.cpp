//===- AddressTracker.cpp - Addresses that code makes -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AddressTracker.h"

#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::riscv;

AddressTracker::AddressTracker(const GuestImage &image)
    : globalPointer(image.findSymbol(kGlobalPointerSymbol)) {
  reset();
}

void AddressTracker::reset() {
  registers.fill(std::nullopt);
  registers[kGlobalPointerReg] = globalPointer;
}

std::optional<GuestAddr>
AddressTracker::step(const DecodedInstruction &instruction) {
  uint64_t imm = uint64_t(instruction.imm);
  uint64_t upper = uint64_t(SignExtend64<32>(imm << 12));
  std::optional<uint64_t> value;
  std::optional<GuestAddr> made;
  if (instruction.operation == Operation::LUI) {
    value = upper;
  } else if (instruction.operation == Operation::AUIPC) {
    value = instruction.pc + upper;
  } else if (instruction.operation == Operation::ADDI) {
    value = registers[instruction.rs1];
    if (value)
      *value += imm;
    made = value;
  }
  // Writes to the floating-point file are taken for ones to the integer file,
  // which may lose an address.
  if (instruction.rd != 0)
    registers[instruction.rd] = value;
  return made;
}
