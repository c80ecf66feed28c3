//===- GpuDeviceInfo.cpp - What a device is ---------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/GpuDeviceInfo.h"

using namespace llvm;
using namespace vmjit;

std::string GpuDeviceInfo::getSpelling() const {
  return getDeviceSpelling(type, index);
}
