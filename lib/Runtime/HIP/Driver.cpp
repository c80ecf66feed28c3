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
  Expected<std::shared_ptr<const Api>> loaded = Api::load(libraryPath);
  if (!loaded)
    return loaded.takeError();
  const Api &api = **loaded;
  auto failed = [&](const Status &status) {
    return makeDriverError(api, status, GpuErrorKind::DriverBindingFailed,
                           {.deviceType = DeviceType::HIP},
                           "the runtime does not tell its devices");
  };
  int count = 0;
  if (Status status = api.hipGetDeviceCount(&count); status.failed())
    return failed(status);
  if (count <= 0)
    return makeGpuError(GpuErrorKind::NoDeviceAvailable,
                        "the HIP runtime finds no device");
  std::vector<std::shared_ptr<GpuCompute>> devices;
  for (int index = 0; index < count; ++index) {
    hipDevice_t device = 0;
    if (Status status = api.hipDeviceGet(&device, index); status.failed())
      return failed(status);
    devices.push_back(std::make_shared<HIPDevice>(*loaded, index, device));
  }
  return devices;
}
