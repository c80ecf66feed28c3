//===- code-object-fuzzer.cpp - Any bytes as a code object ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the reader takes, the writer gives back, byte for byte. An input gets
// the digest that it has to end with: no mutation would come past it otherwise.
//
//===----------------------------------------------------------------------===//

#include "vmjit/CodeObject/CodeObject.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/SHA256.h"

#include <cstdlib>

using namespace llvm;
using namespace vmjit;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::vector<uint8_t> bytes(data, data + size);
  constexpr size_t digestSize = 32;
  if (size >= digestSize)
    llvm::copy(SHA256::hash(ArrayRef(bytes).drop_back(digestSize)),
               bytes.end() - digestSize);
  Expected<CodeObject> object = CodeObject::deserialize(bytes);
  if (!object) {
    consumeError(object.takeError());
    return 0;
  }
  Expected<std::vector<uint8_t>> written = object->serialize();
  if (!written || *written != bytes)
    abort();
  return 0;
}
