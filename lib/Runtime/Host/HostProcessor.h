//===- HostProcessor.h - What the system says of the CPU ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_HOST_HOSTPROCESSOR_H
#define VMJIT_LIB_RUNTIME_HOST_HOSTPROCESSOR_H

#include "vmjit/Runtime/GpuDeviceInfo.h"
#include "llvm/ADT/StringRef.h"

namespace vmjit {

/// The model that the text of /proc/cpuinfo names; empty if it names none.
llvm::StringRef parseCpuModel(llvm::StringRef cpuInfo);
/// The first clock in the text of /proc/cpuinfo; 0 if there is none.
uint64_t parseCpuClockKHz(llvm::StringRef cpuInfo);
/// The number of kilobytes that the text of /proc/meminfo gives for \p key, in
/// bytes; 0 if there is none.
uint64_t parseMemInfo(llvm::StringRef memInfo, llvm::StringRef key);

struct CpuDescription {
  /// The maker's, or LLVM's if the system does not know it.
  std::string name;
  /// The highest clock; 0 if the system does not know it.
  uint64_t clockKHz = 0;
};

CpuDescription describeCpu();
/// The level 2 cache of a core; 0 if the system does not know it.
uint64_t getL2CacheBytes();
/// Physical memory, and how much of it can be had without swapping.
GpuMemoryInfo getHostMemory();

} // namespace vmjit

#endif // VMJIT_LIB_RUNTIME_HOST_HOSTPROCESSOR_H
