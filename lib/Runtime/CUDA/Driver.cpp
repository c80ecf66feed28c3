//===- Driver.cpp - NVIDIA GPUs ---------------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finding devices.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/CUDA/CUDADriver.h"

#include "../DriverAPI/Discovery.h"
#include "Device.h"
#include "vmjit/Support/EnvOptions.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::cuda;

Expected<std::vector<std::shared_ptr<GpuCompute>>>
vmjit::discoverCUDADevices() {
  Expected<std::string> path = getEnvCudaLibrary();
  if (!path)
    return path.takeError();
  return openCUDADevices(*path);
}

Expected<std::vector<std::shared_ptr<GpuCompute>>>
vmjit::openCUDADevices(StringRef libraryPath) {
  return driverapi::openDevices<CUDADevice>(libraryPath);
}
