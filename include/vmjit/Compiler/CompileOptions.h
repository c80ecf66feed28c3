//===- CompileOptions.h - What may change code ------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Apart from the compiler, which needs MLIR: caches and runtimes name what they
// want compiled, and a program with precompiled code links neither.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_COMPILER_COMPILEOPTIONS_H
#define VMJIT_COMPILER_COMPILEOPTIONS_H

#include "vmjit/CodeObject/CodeObject.h"
#include "vmjit/Target/OptLevel.h"
#include "vmjit/Target/TargetSpec.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vmjit {

/// What may change the code that comes out. A value.
struct CompileOptions {
  TargetSpec target;
  OptLevel optLevel = OptLevel::O2;
  /// How the entry is to be launched. Absent: in kernel mode if the program
  /// has params. A program with params compiles for hart mode as well, one
  /// without not for kernel mode.
  std::optional<EntryMode> mode;
  /// The code counts steps and looks at a control block, so that it can be
  /// stopped; docs/Timeouts.md says what that costs.
  bool stoppable = false;

  bool operator==(const CompileOptions &) const = default;
};

/// The name and the value of every option, in a fixed order: two sets of
/// options are equal if and only if their descriptions are. Cache keys are made
/// of it.
std::vector<std::pair<std::string, std::string>>
describeOptions(const CompileOptions &options);

} // namespace vmjit

#endif // VMJIT_COMPILER_COMPILEOPTIONS_H
