//===- vmir-json-fuzzer.cpp - Any text as a program -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the reader takes is written as a text that it takes again, for the same
// program.
//
//===----------------------------------------------------------------------===//

#include "vmjit/VMIR/JSON.h"

#include <cstdlib>

using namespace llvm;
using namespace vmjit;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  StringRef text(reinterpret_cast<const char *>(data), size);
  Expected<vmir::Program> program = vmir::parseProgram(text);
  if (!program) {
    consumeError(program.takeError());
    return 0;
  }
  std::string written;
  raw_string_ostream os(written);
  vmir::writeProgram(os, *program);
  Expected<vmir::Program> again = vmir::parseProgram(written);
  if (!again || *again != *program)
    abort();
  return 0;
}
