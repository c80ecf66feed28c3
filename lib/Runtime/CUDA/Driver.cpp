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
  Expected<std::shared_ptr<const Api>> loaded = Api::load(libraryPath);
  if (!loaded)
    return loaded.takeError();
  const Api &api = **loaded;
  auto failed = [&](const Status &status) {
    return makeDriverError(api, status, GpuErrorKind::DriverBindingFailed,
                           {.deviceType = DeviceType::CUDA},
                           "the driver does not tell its devices");
  };
  int count = 0;
  if (Status status = api.cuDeviceGetCount(&count); status.failed())
    return failed(status);
  if (count <= 0)
    return makeGpuError(GpuErrorKind::NoDeviceAvailable,
                        "the CUDA driver finds no device");
  std::vector<std::shared_ptr<GpuCompute>> devices;
  for (int index = 0; index < count; ++index) {
    CUdevice device = 0;
    if (Status status = api.cuDeviceGet(&device, index); status.failed())
      return failed(status);
    devices.push_back(std::make_shared<CUDADevice>(*loaded, index, device));
  }
  return devices;
}
