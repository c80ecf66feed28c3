//===- Driver.cpp - AMD GPUs ------------------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finding devices.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/HIP/HIPDriver.h"

#include "../DriverAPI/Discovery.h"
#include "Device.h"
#include "vmjit/Support/EnvOptions.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::hip;

Expected<std::vector<std::shared_ptr<GpuCompute>>> vmjit::discoverHIPDevices() {
  Expected<std::string> path = getEnvHipLibrary();
  if (!path)
    return path.takeError();
  return openHIPDevices(*path);
}

Expected<std::vector<std::shared_ptr<GpuCompute>>>
vmjit::openHIPDevices(StringRef libraryPath) {
  return driverapi::openDevices<HIPDevice>(libraryPath);
}
