//===- CompileOptions.cpp - What may change code ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Compiler/CompileOptions.h"

#include "llvm/ADT/Twine.h"

using namespace llvm;
using namespace vmjit;

std::vector<std::pair<std::string, std::string>>
vmjit::describeOptions(const CompileOptions &options) {
  // A new member does not compile until it is here.
  const auto &[target, optLevel, mode, stoppable] = options;
  const auto &[kind, chip, features, ptxVersion, codeObjectVersion] = target;
  return {
      {"target", getTargetKindName(kind).str()},
      {"chip", chip},
      {"features", features},
      {"ptx-version", std::to_string(ptxVersion)},
      {"code-object-version", std::to_string(codeObjectVersion)},
      {"opt-level", ("O" + Twine(unsigned(optLevel))).str()},
      {"mode", mode ? getEntryModeName(*mode).str() : "default"},
      {"stoppable", stoppable ? "true" : "false"},
  };
}
