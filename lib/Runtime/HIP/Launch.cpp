//===- Launch.cpp - Loading and launching on HIP devices --------*- C++ -*-===//
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
#include "llvm/BinaryFormat/ELF.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::hip;

Expected<DriverLoad> HIPDevice::loadImpl(const CodeObject &object,
                                         const Entry &entry) {
  // Checked before the runtime, which is not told a size, reads it.
  if (Error error = verifyELFPayload(object.payload, ELF::EM_AMDGPU))
    return std::move(error);
  ContextGuard guard(*context);
  if (guard.getStatus().failed())
    return fail(guard.getStatus(), GpuErrorKind::KernelLoadingFailed,
                {.kernel = entry.name});
  Expected<std::unique_ptr<HIPKernel>> kernel =
      HIPKernel::load(context, object.payload, entry);
  if (!kernel)
    return kernel.takeError();
  DriverLoad load;
  load.resources = (*kernel)->getResources();
  load.kernel = std::move(*kernel);
  return load;
}

/// Other launches of the kernel that are under way have the same address or are
/// waited for by the stream.
Status HIPDevice::setControl(HIPKernel &kernel, uint64_t control,
                             hipStream_t stream) {
  hipDeviceptr_t variable = kernel.getControlVariable();
  if (!variable || (control == 0 && !kernel.isControlSet))
    return {};
  kernel.isControlSet = true;
  // The runtime takes the value from here before it returns.
  return api->hipMemcpyHtoDAsync(variable, &control, sizeof(control), stream);
}

Error HIPDevice::launchImpl(DriverKernel &driverKernel,
                            const DriverLaunch &launch, DriverStream &stream) {
  auto &kernel = static_cast<HIPKernel &>(driverKernel);
  if (launch.block.getCount() > kernel.getMaxThreads())
    return makeGpuError(GpuErrorKind::InvalidArgument,
                        formatv("a block of {0} threads; with its registers "
                                "the kernel allows {1}",
                                launch.block.getCount(), kernel.getMaxThreads())
                            .str(),
                        {.kernel = kernel.getName()});
  hipStream_t handle = static_cast<HIPStream &>(stream).handle.get();
  ContextGuard guard(*context);
  Status status = guard.getStatus();
  if (!status.failed())
    status = setControl(kernel, launch.control, handle);
  if (!status.failed())
    status = api->hipModuleLaunchKernel(
        kernel.getFunction(), launch.grid.x, launch.grid.y, launch.grid.z,
        launch.block.x, launch.block.y, launch.block.z,
        static_cast<unsigned>(launch.sharedBytes), handle,
        const_cast<void **>(launch.args.data()), nullptr);
  if (status.failed())
    return fail(status, GpuErrorKind::KernelExecutionFailed,
                {.kernel = kernel.getName()});
  return Error::success();
}
