//===- HartLaunch.h - Checks of hart-mode launches --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Hart.h says what a launch has to be; generated code relies on it. Launchers
// call this before they start one.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_HARTLAUNCH_H
#define VMJIT_RUNTIME_HARTLAUNCH_H

#include "vmjit/CodeObject/HartStateLayout.h"
#include "llvm/Support/Error.h"

namespace vmjit {

/// Checks all that Hart.h demands of \p launch, for code that needs the words
/// of
/// \p layout, and that can be seen without touching what it points to. Fails
/// with InvalidArgument.
llvm::Error verifyHartLaunch(const vmjit_hart_launch &launch,
                             const HartStateLayout &layout);

} // namespace vmjit

#endif // VMJIT_RUNTIME_HARTLAUNCH_H
