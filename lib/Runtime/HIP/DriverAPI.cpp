//===- DriverAPI.cpp - What all drivers share, for HIP ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../DriverAPI/DriverAPI.h"

#include "Device.h"

using namespace vmjit::hip;

VMJIT_INSTANTIATE_DRIVER_API(HIPTraits);
