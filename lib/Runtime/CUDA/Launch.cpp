//===- Launch.cpp - Loading and launching on CUDA devices -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// GpuCompute's functions on kernels.
//
//===----------------------------------------------------------------------===//

#include "Device.h"
#include "Kernel.h"
#include "Target.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::cuda;

Expected<DriverLoad> CUDADevice::loadImpl(const CodeObject &object,
                                          const Entry &entry) {
  unsigned newestPTX = getPTXVersion(api->getDriverVersion());
  if (object.payloadKind == PayloadKind::PTX && object.ptxVersion > newestPTX)
    return makeGpuError(GpuErrorKind::KernelLoadingFailed,
                        formatv("PTX {0}.{1}; the driver for CUDA {2} reads "
                                "versions up to {3}.{4}",
                                object.ptxVersion / 10, object.ptxVersion % 10,
                                getVersionText(api->getDriverVersion()),
                                newestPTX / 10, newestPTX % 10)
                            .str(),
                        {.kernel = entry.name});
  ContextGuard guard(*context);
  if (guard.getStatus().failed())
    return fail(guard.getStatus(), GpuErrorKind::KernelLoadingFailed,
                {.kernel = entry.name});
  DriverLoad load;
  const CodeObject *loaded = &object;
  if (object.payloadKind == PayloadKind::PTX) {
    Expected<std::vector<uint8_t>> cubin =
        linkPTX(*api, object.payload, entry.name);
    if (!cubin)
      return cubin.takeError();
    load.compiled = object;
    load.compiled->payloadKind = PayloadKind::Cubin;
    load.compiled->payload = std::move(*cubin);
    loaded = &*load.compiled;
  }
  // Checked before the driver, which is not told a size, reads it.
  if (Error error = loaded->verify())
    return std::move(error);
  Expected<std::unique_ptr<CUDAKernel>> kernel =
      CUDAKernel::load(context, loaded->payload, entry, sharedLimit);
  if (!kernel)
    return kernel.takeError();
  load.resources = (*kernel)->getResources();
  load.kernel = std::move(*kernel);
  return load;
}

/// Other launches of the kernel that are under way have the same address or are
/// waited for by the stream.
Status CUDADevice::setControl(CUDAKernel &kernel, uint64_t control,
                              CUstream stream) {
  CUdeviceptr variable = kernel.getControlVariable();
  if (!variable || (control == 0 && !kernel.isControlSet))
    return {};
  kernel.isControlSet = true;
  // The driver takes the value from here before it returns.
  return api->cuMemcpyHtoDAsync(variable, &control, sizeof(control), stream);
}

Error CUDADevice::launchImpl(DriverKernel &driverKernel,
                             const DriverLaunch &launch, DriverStream &stream) {
  auto &kernel = static_cast<CUDAKernel &>(driverKernel);
  if (launch.block.getCount() > kernel.getMaxThreads())
    return makeGpuError(GpuErrorKind::InvalidArgument,
                        formatv("a block of {0} threads; with its registers "
                                "the kernel allows {1}",
                                launch.block.getCount(), kernel.getMaxThreads())
                            .str(),
                        {.kernel = kernel.getName()});
  CUstream handle = static_cast<CUDAStream &>(stream).handle.get();
  ContextGuard guard(*context);
  Status status = guard.getStatus();
  if (!status.failed())
    status = setControl(kernel, launch.control, handle);
  if (!status.failed())
    status = api->cuLaunchKernel(
        kernel.getFunction(), launch.grid.x, launch.grid.y, launch.grid.z,
        launch.block.x, launch.block.y, launch.block.z,
        static_cast<unsigned>(launch.sharedBytes), handle,
        const_cast<void **>(launch.args.data()), nullptr);
  if (status.failed())
    return fail(status, GpuErrorKind::KernelExecutionFailed,
                {.kernel = kernel.getName()});
  return Error::success();
}
