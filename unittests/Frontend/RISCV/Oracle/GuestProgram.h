//===- GuestProgram.h - A program that runs single instructions -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For each instruction the program takes its rows one by one: it loads the
// registers from the row, executes the instruction, and stores the registers
// back. At the end it writes all rows to the standard output.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_FRONTEND_RISCV_ORACLE_GUESTPROGRAM_H
#define VMJIT_UNITTESTS_FRONTEND_RISCV_ORACLE_GUESTPROGRAM_H

#include "Assembler.h"

#include <vector>

namespace vmjit::riscv::oracle {

/// How far behind itself a jump goes; what is between sets Row::fellThrough.
inline constexpr int64_t kJumpDistance = 8;

/// The state before the instruction, and after it.
struct Row {
  /// In the order of the windows.
  uint64_t x[std::size(kIntegerWindow)];
  uint64_t f[std::size(kFloatWindow)];
  uint64_t fcsr;
  /// 1 if control went on behind the instruction, not to where it jumps.
  uint64_t fellThrough;
  /// What memory instructions reach.
  uint64_t memory[4];

  bool operator==(const Row &) const = default;
};

/// An instruction and the rows it is run on.
struct Unit {
  Bytes bytes;
  std::vector<Row> rows;
};

/// Where the rows are in guest memory.
inline constexpr uint64_t kRowsAddress = 0x10000000;

/// The program as an ELF file. Sets \p addresses to those of the instructions.
std::string makeGuestProgram(const Assembler &assembler,
                             llvm::ArrayRef<Unit> units,
                             std::vector<uint64_t> &addresses);
/// The address of the instruction of each unit, which are of the sizes that
/// \p units has.
std::vector<uint64_t> getInstructionAddresses(const Assembler &assembler,
                                              llvm::ArrayRef<Unit> units);

} // namespace vmjit::riscv::oracle

#endif // VMJIT_UNITTESTS_FRONTEND_RISCV_ORACLE_GUESTPROGRAM_H
