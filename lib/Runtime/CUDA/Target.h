//===- Target.h - What to compile for a CUDA device -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The chip and the version of PTX that both LLVM and the driver know.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_CUDA_TARGET_H
#define VMJIT_LIB_RUNTIME_CUDA_TARGET_H

#include "vmjit/Runtime/GpuDeviceInfo.h"
#include "vmjit/Target/TargetSpec.h"

#include <optional>

namespace vmjit::cuda {

/// The newest PTX version that a driver of at least kMinVersion reads.
unsigned getPTXVersion(int driverVersion);

/// The target for a device of \p capability: its own chip, or, where LLVM or
/// the driver do not have PTX for that, the nearest one before it; PTX runs on
/// later chips. The PTX version is the lowest that knows the chip (from 7.0
/// on), so that code does not depend on which driver it was compiled next to.
/// None for a device that is older than every chip we have.
std::optional<TargetSpec> chooseTarget(ComputeCapability capability,
                                       int driverVersion);

} // namespace vmjit::cuda

#endif // VMJIT_LIB_RUNTIME_CUDA_TARGET_H
