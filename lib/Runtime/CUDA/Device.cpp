//===- Device.cpp - A CUDA device -------------------------------*- C++ -*-===//
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

#include "Link.h"
#include "Target.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::cuda;

Error CUDADevice::readChip(GpuDeviceInfo &info) {
  int major = 0, minor = 0;
  if (Error error =
          readAttribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, major))
    return error;
  if (Error error =
          readAttribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, minor))
    return error;
  capability = {static_cast<unsigned>(major), static_cast<unsigned>(minor)};
  info.computeCapability = capability;
  info.chip = formatv("sm_{0}{1}", major, minor);
  return Error::success();
}

Expected<TargetSpec> CUDADevice::getTargetImpl() {
  std::optional<TargetSpec> target =
      chooseTarget(capability, getApi().getVersion());
  if (!target)
    return makeGpuError(
        GpuErrorKind::FeatureNotSupported, "",
        {.feature = "code for a chip before sm_70",
         .device = formatv("sm_{0}{1}", capability.major, capability.minor)});
  return std::move(*target);
}

/// Without this a block gets 48 KiB at most, whatever the device has.
Error CUDADevice::raiseSharedLimit(
    const driverapi::Kernel<CUDATraits> &kernel) {
  auto limit = static_cast<uint64_t>(getAttributes().sharedBytesPerBlock);
  uint64_t own = *kernel.getResources().staticSharedBytes;
  if (limit <= own)
    return Error::success();
  if (Status status = getApi().funcSetAttribute(
          kernel.getFunction(), CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
          static_cast<int>(limit - own));
      status.failed())
    return getApi().makeDriverError(status, GpuErrorKind::KernelLoadingFailed,
                                    {.kernel = kernel.getName()},
                                    "the limit of shared memory cannot be "
                                    "raised");
  return Error::success();
}

Expected<DriverLoad> CUDADevice::loadImpl(const CodeObject &object,
                                          const Entry &entry) {
  unsigned newestPTX = getPTXVersion(getApi().getVersion());
  if (object.payloadKind == PayloadKind::PTX && object.ptxVersion > newestPTX)
    return makeGpuError(GpuErrorKind::KernelLoadingFailed,
                        formatv("PTX {0}.{1}; the driver for CUDA {2} reads "
                                "versions up to {3}.{4}",
                                object.ptxVersion / 10, object.ptxVersion % 10,
                                getApi().getVersionText(), newestPTX / 10,
                                newestPTX % 10)
                            .str(),
                        {.kernel = entry.name});
  ContextGuard guard(getContext());
  if (guard.getStatus().failed())
    return fail(guard.getStatus(), GpuErrorKind::KernelLoadingFailed,
                {.kernel = entry.name});
  std::optional<CodeObject> compiled;
  if (object.payloadKind == PayloadKind::PTX) {
    Expected<std::vector<uint8_t>> cubin =
        linkPTX(getApi(), object.payload, entry.name);
    if (!cubin)
      return cubin.takeError();
    compiled = object;
    compiled->payloadKind = PayloadKind::Cubin;
    compiled->payload = std::move(*cubin);
  }
  const CodeObject &loaded = compiled ? *compiled : object;
  // Checked before the driver, which is not told a size, reads it.
  if (Error error = loaded.verify())
    return std::move(error);
  Expected<DriverLoad> load = loadImage(loaded.payload, entry);
  if (!load)
    return load.takeError();
  if (Error error = raiseSharedLimit(
          static_cast<driverapi::Kernel<CUDATraits> &>(*load->kernel)))
    return std::move(error);
  load->compiled = std::move(compiled);
  return load;
}
