//===- Traits.cpp - What is particular to the CUDA driver -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the tables, and writes what messages and device information show.
//
//===----------------------------------------------------------------------===//

#include "Traits.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::cuda;

const char *Functions::bind(function_ref<void *(const char *)> lookup) {
#define VMJIT_CUDA_REQUIRED(Name, CUDAName, Symbol, ...)                       \
  if (!Name.bind(lookup))                                                      \
    return #Symbol;
#define VMJIT_CUDA_OPTIONAL(Name, CUDAName, Symbol, ...) Name.bind(lookup);
#include "Symbols.def"
  return nullptr;
}

std::string CUDATraits::getVersionText(int version) {
  return formatv("{0}.{1}", version / 1000, version % 1000 / 10);
}

DriverMeaning CUDATraits::getMeaning(int result) {
  // Drivers have more results than the enumeration.
  switch (result) {
#define VMJIT_CUDA_RESULT(Name, Value, Meaning)                                \
  case Value:                                                                  \
    return DriverMeaning::Meaning;
#include "Results.def"
  }
  return DriverMeaning::Failed;
}

const char *CUDATraits::getResultName(const Functions &functions, int result) {
  const char *name = nullptr;
  Status status = functions.getErrorName(static_cast<CUresult>(result), &name);
  return status.failed() ? nullptr : name;
}

const char *CUDATraits::getResultText(const Functions &functions, int result) {
  const char *text = nullptr;
  Status status =
      functions.getErrorString(static_cast<CUresult>(result), &text);
  return status.failed() ? nullptr : text;
}

Status CUDATraits::loadModule(const Functions &functions, CUmodule *module,
                              const void *image) {
  return functions.moduleLoadDataEx(module, image, 0, nullptr, nullptr);
}

std::string CUDATraits::formatUUID(const CUuuid &uuid) {
  std::string text = "GPU";
  for (auto [index, byte] : enumerate(uuid.bytes)) {
    bool startsGroup =
        index == 0 || index == 4 || index == 6 || index == 8 || index == 10;
    if (startsGroup)
      text += '-';
    text += toHex(ArrayRef<uint8_t>(static_cast<uint8_t>(byte)),
                  /*LowerCase=*/true);
  }
  return text;
}
