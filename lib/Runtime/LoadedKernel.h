//===- LoadedKernel.h - What a GpuKernel refers to --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_LOADEDKERNEL_H
#define VMJIT_LIB_RUNTIME_LOADEDKERNEL_H

#include "vmjit/Runtime/GpuCompute.h"

namespace vmjit {

/// A loaded entry. Unloads it when no work uses it any more.
struct LoadedKernel {
  LoadedKernel() = default;
  LoadedKernel(const LoadedKernel &) = delete;
  LoadedKernel &operator=(const LoadedKernel &) = delete;
  ~LoadedKernel();

  std::shared_ptr<GpuCompute> device;
  std::unique_ptr<DriverKernel> driver;
  Entry entry;
  /// The entry's, for work that may outlive this.
  std::shared_ptr<const std::string> name;
  std::string targetName;
  HartStateLayout stateLayout;
};

} // namespace vmjit

#endif // VMJIT_LIB_RUNTIME_LOADEDKERNEL_H
