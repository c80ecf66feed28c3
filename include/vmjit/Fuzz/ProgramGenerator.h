//===- ProgramGenerator.h - Random valid programs ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Programs for tests that compare engines: a seed is all that is needed to make
// one again, on any machine.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_FUZZ_PROGRAMGENERATOR_H
#define VMJIT_FUZZ_PROGRAMGENERATOR_H

#include "vmjit/VMIR/Program.h"

namespace vmjit::fuzz {

/// How large programs get; every number is at least 1.
struct GeneratorOptions {
  unsigned maxBlocks = 6;
  /// Ops of a block beyond those that count loops. Sequences that belong
  /// together may go beyond it.
  unsigned maxOpsPerBlock = 12;
};

/// The register that counts how often a hart may still pass a loop head. No
/// other op of a generated program writes it.
inline constexpr vmir::RegId kLoopCounterReg = 31;
/// Registers that mostly hold addresses inside the memory map: bases.
inline constexpr vmir::RegId kFirstAddressReg = 16;
inline constexpr unsigned kAddressRegCount = 8;
/// Registers that mostly hold addresses of loop heads: targets of jumps.
inline constexpr vmir::RegId kFirstCodeReg = 24;
inline constexpr unsigned kCodeRegCount = 4;
/// Where generated programs expect harts to return to.
inline constexpr vmir::GuestAddr kReturnPc = 0xdead0000;

/// A hart-mode program that verifies, the same for the same arguments. Every
/// op and terminator of Opcodes.def turns up sooner or later, except those
/// whose result is another on every engine by definition: positions in the grid
/// and barriers, also by the names of their CSRs.
///
/// Backward jumps lead to loop heads, which count kLoopCounterReg down and
/// return to kReturnPc when it is below 1. So a hart ends after few steps if
/// the counter starts small, unless it computes the address of another block by
/// accident; run it with a limit.
vmir::Program generateProgram(uint64_t seed,
                              const GeneratorOptions &options = {});

/// Whether \p block begins as the loop heads of generateProgram do.
bool isLoopHead(const vmir::Block &block);

} // namespace vmjit::fuzz

#endif // VMJIT_FUZZ_PROGRAMGENERATOR_H
