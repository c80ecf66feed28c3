//===- GuestProfile.h - What a RISC-V program executes ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs a process in the interpreter, which counts. The count is exact but for
// the last block, which counts as a whole, and the same for everything that
// runs the same program.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_BENCHMARKS_GUESTPROFILE_H
#define VMJIT_BENCHMARKS_GUESTPROFILE_H

#include "GuestPrograms.h"
#include "vmjit/VMIR/Program.h"

namespace vmjit::benchmarks {

struct GuestProfile {
  /// How many instructions one process executes.
  uint64_t instructionCount = 0;
  /// What it writes to standard output, and how it ends.
  std::string output;
  linux_user::ProcessStatus status;

  /// A block of the program.
  struct Block {
    vmir::Block block;
    uint64_t instructionCount = 0;
    uint64_t entered = 0;
  };
  /// All that was lifted, the most frequent ones first.
  std::vector<Block> blocks;
};

/// Fails as the interpreter does.
llvm::Expected<GuestProfile> profileGuest(const GuestWorkload &workload);

} // namespace vmjit::benchmarks

#endif // VMJIT_BENCHMARKS_GUESTPROFILE_H
