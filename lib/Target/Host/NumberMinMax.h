//===- NumberMinMax.h - Minimum and maximum numbers on x86 ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_HOST_NUMBERMINMAX_H
#define VMJIT_LIB_TARGET_HOST_NUMBERMINMAX_H

namespace llvm {
class Module;
} // namespace llvm

namespace vmjit {

/// Replaces llvm.minimumnum and llvm.maximumnum in \p module by comparisons.
/// Instruction selection for x86 gives a NaN instead of the number where it
/// knows that one operand is no NaN (LLVM 22), and the wrong sign for a
/// negative NaN (LLVM 23, https://github.com/llvm/llvm-project/issues/217376).
/// To come after all that optimizes.
void expandNumberMinMax(llvm::Module &module);

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_HOST_NUMBERMINMAX_H
