//===- LaunchDims.h - Sizes of grids and blocks -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The shape of a launch and its limits, which are those that every device has.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_LAUNCHDIMS_H
#define VMJIT_RUNTIME_LAUNCHDIMS_H

#include "vmjit/ABI/Dim3.h"
#include "llvm/Support/Error.h"

#include <cstdint>

namespace vmjit {

/// Limits of a launch.
inline constexpr uint32_t kMaxBlockThreads = 1024;
inline constexpr Dim3 kMaxBlockDim = {1024, 1024, 64};
inline constexpr Dim3 kMaxGridDim = {0x7fffffff, 65535, 65535};

/// Checks that nothing is 0 or above its limit. Fails with InvalidArgument.
llvm::Error verifyLaunchDims(const Dim3 &grid, const Dim3 &block);

} // namespace vmjit

#endif // VMJIT_RUNTIME_LAUNCHDIMS_H
