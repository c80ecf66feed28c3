//===- HartInputs.h - What random harts start with --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_FUZZ_HARTINPUTS_H
#define VMJIT_FUZZ_HARTINPUTS_H

#include "vmjit/Interpreter/HartState.h"
#include "vmjit/Runtime/HartMemory.h"
#include "vmjit/VMIR/Program.h"

#include <optional>
#include <vector>

namespace vmjit::fuzz {

/// Harts as they start, and their memory.
struct HartInputs {
  vmir::GuestAddr returnPc = 0;
  /// At least one, each with where it starts.
  std::vector<HartState> harts;
  std::vector<HartRegion> regions;
  /// For each region its bytes: those of hart 0, of hart 1 and so on if it is
  /// private, else once.
  std::vector<std::vector<uint8_t>> contents;
  /// The steps that each hart may take whenever it is run; absent: any number,
  /// of code that cannot be stopped.
  std::optional<uint64_t> stepBudget;
};

/// Starts for \p hartCount harts (at least 1) of \p program, the same for the
/// same arguments: registers with values from the edges of what there is,
/// flags, CSRs, call stacks, reservations, and memory of several regions, some
/// of them adjacent, not writable, not readable or at the end of the address
/// space. Most harts start at the entry, the others at any block.
/// Half of the inputs have a small step budget.
HartInputs generateInputs(uint64_t seed, const vmir::Program &program,
                          uint64_t hartCount);

} // namespace vmjit::fuzz

#endif // VMJIT_FUZZ_HARTINPUTS_H
