//===- Drivers.cpp - The drivers of this build ------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Drivers.h"

using namespace llvm;
using namespace vmjit;

namespace vmjit {
// Each driver's; a type in the table without one does not link.
#define VMJIT_DEVICE_TYPE(Name, Spelling, Text)                                \
  Expected<std::vector<std::shared_ptr<GpuCompute>>> discover##Name##Devices();
#include "vmjit/Runtime/DeviceTypes.def"
} // namespace vmjit

std::vector<DeviceDriver> vmjit::getDrivers() {
  return {
#define VMJIT_DEVICE_TYPE(Name, Spelling, Text)                                \
  {DeviceType::Name, discover##Name##Devices},
#include "vmjit/Runtime/DeviceTypes.def"
  };
}
