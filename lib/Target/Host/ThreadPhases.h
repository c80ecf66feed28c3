//===- ThreadPhases.h - Threads that go on together -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where threads meet at barriers, and in the iterations of loops that all of
// them do, a loop over the threads runs each region between the meeting points
// for all threads before the next: what is the same for all is computed once,
// and LLVM can vectorise the loop over threads, which is the innermost now.
// What a thread keeps from one region to the next is in an array with an
// element for each thread, unless it can be computed again.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_HOST_THREADPHASES_H
#define VMJIT_LIB_TARGET_HOST_THREADPHASES_H

#include "llvm/IR/Function.h"

#include <cstdint>
#include <optional>

namespace vmjit {

/// Threads that are run together at most, on each call.
enum class PhaseGroup {
  /// Those of a block.
  Block,
  /// Those of a row of a block: with the same y and z.
  Row,
  /// kTileThreads of a row.
  Tile,
};

inline constexpr uint32_t kTileThreads = 32;

/// A function that runs a group of threads,
///
///   void NAME(ptr block, i32 x, i32 y, i32 z, i32 nx, i32 ny, i32 nz)
///
/// those at (x, y, z) and up to (x + nx, y + ny, z + nz). No count is 0.
struct PhaseFunction {
  llvm::Function *function;
  PhaseGroup group;
};

/// Replaces \p thread, which is deleted, by such a function. Returns none if
/// its threads do not meet, or if nothing would be gained; then \p thread still
/// does what it did.
std::optional<PhaseFunction> createPhaseFunction(llvm::Function &thread,
                                                 bool usesBarrier);

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_HOST_THREADPHASES_H
