//===- HartState.h - One guest thread and how it ended ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The state of a hart as the interpreter sees it: the same contents as the
// state array of vmjit/ABI/Hart.h, kept by value for one hart. All types here
// are values that share nothing.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_INTERPRETER_HARTSTATE_H
#define VMJIT_INTERPRETER_HARTSTATE_H

#include "vmjit/ABI/Dim3.h"
#include "vmjit/ABI/ExitRecord.h"
#include "vmjit/VMIR/FieldKinds.h"
#include "llvm/ADT/StringRef.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace vmjit {

/// What the GPU ops of a hart read. The default is a grid of one thread.
struct GridPosition {
  Dim3 threadId = {0, 0, 0};
  Dim3 blockId = {0, 0, 0};
  Dim3 blockDim = {1, 1, 1};
  Dim3 gridDim = {1, 1, 1};
  /// Guest address of the block's shared memory.
  vmir::GuestAddr sharedBase = 0;

  bool operator==(const GridPosition &) const = default;
};

/// What a load-reserve leaves for the next store-conditional.
struct Reservation {
  vmir::GuestAddr address = 0;
  /// In bytes. 0: there is none, whatever the other members say.
  uint64_t size = 0;
  /// The bytes that were read, zero-extended.
  uint64_t value = 0;

  bool operator==(const Reservation &) const = default;
};

/// Everything that belongs to one hart but its memory.
struct HartState {
  /// The integer registers. Where X[0] is the zero register, x[0] is neither
  /// read nor written.
  std::array<uint64_t, vmir::kArchRegCount> x{};
  /// The floating-point registers; an f32 is NaN-boxed.
  std::array<uint64_t, vmir::kArchRegCount> f{};
  /// N31 Z30 C29 V28.
  uint32_t nzcv = 0;
  /// The CSRs that are not 0, or were written. 3 is fcsr, 8 bits, of which 1
  /// and 2 are views: they have no entry. What stands for a GPU op has none
  /// either.
  std::map<uint16_t, uint64_t> csrs;
  /// Return addresses, the innermost last; at most vmir::kCallStackDepth.
  std::vector<vmir::GuestAddr> callStack;
  Reservation reservation;
  /// Temporaries that are not 0, by ascending id. They matter only to a hart
  /// that resumes inside a block, which finds them as it left them.
  std::vector<std::pair<vmir::RegId, uint64_t>> temporaries;
  GridPosition position;
  ExitRecord exit;

  /// Makes the hart start at op \p op of the block at \p pc.
  void startAt(vmir::GuestAddr pc, uint32_t op = 0);

  bool operator==(const HartState &) const = default;
};

} // namespace vmjit

#endif // VMJIT_INTERPRETER_HARTSTATE_H
