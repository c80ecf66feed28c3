//===- GpuDeviceInfo.h - What a device is -----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// What drivers say of a device. What one does not say is absent or 0, never
// made up.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_GPUDEVICEINFO_H
#define VMJIT_RUNTIME_GPUDEVICEINFO_H

#include "vmjit/Runtime/DeviceType.h"
#include "vmjit/Runtime/LaunchDims.h"

#include <optional>
#include <string>

namespace vmjit {

/// A major and a minor number.
struct ComputeCapability {
  unsigned major = 0;
  unsigned minor = 0;
  bool operator==(const ComputeCapability &) const = default;
};

/// Memory of a device, in bytes, as the driver reports it now.
struct GpuMemoryInfo {
  uint64_t freeBytes = 0;
  uint64_t totalBytes = 0;
};

/// A device. A value; all but memory stays as it is while the process runs.
struct GpuDeviceInfo {
  DeviceType type = DeviceType::Host;
  /// Counts the devices of the type from 0.
  unsigned index = 0;
  /// The driver's name for it ("NVIDIA H200").
  std::string name;
  /// What tells it from all others: UUID or PCI address; empty for the host.
  std::string id;
  /// What code is compiled for: "sm_90", "gfx1100", the CPU's name.
  std::string chip;
  /// CUDA only.
  std::optional<ComputeCapability> computeCapability;
  GpuMemoryInfo memory;
  /// Streaming multiprocessors, compute units, or worker threads.
  uint32_t multiprocessorCount = 0;
  /// Threads that execute together; 1 on the host.
  uint32_t warpSize = 1;
  uint64_t clockKHz = 0;
  uint64_t l2CacheBytes = 0;
  /// Limits of a launch; 0 for those that are not known.
  uint64_t sharedBytesPerBlock = 0;
  uint32_t maxThreadsPerBlock = 0;
  Dim3 maxBlockDim = kMaxBlockDim;
  Dim3 maxGridDim = kMaxGridDim;
  /// The device and the host use the same addresses for unified memory.
  bool hasUnifiedMemory = false;
  /// Device memory is host memory, and a host address a device address.
  bool sharesHostMemory = false;
  /// As the driver numbers itself; empty if it does not.
  std::string driverVersion;

  /// How the device is chosen: "cuda:0".
  std::string getSpelling() const;
};

} // namespace vmjit

#endif // VMJIT_RUNTIME_GPUDEVICEINFO_H
