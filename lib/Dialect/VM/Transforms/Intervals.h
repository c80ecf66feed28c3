//===- Intervals.h - Parts of a program with one entry -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_DIALECT_VM_TRANSFORMS_INTERVALS_H
#define VMJIT_LIB_DIALECT_VM_TRANSFORMS_INTERVALS_H

#include "vmjit/Dialect/VM/IR/VMOps.h"

#include <vector>

namespace vmjit::vm {

/// Calls \p visit for each address that \p block goes to by a transfer that
/// names it, whether the program has a block there or not.
void forEachTarget(BlockOp block, llvm::function_ref<void(uint64_t)> visit);

/// The addresses of blocks, the header first. No transfer that names its target
/// goes from another interval to a block other than the header.
using Interval = std::vector<uint64_t>;

/// Divides the blocks of \p program, in a deterministic order: loops and
/// functions as whole as \p maxOps ops in an interval permit. A block is the
/// header of its interval if computed transfers are likely to go to it: no
/// block names it as a target, or an op has its address as a constant.
std::vector<Interval> divideIntoIntervals(ProgramOp program, uint64_t maxOps);

} // namespace vmjit::vm

#endif // VMJIT_LIB_DIALECT_VM_TRANSFORMS_INTERVALS_H
