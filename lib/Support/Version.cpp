//===- Version.cpp - Which vmjit this is ------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Support/Version.h"

// Generated: VMJIT_BUILD_ID.
#include "BuildId.h"

#include "llvm-c/Core.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

StringRef vmjit::getVersion() { return VMJIT_VERSION; }

StringRef vmjit::getBuildId() { return VMJIT_BUILD_ID; }

std::string vmjit::getLLVMVersion() {
  unsigned major, minor, patch;
  LLVMGetVersion(&major, &minor, &patch);
  return formatv("{0}.{1}.{2}", major, minor, patch);
}
