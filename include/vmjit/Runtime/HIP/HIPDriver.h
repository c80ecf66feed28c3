//===- HIPDriver.h - AMD GPUs -----------------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds the devices of the HIP runtime. Nothing of ROCm is needed to build: the
// driver is loaded at run time.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_HIP_HIPDRIVER_H
#define VMJIT_RUNTIME_HIP_HIPDRIVER_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <vector>

namespace vmjit {

class GpuCompute;

/// All devices of the driver that VMJIT_HIP_LIBRARY names, or else of the
/// system's. Fails with DriverBindingFailed where there is no driver or none
/// that can be used, and with NoDeviceAvailable; the message says why. The
/// devices are not initialized. Can be called from any thread, any number of
/// times.
llvm::Expected<std::vector<std::shared_ptr<GpuCompute>>> discoverHIPDevices();

/// The same for the driver library \p libraryPath.
llvm::Expected<std::vector<std::shared_ptr<GpuCompute>>>
openHIPDevices(llvm::StringRef libraryPath);

} // namespace vmjit

#endif // VMJIT_RUNTIME_HIP_HIPDRIVER_H
