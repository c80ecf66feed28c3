//===- GpuKernel.h - Loaded entries -----------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// An entry of a code object that a device has loaded, with what is known of it.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_GPUKERNEL_H
#define VMJIT_RUNTIME_GPUKERNEL_H

#include "vmjit/CodeObject/CodeObject.h"

#include <memory>
#include <string>

namespace vmjit {

class GpuCompute;
class HostKernel;
struct LoadedKernel;

/// A loaded entry. A handle: copies share the code, which is unloaded with the
/// last of them. Keeps its device alive. Any number of threads may use it.
class GpuKernel {
public:
  GpuCompute *getDevice() const;
  /// Name, mode, parameters and resource use; the latter as the driver reports
  /// it, where it does.
  const Entry &getEntry() const;
  /// "kind:chip" of the code.
  const std::string &getTargetName() const;
  /// Hart mode: the words that the state array needs.
  const HartStateLayout &getStateLayout() const;
  /// The code itself, if the device is the host, for who wants to launch it
  /// without what a device does for each launch; else null.
  std::shared_ptr<HostKernel> getHostKernel() const;

private:
  friend class GpuCompute;
  explicit GpuKernel(std::shared_ptr<LoadedKernel> kernel)
      : kernel(std::move(kernel)) {}

  std::shared_ptr<LoadedKernel> kernel;
};

} // namespace vmjit

#endif // VMJIT_RUNTIME_GPUKERNEL_H
