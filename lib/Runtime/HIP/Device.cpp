//===- Device.cpp - A HIP device --------------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What to compile for it, and how to load that.
//
//===----------------------------------------------------------------------===//

#include "Device.h"

#include "Target.h"
#include "llvm/BinaryFormat/ELF.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::hip;

/// Reads \p properties with \p function, and the architecture in it.
template <class Properties>
static Status readArchitecture(
    const driverapi::Function<hipError_t(Properties *, int)> &function,
    int device, std::string &architecture) {
  // Larger than a stack frame should be.
  auto properties = std::make_unique<Properties>();
  Status status = function(properties.get(), device);
  StringRef text(properties->gcnArchName, sizeof(properties->gcnArchName));
  architecture = text.take_until([](char c) { return c == 0; }).str();
  return status;
}

Error HIPDevice::readChip(GpuDeviceInfo &info) {
  const Api &api = getApi();
  std::string architecture;
  Status status = api.getDevicePropertiesR0600
                      ? readArchitecture(api.getDevicePropertiesR0600,
                                         getHandle(), architecture)
                      : readArchitecture(api.getDevicePropertiesR0000,
                                         getHandle(), architecture);
  if (status.failed())
    return fail(status, GpuErrorKind::DeviceInitializationFailed,
                {.deviceType = DeviceType::HIP});
  chip = getChip(architecture).str();
  if (!StringRef(chip).starts_with("gfx"))
    return makeGpuError(GpuErrorKind::DeviceInitializationFailed,
                        "the runtime calls the chip '" + chip + "'",
                        {.deviceType = DeviceType::HIP});
  info.chip = chip;
  return Error::success();
}

Expected<TargetSpec> HIPDevice::getTargetImpl() {
  return chooseTarget(chip, getApi().getVersion());
}

Expected<DriverLoad> HIPDevice::loadImpl(const CodeObject &object,
                                         const Entry &entry) {
  // Checked before the runtime, which is not told a size, reads it.
  if (Error error = verifyELFPayload(object.payload, ELF::EM_AMDGPU))
    return std::move(error);
  ContextGuard guard(getContext());
  if (guard.getStatus().failed())
    return fail(guard.getStatus(), GpuErrorKind::KernelLoadingFailed,
                {.kernel = entry.name});
  return loadImage(object.payload, entry);
}
