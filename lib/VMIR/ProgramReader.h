//===- ProgramReader.h - Programs inside JSON documents ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads a program that is a value of a larger document.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_VMIR_PROGRAMREADER_H
#define VMJIT_LIB_VMIR_PROGRAMREADER_H

#include "JSONReader.h"

#include "vmjit/VMIR/Program.h"

namespace vmjit::vmir {

/// Reads the program that \p value, at \p path, is in any of the three forms of
/// parseProgram, and verifies it. Returns whether it succeeded; else \p reader
/// has the failure, with the path of the culprit.
bool readVerifiedProgram(JSONReader &reader, JSONValue value,
                         const JSONPath &path, Program &program);

} // namespace vmjit::vmir

#endif // VMJIT_LIB_VMIR_PROGRAMREADER_H
