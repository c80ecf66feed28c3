//===- IntervalFunctions.h - A function for each interval -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_HOST_INTERVALFUNCTIONS_H
#define VMJIT_LIB_TARGET_HOST_INTERVALFUNCTIONS_H

namespace llvm {
class Function;
} // namespace llvm

namespace vmjit {

/// Makes a function of its own of each interval of \p thread, a thread function
/// in hart mode as lowering left it: of the blocks that a dispatch goes to and
/// all that only they lead to. Intervals pass each other registers in memory,
/// so that nothing is lost, and what takes LLVM more than linear time stays
/// small. Does nothing where the whole is small already.
void createIntervalFunctions(llvm::Function &thread);

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_HOST_INTERVALFUNCTIONS_H
