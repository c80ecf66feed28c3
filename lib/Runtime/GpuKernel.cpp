//===- GpuKernel.cpp - Loaded entries ---------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GpuComputeState.h"

using namespace vmjit;

GpuCompute *GpuKernel::getDevice() const { return kernel->device.get(); }
const Entry &GpuKernel::getEntry() const { return kernel->entry; }
const std::string &GpuKernel::getTargetName() const {
  return kernel->targetName;
}
const HartStateLayout &GpuKernel::getStateLayout() const {
  return kernel->stateLayout;
}
std::shared_ptr<HostKernel> GpuKernel::getHostKernel() const {
  return kernel->driver->getHostKernel();
}

LoadedKernel::~LoadedKernel() {
  if (driver)
    device->state->retire(std::move(driver));
}
