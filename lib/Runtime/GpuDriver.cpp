//===- GpuDriver.cpp - What a driver gets and gives -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GpuComputeState.h"

using namespace vmjit;

DriverStream::~DriverStream() = default;
DriverEvent::~DriverEvent() = default;
DriverKernel::DriverKernel() = default;
DriverKernel::~DriverKernel() = default;
std::shared_ptr<HostKernel> DriverKernel::getHostKernel() const {
  return nullptr;
}
DriverWork::~DriverWork() = default;
