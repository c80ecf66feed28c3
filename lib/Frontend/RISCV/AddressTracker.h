//===- AddressTracker.h - Addresses that code makes -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Code makes the address of a function in two instructions, "la" in assembly:
// the upper bits, absolute, relative to pc or as gp has them, and an addi.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_FRONTEND_RISCV_ADDRESSTRACKER_H
#define VMJIT_LIB_FRONTEND_RISCV_ADDRESSTRACKER_H

#include "vmjit/Frontend/RISCV/DecodedInstruction.h"
#include "vmjit/Frontend/RISCV/GuestImage.h"

#include <array>

namespace vmjit::riscv {

/// Follows constants in integer registers through straight code.
class AddressTracker {
public:
  explicit AddressTracker(const GuestImage &image);

  /// Starts where nothing is known but what the linker has put into gp.
  void reset();

  /// Goes on behind \p instruction. The address that it made, if it is an addi
  /// to a register whose contents are known.
  std::optional<GuestAddr> step(const DecodedInstruction &instruction);

private:
  std::optional<GuestAddr> globalPointer;
  std::array<std::optional<uint64_t>, vmir::kArchRegCount> registers;
};

} // namespace vmjit::riscv

#endif // VMJIT_LIB_FRONTEND_RISCV_ADDRESSTRACKER_H
