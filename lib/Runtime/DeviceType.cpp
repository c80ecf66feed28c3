//===- DeviceType.cpp - The kinds of devices --------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/DeviceType.h"

#include "llvm/ADT/Twine.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace vmjit;

StringRef vmjit::getDeviceTypeName(DeviceType type) {
  switch (type) {
#define VMJIT_DEVICE_TYPE(Name, Spelling, Text)                                \
  case DeviceType::Name:                                                       \
    return Spelling;
#include "vmjit/Runtime/DeviceTypes.def"
  }
  llvm_unreachable("every type has a name");
}

StringRef vmjit::getDeviceTypeText(DeviceType type) {
  switch (type) {
#define VMJIT_DEVICE_TYPE(Name, Spelling, Text)                                \
  case DeviceType::Name:                                                       \
    return Text;
#include "vmjit/Runtime/DeviceTypes.def"
  }
  llvm_unreachable("every type has a text");
}

std::string vmjit::getDeviceSpelling(DeviceType type, unsigned index) {
  return (getDeviceTypeName(type) + ":" + Twine(index)).str();
}

std::optional<DeviceType> vmjit::parseDeviceType(StringRef name) {
#define VMJIT_DEVICE_TYPE(Name, Spelling, Text)                                \
  if (name == Spelling)                                                        \
    return DeviceType::Name;
#include "vmjit/Runtime/DeviceTypes.def"
  return std::nullopt;
}
