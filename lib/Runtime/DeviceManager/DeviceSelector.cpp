//===- DeviceSelector.cpp - How users write a device ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DeviceSelector.h"

using namespace llvm;
using namespace vmjit;

DeviceSelector vmjit::parseDeviceSelector(StringRef text) {
  text = text.trim();
  if (text.empty() || text == "auto")
    return AutoDevice();
  unsigned number = 0;
  if (!text.getAsInteger(10, number))
    return ListedDevice{number};
  auto [type, index] = text.split(':');
  std::optional<DeviceType> known = parseDeviceType(type);
  if (known && !text.contains(':'))
    return TypedDevice{*known};
  if (known && !index.getAsInteger(10, number))
    return TypedDevice{*known, number};
  return NamedDevice{text.str()};
}
