//===- LinkedFunction.h - Attributes of a linked function -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What --vm-link-blocks leaves on the func.func of a program, for the passes
// and conversions after it.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_DIALECT_VM_TRANSFORMS_LINKEDFUNCTION_H
#define VMJIT_DIALECT_VM_TRANSFORMS_LINKEDFUNCTION_H

#include "llvm/ADT/StringRef.h"

namespace vmjit::vm {

/// #vm.mode: how the function is run. Its presence marks a linked function.
inline constexpr llvm::StringLiteral kModeAttrName = "vm.mode";
/// The segments of the program, as in vm.program.
inline constexpr llvm::StringLiteral kSegmentsAttrName = "vm.segments";
/// Present if the function counts steps and looks at a control block.
inline constexpr llvm::StringLiteral kStoppableAttrName = "vm.stoppable";
/// The bytes of static shared memory, i64.
inline constexpr llvm::StringLiteral kSharedBytesAttrName = "vm.shared_bytes";
/// The types of the kernel's parameters, as in vm.program.
inline constexpr llvm::StringLiteral kParamsAttrName = "vm.params";
/// The CSRs that have a word in a hart's state, ascending.
inline constexpr llvm::StringLiteral kCsrsAttrName = "vm.csrs";
/// The temporaries that have a word in a hart's state, after those of the CSRs.
inline constexpr llvm::StringLiteral kTemporariesAttrName = "vm.temporaries";

} // namespace vmjit::vm

#endif // VMJIT_DIALECT_VM_TRANSFORMS_LINKEDFUNCTION_H
