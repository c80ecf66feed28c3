//===- ArgumentChecks.cpp - What callers may ask of a device ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Handles, ranges and launches.
//
//===----------------------------------------------------------------------===//

#include "GpuComputeState.h"

#include "vmjit/Runtime/LaunchControl.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace vmjit;

Error GpuCompute::State::verifyOwner(const GpuCompute *owner,
                                     StringRef what) const {
  if (owner == &device)
    return Error::success();
  if (!owner)
    return invalidArgument("the {0} is empty", what);
  return invalidArgument("the {0} is of {1}, not of {2}", what,
                         owner->getSpelling(), device.getSpelling());
}

Error GpuCompute::State::verifyRange(const GpuBuffer &buffer, uint64_t offset,
                                     uint64_t size) const {
  if (Error error = verifyOwner(buffer.getDevice(), "buffer"))
    return error;
  if (offset > buffer.getSize() || size > buffer.getSize() - offset)
    return invalidArgument("{0} bytes at {1} are not inside a buffer of {2}",
                           size, offset, buffer.getSize());
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Launches
//===----------------------------------------------------------------------===//

static bool isWithin(const Dim3 &dim, const Dim3 &limit) {
  auto fits = [](uint32_t extent, uint32_t limit) {
    return limit == 0 || extent <= limit;
  };
  return fits(dim.x, limit.x) && fits(dim.y, limit.y) && fits(dim.z, limit.z);
}

static Error verifyDim(StringRef what, const Dim3 &dim, const Dim3 &limit) {
  if (isWithin(dim, limit))
    return Error::success();
  return invalidArgument("a {0} of {1} x {2} x {3} is not within the device's "
                         "{4} x {5} x {6}",
                         what, dim.x, dim.y, dim.z, limit.x, limit.y, limit.z);
}

static Error verifyDims(const GpuDeviceInfo &info, const LaunchConfig &config) {
  if (Error error = verifyLaunchDims(config.grid, config.block))
    return toGpuError(std::move(error));
  if (Error error = verifyDim("grid", config.grid, info.maxGridDim))
    return error;
  if (Error error = verifyDim("block", config.block, info.maxBlockDim))
    return error;
  uint64_t threadCount = config.block.getCount();
  if (info.maxThreadsPerBlock != 0 && threadCount > info.maxThreadsPerBlock)
    return invalidArgument("a block of {0} threads; the device has {1}",
                           threadCount, info.maxThreadsPerBlock);
  return Error::success();
}

static Error verifyShared(const GpuDeviceInfo &info, const Entry &entry,
                          uint64_t dynamicBytes) {
  uint64_t own = std::max(entry.sharedBytes,
                          entry.resources.staticSharedBytes.value_or(0));
  // What is not known has to be small enough to be added.
  uint64_t limit = info.sharedBytesPerBlock != 0 ? info.sharedBytesPerBlock
                                                 : uint64_t(1) << 40;
  if (own <= limit && dynamicBytes <= limit - own)
    return Error::success();
  return invalidArgument("a block needs {0} bytes of shared memory and {1} on "
                         "request; the device has {2}",
                         own, dynamicBytes, limit);
}

static Error verifyArguments(const GpuCompute &device, const Entry &entry,
                             ArrayRef<GpuArg> args) {
  if (args.size() != entry.params.size())
    return invalidArgument("'{0}' takes {1} arguments, not {2}", entry.name,
                           entry.params.size(), args.size());
  for (auto [index, arg, param] : enumerate(args, entry.params)) {
    if (!arg.isAcceptedBy(param.type))
      return invalidArgument("argument {0} of '{1}' is {2}, not {3}", index,
                             entry.name, vmir::getParamTypeName(param.type),
                             getGpuArgKindName(arg.getKind()));
    if (arg.getKind() == GpuArgKind::Buffer && arg.getDevice() != &device)
      return invalidArgument("argument {0} of '{1}' {2}", index, entry.name,
                             arg.getDevice()
                                 ? "is a buffer of another device"
                                 : "is an empty buffer, or outside its buffer");
  }
  return Error::success();
}

/// Checks a control block that the launch is to have.
static Error verifyControlBuffer(const Entry &entry, const GpuBuffer &control) {
  if (!entry.stoppable)
    return invalidArgument("'{0}' is not compiled to be stoppable; it takes no "
                           "control block",
                           entry.name);
  if (!control.getHostPointer() || control.getSize() < sizeof(vmjit_control))
    return invalidArgument("a control block is {0} bytes of memory that the "
                           "host reaches",
                           sizeof(vmjit_control));
  return toGpuError(verifyControl(
      *static_cast<const vmjit_control *>(control.getHostPointer())));
}

Error GpuCompute::State::verifyLaunch(const GpuKernel &kernel,
                                      const LaunchConfig &config,
                                      ArrayRef<GpuArg> args) const {
  if (!kernel.kernel)
    return invalidArgument("the kernel is empty");
  if (Error error = verifyOwner(kernel.getDevice(), "kernel"))
    return error;
  const Entry &entry = kernel.getEntry();
  if (Error error = verifyDims(info, config))
    return error;
  if (Error error = verifyShared(info, entry, config.dynamicSharedBytes))
    return error;
  if (Error error = verifyArguments(device, entry, args))
    return error;
  if (!config.control)
    return Error::success();
  if (Error error = verifyOwner(config.control->getDevice(), "control block"))
    return error;
  return verifyControlBuffer(entry, *config.control);
}
