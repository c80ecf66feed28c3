//===- Traits.cpp - What is particular to the HIP runtime -------*- C++ -*-===//
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
using namespace vmjit::hip;

const char *Functions::bind(function_ref<void *(const char *)> lookup) {
#define VMJIT_HIP_REQUIRED(Name, Symbol, ...)                                  \
  if (!Name.bind(lookup))                                                      \
    return #Symbol;
#define VMJIT_HIP_OPTIONAL(Name, Symbol, ...) Name.bind(lookup);
#define VMJIT_HIP_TEXT VMJIT_HIP_REQUIRED
#include "Symbols.def"
  // One of them is enough.
  if (!getDevicePropertiesR0600 && !getDevicePropertiesR0000)
    return getDevicePropertiesR0000.symbol;
  return nullptr;
}

std::string HIPTraits::getVersionText(int version) {
  return formatv("{0}.{1}.{2}", version / 10000000, version / 100000 % 100,
                 version % 100000);
}

DriverMeaning HIPTraits::getMeaning(int result) {
  // Runtimes have more results than the enumeration.
  switch (result) {
#define VMJIT_HIP_RESULT(Name, Value, Meaning)                                 \
  case Value:                                                                  \
    return DriverMeaning::Meaning;
#include "Results.def"
  }
  return DriverMeaning::Failed;
}

const char *HIPTraits::getResultName(const Functions &functions, int result) {
  return functions.getErrorName(static_cast<hipError_t>(result));
}

const char *HIPTraits::getResultText(const Functions &functions, int result) {
  return functions.getErrorString(static_cast<hipError_t>(result));
}

Status HIPTraits::loadModule(const Functions &functions, hipModule_t *module,
                             const void *image) {
  return functions.moduleLoadData(module, image);
}

std::string HIPTraits::formatUUID(const hipUUID &uuid) {
  StringRef bytes(uuid.bytes, sizeof(uuid.bytes));
  if (all_of(bytes, [](char c) { return isPrint(c); }))
    return "GPU-" + bytes.str();
  return "GPU-" + toHex(bytes, /*LowerCase=*/true);
}
