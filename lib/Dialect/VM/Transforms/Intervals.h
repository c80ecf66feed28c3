//===- Intervals.h - Parts of a program with one entry -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_DIALECT_VM_TRANSFORMS_INTERVALS_H
#define VMJIT_LIB_DIALECT_VM_TRANSFORMS_INTERVALS_H

#include "vmjit/Dialect/VM/IR/VMOps.h"

#include <unordered_map>
#include <vector>

namespace vmjit::vm {

/// Calls \p visit for each address that \p block goes to by a transfer that
/// names it, whether the program has a block there or not.
void forEachTarget(BlockOp block, llvm::function_ref<void(uint64_t)> visit);

/// Calls \p visit for each address that \p block has as a constant, other than
/// as a target: where a function that it calls most likely returns to.
void forEachReturnAddress(BlockOp block,
                          llvm::function_ref<void(uint64_t)> visit);

/// Blocks of a program, by their addresses. No transfer that names its target
/// goes from another interval to an inner block.
struct Interval {
  std::vector<uint64_t> headers;
  std::vector<uint64_t> inner;
  /// By block: the header of the part with one header that it was in before
  /// intervals were joined.
  std::unordered_map<uint64_t, uint64_t> partOf;
};

/// How large intervals may get, in ops of the dialect.
struct IntervalLimits {
  /// Of an interval with one header.
  uint64_t maxOps;
  /// Of one with several; 0: there are none.
  uint64_t maxJoinedOps;
};

/// Divides the blocks of \p program, in a deterministic order: loops and
/// functions as whole as \p limits permit. A block is a header if computed
/// transfers are likely to go to it: no block names it as a target, or an op
/// has its address as a constant. Functions are joined with those that they
/// call, and with where those return to.
std::vector<Interval> divideIntoIntervals(ProgramOp program,
                                          const IntervalLimits &limits);

} // namespace vmjit::vm

#endif // VMJIT_LIB_DIALECT_VM_TRANSFORMS_INTERVALS_H
