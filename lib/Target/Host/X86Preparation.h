//===- X86Preparation.h - Around faults of LLVM's x86 backend ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_HOST_X86PREPARATION_H
#define VMJIT_LIB_TARGET_HOST_X86PREPARATION_H

namespace llvm {
class Module;
} // namespace llvm

namespace vmjit {

/// Spells in \p module otherwise what LLVM's code generation for x86 gets
/// wrong:
///
/// - llvm.minimumnum and llvm.maximumnum become comparisons. They would give a
///   NaN instead of the number where one operand is known to be no NaN (LLVM
///   22), and the wrong sign for a negative NaN (LLVM 23,
///   https://github.com/llvm/llvm-project/issues/217376).
/// - An integer that becomes a floating-point number does so behind an
///   llvm.arithmetic.fence. The peephole optimizer would follow it around a
///   loop until the stack is full
///   (https://github.com/llvm/llvm-project/pull/216271).
///
/// To come after all that optimizes.
void prepareForX86(llvm::Module &module);

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_HOST_X86PREPARATION_H
