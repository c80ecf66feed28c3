//===- DeviceSelector.h - How users write a device --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_DEVICEMANAGER_DEVICESELECTOR_H
#define VMJIT_LIB_RUNTIME_DEVICEMANAGER_DEVICESELECTOR_H

#include "vmjit/Runtime/DeviceType.h"

#include <string>
#include <variant>

namespace vmjit {

/// The best device there is.
struct AutoDevice {};
/// The device of a type with an index.
struct TypedDevice {
  DeviceType type;
  unsigned index = 0;
};
/// The device at a position of the list of all.
struct ListedDevice {
  unsigned position = 0;
};
/// The device with a name.
struct NamedDevice {
  std::string name;
};

using DeviceSelector =
    std::variant<AutoDevice, TypedDevice, ListedDevice, NamedDevice>;

/// Reads what DeviceManager::select describes. Every text means something: what
/// is nothing else is a name.
DeviceSelector parseDeviceSelector(llvm::StringRef text);

} // namespace vmjit

#endif // VMJIT_LIB_RUNTIME_DEVICEMANAGER_DEVICESELECTOR_H
