//===- Drivers.h - The drivers of this build --------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_DEVICEMANAGER_DRIVERS_H
#define VMJIT_LIB_RUNTIME_DEVICEMANAGER_DRIVERS_H

#include "vmjit/Runtime/DeviceManager.h"

namespace vmjit {

/// A driver for each row of DeviceTypes.def, in its order.
std::vector<DeviceDriver> getDrivers();

/// Whether devices of \p type are only looked for when they are named.
inline bool isOnRequest(DeviceType type) { return type == DeviceType::Mock; }

} // namespace vmjit

#endif // VMJIT_LIB_RUNTIME_DEVICEMANAGER_DRIVERS_H
