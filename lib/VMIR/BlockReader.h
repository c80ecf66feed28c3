//===- BlockReader.h - Reading blocks from JSON -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads blocks, and below them ops, terminators, flags and operands, from JSON
// values, driven by the op table.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_VMIR_BLOCKREADER_H
#define VMJIT_LIB_VMIR_BLOCKREADER_H

#include "JSONReader.h"

#include "vmjit/VMIR/Program.h"

namespace vmjit::vmir {

/// Reads \p value into \p block; a failure is left in \p reader.
bool readBlock(JSONReader &reader, JSONValue value, const JSONPath &path,
               Block &block);

} // namespace vmjit::vmir

#endif // VMJIT_LIB_VMIR_BLOCKREADER_H
