//===- NarrowIntegers.h - 32-bit arithmetic for NVPTX -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_NVPTX_NARROWINTEGERS_H
#define VMJIT_LIB_TARGET_NVPTX_NARROWINTEGERS_H

namespace llvm {
class Function;
} // namespace llvm

namespace vmjit {

/// Computes in 32 bits what \p function computes in 64 and uses 32 of. LLVM's
/// optimizer prefers the wide form, because all of its extensions are one, and
/// NVPTX's instruction selection, unlike that of other targets, leaves it so.
/// The registers are 32 bits wide. To come after all that optimizes.
void narrowIntegers(llvm::Function &function);

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_NVPTX_NARROWINTEGERS_H
