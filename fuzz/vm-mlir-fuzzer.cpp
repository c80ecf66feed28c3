//===- vm-mlir-fuzzer.cpp - Any text as a module ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Modules that verify are exported, and what was exported is a program that
// verifies.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Compiler/Compiler.h"
#include "vmjit/Import/ExportVMIR.h"
#include "vmjit/VMIR/Verifier.h"

#include <cstdlib>

using namespace llvm;
using namespace vmjit;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // Attributes and types stay in a context, so that it is not used for ever.
  Compiler compiler;
  std::string text(reinterpret_cast<const char *>(data), size);
  auto module = compiler.parse(text, "input");
  if (!module) {
    consumeError(module.takeError());
    return 0;
  }
  Expected<vmir::Program> program = exportProgram(**module);
  if (!program)
    consumeError(program.takeError());
  else if (vmir::findViolation(*program))
    abort();
  return 0;
}
