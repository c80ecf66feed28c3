//===- Target.h - What to compile for a HIP device --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The chip, and the version of code objects that the runtime loads.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_HIP_TARGET_H
#define VMJIT_LIB_RUNTIME_HIP_TARGET_H

#include "vmjit/Target/TargetSpec.h"

namespace vmjit::hip {

/// The chip in what the runtime calls an architecture: "gfx90a" for
/// "gfx90a:sramecc+:xnack-". What can be switched on a chip is left out: code
/// that does not ask for either setting runs with both.
llvm::StringRef getChip(llvm::StringRef architecture);

/// The target for a device of chip \p chip: code object version 5, or for
/// runtimes before ROCm 6, which do not all load that, version 4.
TargetSpec chooseTarget(llvm::StringRef chip, int runtimeVersion);

} // namespace vmjit::hip

#endif // VMJIT_LIB_RUNTIME_HIP_TARGET_H
