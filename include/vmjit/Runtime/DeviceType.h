//===- DeviceType.h - The kinds of devices ----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// A device type names a driver. Targets (what code is for) are another matter:
// see TargetKind.h.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_DEVICETYPE_H
#define VMJIT_RUNTIME_DEVICETYPE_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>

namespace vmjit {

/// A kind of device; the list is in DeviceTypes.def.
enum class DeviceType : uint8_t {
#define VMJIT_DEVICE_TYPE(Name, Spelling, Text) Name,
#include "vmjit/Runtime/DeviceTypes.def"
};

/// How \p type is written ("cuda").
llvm::StringRef getDeviceTypeName(DeviceType type);
/// What \p type is, for people.
llvm::StringRef getDeviceTypeText(DeviceType type);
/// How device \p index of \p type is chosen: "cuda:0".
std::string getDeviceSpelling(DeviceType type, unsigned index);
/// The type that is written as \p name; none if there is no such type.
std::optional<DeviceType> parseDeviceType(llvm::StringRef name);

} // namespace vmjit

#endif // VMJIT_RUNTIME_DEVICETYPE_H
