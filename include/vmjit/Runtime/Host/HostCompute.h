//===- HostCompute.h - This machine's CPU behind GpuCompute -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Device memory is the host's own, so arguments may be raw pointers to any
// memory, and buffers of any kind have a host pointer. A kernel-mode argument
// buffer is read and written in place.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_HOST_HOSTCOMPUTE_H
#define VMJIT_RUNTIME_HOST_HOSTCOMPUTE_H

#include "vmjit/Runtime/GpuCompute.h"
#include "vmjit/Runtime/Host/HostDevice.h"

#include <vector>

namespace vmjit {

/// The host as a device; its threads are started by the first use. Launches run
/// one after the other, each on all cores.
std::shared_ptr<GpuCompute>
createHostCompute(const HostDeviceOptions &options = {});

/// The host, always one device.
llvm::Expected<std::vector<std::shared_ptr<GpuCompute>>> discoverHostDevices();

} // namespace vmjit

#endif // VMJIT_RUNTIME_HOST_HOSTCOMPUTE_H
