//===- DeviceManager.h - Finding and choosing devices -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Looks for devices of all drivers when it is first asked, and only then.
//
//   auto manager = DeviceManager::create();
//   auto device = manager->select("auto");       // or "cuda:1", "host", ...
//   if (!device)
//     ...                                        // no driver found any; why
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_DEVICEMANAGER_H
#define VMJIT_RUNTIME_DEVICEMANAGER_H

#include "vmjit/Runtime/GpuCompute.h"

#include <functional>
#include <vector>

namespace vmjit {

/// Devices of a driver, or why there are none.
using DeviceDiscovery =
    std::function<llvm::Expected<std::vector<std::shared_ptr<GpuCompute>>>()>;

/// A driver and how its devices are found.
struct DeviceDriver {
  DeviceType type = DeviceType::Host;
  DeviceDiscovery discover;
};

struct DeviceManagerOptions {
  /// The types that may be used, in the order in which they are looked for.
  /// Absent: all of this build but the mock.
  std::optional<std::vector<DeviceType>> types = std::nullopt;
  /// Whether "auto" obeys the environment variable VMJIT_DEVICE.
  bool useEnvironment = true;
  /// In place of the drivers of this build; for tests, and for devices of the
  /// caller's own.
  std::optional<std::vector<DeviceDriver>> drivers = std::nullopt;
};

/// A driver without devices, and the reason.
struct UnavailableDriver {
  DeviceType type = DeviceType::Host;
  GpuError error;
};

/// The devices of this machine. All functions may be called from any thread;
/// drivers are asked once.
class DeviceManager {
public:
  static std::shared_ptr<DeviceManager>
  create(DeviceManagerOptions options = {});
  ~DeviceManager();
  DeviceManager(const DeviceManager &) = delete;
  DeviceManager &operator=(const DeviceManager &) = delete;

  /// All devices, in the order of preference. Valid as long as the manager.
  llvm::ArrayRef<std::shared_ptr<GpuCompute>> getDevices();
  /// The drivers that have none.
  llvm::ArrayRef<UnavailableDriver> getUnavailableDrivers();

  /// The device that \p text chooses:
  ///   "auto" or ""    what VMJIT_DEVICE says, else the default device
  ///   "cuda", "hip"   the first device of the type
  ///   "cuda:1"        the one with that index
  ///   "2"             the one at that position of getDevices
  ///   "NVIDIA H200"   the one of that name, or the first of several
  /// A type that is not looked for by default, as "mock", is looked for when it
  /// is named, unless the options leave it out. Fails with NoDeviceAvailable if
  /// there is no such device, and says which there are and why others are not.
  llvm::Expected<std::shared_ptr<GpuCompute>> select(llvm::StringRef text);
  /// The first device that can be initialized. Fails with NoDeviceAvailable,
  /// naming each driver's reason.
  llvm::Expected<std::shared_ptr<GpuCompute>> getDefaultDevice();
  /// The host; as select("host").
  llvm::Expected<std::shared_ptr<GpuCompute>> getHostDevice();

private:
  struct State;
  explicit DeviceManager(std::unique_ptr<State> state);

  std::unique_ptr<State> state;
};

} // namespace vmjit

#endif // VMJIT_RUNTIME_DEVICEMANAGER_H
