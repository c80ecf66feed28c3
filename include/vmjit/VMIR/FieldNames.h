//===- FieldNames.h - How enumerations are spelled in JSON ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The names that the serde encoding gives to the enumerators of field kinds.
// The JSON reader and writer use them, and messages that name an enumerator.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_VMIR_FIELDNAMES_H
#define VMJIT_VMIR_FIELDNAMES_H

#include "vmjit/VMIR/Program.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>

namespace vmjit::vmir {

/// The names of all enumerators, in the order of their values.
llvm::ArrayRef<llvm::StringLiteral> getMemOrderNames();
llvm::ArrayRef<llvm::StringLiteral> getAtomicOpNames();
/// As above. The last, Custom, is written with its number in JSON.
llvm::ArrayRef<llvm::StringLiteral> getBinaryOperatorNames();
llvm::ArrayRef<llvm::StringLiteral> getOperandKindNames();

/// The position of \p name in \p names, or nothing.
std::optional<uint8_t> findName(llvm::ArrayRef<llvm::StringLiteral> names,
                                llvm::StringRef name);

} // namespace vmjit::vmir

#endif // VMJIT_VMIR_FIELDNAMES_H
