//===- DeviceChoice.h - Where programs run ----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_EXECUTOR_DEVICECHOICE_H
#define VMJIT_LIB_EXECUTOR_DEVICECHOICE_H

#include "vmjit/Executor/Executor.h"
#include "vmjit/Runtime/GpuError.h"

#include <mutex>

namespace vmjit {

/// The device of first choice and the host, looked for when they are first
/// asked for. All functions may be called from any thread.
class DeviceChoice {
public:
  DeviceChoice(std::string wanted, const ExecutorResources &resources)
      : wanted(std::move(wanted)), manager(resources.devices),
        givenDevice(resources.device), givenHost(resources.hostDevice) {}

  /// Fails with NoDeviceAvailable also where there is only the host, and nobody
  /// chose it.
  llvm::Expected<std::shared_ptr<GpuCompute>> getFirst();
  llvm::Expected<std::shared_ptr<GpuCompute>> getHost();

private:
  /// What was found, once.
  struct Found {
    std::once_flag once;
    std::shared_ptr<GpuCompute> device;
    /// Without a device.
    std::optional<GpuError> error;
  };

  llvm::Expected<std::shared_ptr<GpuCompute>> findFirst();
  llvm::Expected<std::shared_ptr<GpuCompute>> findHost();
  static llvm::Expected<std::shared_ptr<GpuCompute>> get(const Found &found);
  static void keep(Found &found,
                   llvm::Expected<std::shared_ptr<GpuCompute>> device);

  const std::string wanted;
  const std::shared_ptr<DeviceManager> manager;
  const std::shared_ptr<GpuCompute> givenDevice;
  const std::shared_ptr<GpuCompute> givenHost;
  Found first;
  Found host;
};

} // namespace vmjit

#endif // VMJIT_LIB_EXECUTOR_DEVICECHOICE_H
