//===- Metadata.h - The JSON part of a code object --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything of a code object but its payload, to and from JSON. Readers accept
// only what writers write: every field present, no other field.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_CODEOBJECT_METADATA_H
#define VMJIT_LIB_CODEOBJECT_METADATA_H

#include "vmjit/CodeObject/CodeObject.h"

namespace vmjit {

/// The metadata of \p object, which must have passed verify().
std::string writeMetadata(const CodeObject &object);

/// A code object without payload from \p text. Fails with ParseError; what
/// verify() checks is left to it.
llvm::Expected<CodeObject> readMetadata(llvm::StringRef text);

} // namespace vmjit

#endif // VMJIT_LIB_CODEOBJECT_METADATA_H
