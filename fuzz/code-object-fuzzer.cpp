//===- code-object-fuzzer.cpp - Any bytes as a code object ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the reader takes, the writer gives back, byte for byte.
//
//===----------------------------------------------------------------------===//

#include "vmjit/CodeObject/CodeObject.h"

#include <cstdlib>

using namespace llvm;
using namespace vmjit;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ArrayRef<uint8_t> bytes(data, size);
  Expected<CodeObject> object = CodeObject::deserialize(bytes);
  if (!object) {
    consumeError(object.takeError());
    return 0;
  }
  Expected<std::vector<uint8_t>> written = object->serialize();
  if (!written || ArrayRef<uint8_t>(*written) != bytes)
    abort();
  return 0;
}
