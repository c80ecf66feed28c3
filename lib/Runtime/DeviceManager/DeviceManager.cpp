//===- DeviceManager.cpp - Finding and choosing devices ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/DeviceManager.h"

#include "DeviceSelector.h"
#include "Drivers.h"

#include "vmjit/Support/EnvOptions.h"
#include "llvm/ADT/STLExtras.h"

#include <deque>
#include <mutex>

using namespace llvm;
using namespace vmjit;

using DeviceList = std::vector<std::shared_ptr<GpuCompute>>;

struct DeviceManager::State {
  /// A driver, and what it found once it was asked.
  struct Found {
    DeviceDriver driver;
    std::once_flag once;
    DeviceList devices;
    /// Why there are no devices.
    std::optional<GpuError> error;
  };

  /// Asks the driver of \p type, if it was not; null if there is none.
  Found *find(DeviceType type);
  /// Asks all that are asked by default.
  void findAll();
  Error makeUnavailable(const Twine &what);

  Expected<std::shared_ptr<GpuCompute>> select(const TypedDevice &selector);
  Expected<std::shared_ptr<GpuCompute>> select(const ListedDevice &selector);
  Expected<std::shared_ptr<GpuCompute>> select(const NamedDevice &selector);

  bool useEnvironment = true;
  /// In the order in which they are asked.
  std::deque<Found> found;
  /// What is asked only for a device that is named.
  std::deque<Found> onRequest;
  /// Written once, by findAll.
  std::once_flag once;
  DeviceList devices;
  std::vector<UnavailableDriver> unavailable;
};

//===----------------------------------------------------------------------===//
// Finding
//===----------------------------------------------------------------------===//

static void ask(const DeviceDriver &driver, DeviceList &devices,
                std::optional<GpuError> &reason) {
  Expected<DeviceList> result = driver.discover();
  if (!result)
    reason = takeGpuError(result.takeError());
  else if (result->empty())
    reason =
        GpuError(GpuErrorKind::NoDeviceAvailable, "the driver knows no device",
                 {.deviceType = driver.type});
  else
    devices = std::move(*result);
}

DeviceManager::State::Found *DeviceManager::State::find(DeviceType type) {
  for (std::deque<Found> *list : {&found, &onRequest})
    for (Found &each : *list)
      if (each.driver.type == type) {
        std::call_once(each.once,
                       [&] { ask(each.driver, each.devices, each.error); });
        return &each;
      }
  return nullptr;
}

void DeviceManager::State::findAll() {
  std::call_once(once, [&] {
    for (Found &each : found) {
      find(each.driver.type);
      append_range(devices, each.devices);
      if (each.error)
        unavailable.push_back({each.driver.type, *each.error});
    }
  });
}

DeviceManager::DeviceManager(std::unique_ptr<State> state)
    : state(std::move(state)) {}
DeviceManager::~DeviceManager() = default;

std::shared_ptr<DeviceManager>
DeviceManager::create(DeviceManagerOptions options) {
  auto state = std::make_unique<State>();
  state->useEnvironment = options.useEnvironment;
  std::vector<DeviceDriver> drivers =
      options.drivers ? std::move(*options.drivers) : getDrivers();
  if (!options.types) {
    for (DeviceDriver &driver : drivers) {
      auto &list = isOnRequest(driver.type) ? state->onRequest : state->found;
      list.emplace_back().driver = std::move(driver);
    }
  } else {
    for (DeviceType type : *options.types)
      for (DeviceDriver &driver : drivers)
        if (driver.type == type && driver.discover)
          state->found.emplace_back().driver = std::exchange(driver, {});
  }
  return std::shared_ptr<DeviceManager>(new DeviceManager(std::move(state)));
}

ArrayRef<std::shared_ptr<GpuCompute>> DeviceManager::getDevices() {
  state->findAll();
  return state->devices;
}

ArrayRef<UnavailableDriver> DeviceManager::getUnavailableDrivers() {
  state->findAll();
  return state->unavailable;
}

//===----------------------------------------------------------------------===//
// Choosing
//===----------------------------------------------------------------------===//

/// Says what there is instead of \p what, and why the rest is not.
Error DeviceManager::State::makeUnavailable(const Twine &what) {
  findAll();
  std::string text = what.str();
  if (devices.empty())
    text += "; there are no devices";
  else
    text += "; there are ";
  for (const auto &[index, device] : enumerate(devices))
    text += (index == 0 ? "" : ", ") + device->getSpelling();
  for (const UnavailableDriver &driver : unavailable)
    text += ("; " + getDeviceTypeName(driver.type) + ": " +
             driver.error.getMessage())
                .str();
  return makeGpuError(GpuErrorKind::NoDeviceAvailable, text);
}

/// \p device, if it can be used.
static Expected<std::shared_ptr<GpuCompute>>
initialize(const std::shared_ptr<GpuCompute> &device) {
  if (Error error = device->initialize())
    return std::move(error);
  return device;
}

Expected<std::shared_ptr<GpuCompute>>
DeviceManager::State::select(const TypedDevice &selector) {
  StringRef name = getDeviceTypeName(selector.type);
  Found *driver = find(selector.type);
  if (!driver)
    return makeUnavailable("devices of type " + name + " are not allowed here");
  for (const std::shared_ptr<GpuCompute> &device : driver->devices)
    if (device->getIndex() == selector.index)
      return initialize(device);
  // The only driver that matters says why.
  if (driver->error)
    return makeGpuError(GpuErrorKind::NoDeviceAvailable,
                        driver->error->getMessage());
  return makeUnavailable("there is no " + name + ":" + Twine(selector.index));
}

Expected<std::shared_ptr<GpuCompute>>
DeviceManager::State::select(const ListedDevice &selector) {
  findAll();
  if (selector.position < devices.size())
    return initialize(devices[selector.position]);
  return makeUnavailable("there is no device number " +
                         Twine(selector.position));
}

Expected<std::shared_ptr<GpuCompute>>
DeviceManager::State::select(const NamedDevice &selector) {
  findAll();
  for (const std::shared_ptr<GpuCompute> &device : devices) {
    Expected<GpuDeviceInfo> info = device->deviceInfo();
    if (!info)
      consumeError(info.takeError());
    else if (StringRef(info->name).equals_insensitive(selector.name))
      return device;
  }
  return makeUnavailable("there is no device '" + selector.name + "'");
}

Expected<std::shared_ptr<GpuCompute>> DeviceManager::getDefaultDevice() {
  state->findAll();
  std::string reasons;
  for (const std::shared_ptr<GpuCompute> &device : state->devices) {
    Error error = device->initialize();
    if (!error)
      return device;
    reasons += (reasons.empty() ? "" : "; ") + device->getSpelling() + ": " +
               toString(std::move(error));
  }
  if (!state->devices.empty())
    return makeGpuError(GpuErrorKind::NoDeviceAvailable, reasons);
  return state->makeUnavailable("no driver found a device");
}

Expected<std::shared_ptr<GpuCompute>> DeviceManager::getHostDevice() {
  return state->select(TypedDevice{DeviceType::Host});
}

Expected<std::shared_ptr<GpuCompute>> DeviceManager::select(StringRef text) {
  DeviceSelector selector = parseDeviceSelector(text);
  bool isFromEnvironment =
      std::holds_alternative<AutoDevice>(selector) && state->useEnvironment;
  if (isFromEnvironment) {
    Expected<std::string> value = getEnvDevice();
    if (!value)
      return toGpuError(value.takeError());
    selector = parseDeviceSelector(*value);
  }
  if (std::holds_alternative<AutoDevice>(selector))
    return getDefaultDevice();
  Expected<std::shared_ptr<GpuCompute>> device = nullptr;
  if (auto *typed = std::get_if<TypedDevice>(&selector))
    device = state->select(*typed);
  else if (auto *listed = std::get_if<ListedDevice>(&selector))
    device = state->select(*listed);
  else
    device = state->select(std::get<NamedDevice>(selector));
  if (!device && isFromEnvironment)
    return withContext(device.takeError(), "VMJIT_DEVICE");
  return device;
}
