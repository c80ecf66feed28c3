//===- Probes.cpp - Whether a feature works ---------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Independent of what a driver says. A probe gives false where the feature does
// not work, and fails only if nothing can be said.
//
//===----------------------------------------------------------------------===//

#include "ComputeDriver.h"
#include "TestPrograms.h"

#include "vmjit/Runtime/LaunchControl.h"

using namespace llvm;
using namespace vmjit;

using Devices = ArrayRef<std::shared_ptr<GpuCompute>>;

/// A pinned control block.
static Expected<GpuBuffer> makeControlBuffer(GpuCompute &device) {
  Expected<GpuBuffer> buffer =
      device.allocateMemory(sizeof(vmjit_control), MemoryKind::Pinned);
  if (buffer)
    *static_cast<vmjit_control *>(buffer->getHostPointer()) = makeControl();
  return buffer;
}

static Expected<bool> probeRunsCode(Devices devices) {
  GpuCompute &device = *devices.front();
  Expected<const CodeObject *> object =
      getCodeObject(TestProgram::Fill, device);
  if (!object)
    return object.takeError();
  Expected<GpuKernel> kernel = device.loadKernel(**object);
  if (!kernel)
    return kernel.takeError();
  Expected<GpuBuffer> buffer = device.allocateMemory(sizeof(uint32_t));
  if (!buffer)
    return buffer.takeError();
  if (Error error = device.fillMemory(*buffer, 0, sizeof(uint32_t)))
    return std::move(error);
  Expected<GpuExecutionResult> result = device.executeKernel(
      *kernel, {}, {GpuArg::buffer(*buffer), GpuArg::u32(7)});
  if (!result)
    return result.takeError();
  uint32_t value = 0;
  if (Error error = device.copyD2H(
          {reinterpret_cast<uint8_t *>(&value), sizeof(value)}, *buffer))
    return std::move(error);
  return value == 7;
}

static Expected<bool> probeStopsKernels(Devices devices) {
  GpuCompute &device = *devices.front();
  Expected<const CodeObject *> object =
      getCodeObject(TestProgram::Endless, device);
  if (!object)
    return object.takeError();
  Expected<GpuKernel> kernel = device.loadKernel(**object);
  if (!kernel)
    return kernel.takeError();
  Expected<GpuBuffer> buffer = device.allocateMemory(sizeof(uint32_t));
  if (!buffer)
    return buffer.takeError();
  Expected<GpuBuffer> control = makeControlBuffer(device);
  if (!control)
    return control.takeError();
  LaunchConfig config;
  config.control = &*control;
  Expected<GpuExecutionResult> result =
      device.executeKernel(*kernel, config, {GpuArg::buffer(*buffer)},
                           std::chrono::milliseconds(20));
  // One that ends by itself was not run.
  if (result)
    return false;
  GpuErrorKind kind = takeGpuError(result.takeError()).getKind();
  return kind == GpuErrorKind::Timeout && device.isAvailable();
}

static Expected<bool> probeUnifiedMemory(Devices devices) {
  Expected<GpuBuffer> buffer =
      devices.front()->allocateMemory(64, MemoryKind::Unified);
  if (!buffer)
    return consumeError(buffer.takeError()), false;
  return buffer->getHostPointer() != nullptr;
}

static Expected<bool> probePeerCopies(Devices devices) {
  if (devices.size() < 2)
    return false;
  Expected<GpuBuffer> to = devices[0]->allocateMemory(64);
  if (!to)
    return to.takeError();
  Expected<GpuBuffer> from = devices[1]->allocateMemory(64);
  if (!from)
    return from.takeError();
  Error error = devices[0]->copyD2D(*to, *from, 64);
  bool works = !error;
  consumeError(std::move(error));
  return works;
}

Expected<bool> vmjit::probe(ComputeFeature feature, Devices devices) {
  switch (feature) {
#define VMJIT_COMPUTE_FEATURE(Name, Text)                                      \
  case ComputeFeature::Name:                                                   \
    return probe##Name(devices);
#include "ComputeFeatures.def"
  }
  llvm_unreachable("every feature has a probe");
}
