//===- MaskedLoads.h - Around a fault of LLVM's InstCombine -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_COMMON_MASKEDLOADS_H
#define VMJIT_LIB_TARGET_COMMON_MASKEDLOADS_H

namespace llvm {
class PassInstrumentationCallbacks;
} // namespace llvm

namespace vmjit {

/// Keeps the masked loads that vectorisation makes where they are. InstCombine
/// makes of a select between one and another value a masked load at the
/// select, behind stores to the same place that come in between (LLVM 22,
/// https://github.com/llvm/llvm-project/issues/215453). It does not look
/// through a freeze.
void keepMaskedLoads(llvm::PassInstrumentationCallbacks &callbacks);

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_COMMON_MASKEDLOADS_H
