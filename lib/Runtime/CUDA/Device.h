//===- Device.h - A CUDA device ---------------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What GpuCompute needs besides Runtime/DriverAPI: PTX is linked to a cubin
// first, so that it can be kept, and then loaded as one.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_CUDA_DEVICE_H
#define VMJIT_LIB_RUNTIME_CUDA_DEVICE_H

#include "Context.h"

namespace vmjit::cuda {

class CUDADevice final : public driverapi::Device<CUDATraits> {
public:
  using Device::Device;
  ~CUDADevice() override { close(); }

private:
  llvm::Error readChip(GpuDeviceInfo &info) override;
  llvm::Expected<TargetSpec> getTargetImpl() override;
  llvm::Expected<DriverLoad> loadImpl(const CodeObject &object,
                                      const Entry &entry) override;

  /// Lets launches of \p kernel ask for all shared memory that the device has.
  llvm::Error raiseSharedLimit(const driverapi::Kernel<CUDATraits> &kernel);

  /// Of queryInfoImpl, which is called first.
  ComputeCapability capability;
};

} // namespace vmjit::cuda

extern template class vmjit::driverapi::Api<vmjit::cuda::CUDATraits>;
extern template class vmjit::driverapi::Device<vmjit::cuda::CUDATraits>;

#endif // VMJIT_LIB_RUNTIME_CUDA_DEVICE_H
