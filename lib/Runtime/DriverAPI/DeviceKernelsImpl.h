//===- DeviceKernelsImpl.h - Kernels on a device ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// GpuCompute's functions on kernels.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_DRIVERAPI_DEVICEKERNELSIMPL_H
#define VMJIT_LIB_RUNTIME_DRIVERAPI_DEVICEKERNELSIMPL_H

#include "Device.h"

#include "llvm/Support/FormatVariadic.h"

namespace vmjit::driverapi {

template <class Traits>
llvm::Expected<DriverLoad>
Device<Traits>::loadImage(llvm::ArrayRef<uint8_t> image, const Entry &entry) {
  llvm::Expected<std::unique_ptr<Kernel<Traits>>> kernel =
      Kernel<Traits>::load(context, image, entry);
  if (!kernel)
    return kernel.takeError();
  DriverLoad load;
  load.resources = (*kernel)->getResources();
  load.kernel = std::move(*kernel);
  return load;
}

/// Other launches of the kernel that are under way have the same address or are
/// waited for by the stream.
template <class Traits>
Status Device<Traits>::setControl(Kernel<Traits> &kernel, uint64_t control,
                                  StreamType stream) {
  typename Traits::DevicePtr variable = kernel.getControlVariable();
  if (!variable || (control == 0 && !kernel.isControlSet))
    return {};
  kernel.isControlSet = true;
  // The driver takes the value from here before it returns.
  return api->memcpyHtoDAsync(variable, &control, sizeof(control), stream);
}

template <class Traits>
llvm::Error Device<Traits>::launchImpl(DriverKernel &driverKernel,
                                       const DriverLaunch &launch,
                                       DriverStream &stream) {
  auto &kernel = static_cast<Kernel<Traits> &>(driverKernel);
  if (launch.block.getCount() > kernel.getMaxThreads())
    return makeGpuError(
        GpuErrorKind::InvalidArgument,
        llvm::formatv("a block of {0} threads; with its registers the kernel "
                      "allows {1}",
                      launch.block.getCount(), kernel.getMaxThreads())
            .str(),
        {.kernel = kernel.getName()});
  StreamType handle = static_cast<Stream<Traits> &>(stream).handle.get();
  Status status = callInContext([&] {
    Status prepared = setControl(kernel, launch.control, handle);
    if (prepared.failed())
      return prepared;
    return api->launchKernel(kernel.getFunction(), launch.grid.x, launch.grid.y,
                             launch.grid.z, launch.block.x, launch.block.y,
                             launch.block.z,
                             static_cast<unsigned>(launch.sharedBytes), handle,
                             const_cast<void **>(launch.args.data()), nullptr);
  });
  if (status.failed())
    return fail(status, GpuErrorKind::KernelExecutionFailed,
                {.kernel = kernel.getName()});
  return llvm::Error::success();
}

} // namespace vmjit::driverapi

#endif // VMJIT_LIB_RUNTIME_DRIVERAPI_DEVICEKERNELSIMPL_H
