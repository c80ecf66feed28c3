//===- ModuleMarks.h - Marks on modules under compilation -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Metadata and attributes that a step of a backend leaves for later ones.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_COMMON_MODULEMARKS_H
#define VMJIT_LIB_TARGET_COMMON_MODULEMARKS_H

#include "llvm/ADT/StringRef.h"

namespace vmjit {

/// Named metadata of a module that went through prepare, and optimize.
inline constexpr llvm::StringLiteral kPreparedFlag = "vmjit.prepared";
inline constexpr llvm::StringLiteral kOptimizedFlag = "vmjit.optimized";

/// Named metadata of a module that is too large for passes whose time grows
/// faster than the code.
inline constexpr llvm::StringLiteral kLargeFlag = "vmjit.large";

/// Attributes of prepared entries. The name of the entry; its value may differ
/// from the function's name.
inline constexpr llvm::StringLiteral kEntryNameAttr = "vmjit-entry-name";
/// Present if the entry calls a barrier.
inline constexpr llvm::StringLiteral kUsesBarrierAttr = "vmjit-uses-barrier";

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_COMMON_MODULEMARKS_H
