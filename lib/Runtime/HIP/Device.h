//===- Device.h - A HIP device ----------------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What GpuCompute needs besides Runtime/DriverAPI. Code objects are loaded as
// they are.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_HIP_DEVICE_H
#define VMJIT_LIB_RUNTIME_HIP_DEVICE_H

#include "Context.h"

namespace vmjit::hip {

class HIPDevice final : public driverapi::Device<HIPTraits> {
public:
  using Device::Device;
  ~HIPDevice() override { close(); }

private:
  llvm::Error readChip(GpuDeviceInfo &info) override;
  llvm::Expected<TargetSpec> getTargetImpl() override;
  llvm::Expected<DriverLoad> loadImpl(const CodeObject &object,
                                      const Entry &entry) override;

  /// Of queryInfoImpl, which is called first.
  std::string chip;
};

} // namespace vmjit::hip

extern template class vmjit::driverapi::Api<vmjit::hip::HIPTraits>;
extern template class vmjit::driverapi::Device<vmjit::hip::HIPTraits>;

#endif // VMJIT_LIB_RUNTIME_HIP_DEVICE_H
