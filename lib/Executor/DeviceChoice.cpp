//===- DeviceChoice.cpp - Where programs run --------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DeviceChoice.h"

#include "vmjit/Runtime/DeviceManager.h"
#include "vmjit/Support/EnvOptions.h"

using namespace llvm;
using namespace vmjit;

using DeviceOrError = Expected<std::shared_ptr<GpuCompute>>;

static constexpr StringLiteral kAuto = "auto";

DeviceOrError DeviceChoice::getFirst() {
  std::call_once(first.once, [&] { keep(first, findFirst()); });
  return get(first);
}

DeviceOrError DeviceChoice::getHost() {
  std::call_once(host.once, [&] { keep(host, findHost()); });
  return get(host);
}

void DeviceChoice::keep(Found &found, DeviceOrError device) {
  if (device) {
    found.device = std::move(*device);
    return;
  }
  found.error = takeGpuError(device.takeError());
}

DeviceOrError DeviceChoice::get(const Found &found) {
  if (found.device)
    return found.device;
  return Error(std::make_unique<GpuError>(*found.error));
}

/// Whether somebody named a device in the environment.
static Expected<bool> isChosenByEnvironment() {
  Expected<std::string> name = getEnvDevice();
  if (!name)
    return name.takeError();
  return !name->empty() && *name != kAuto;
}

DeviceOrError DeviceChoice::findFirst() {
  if (givenDevice)
    return givenDevice;
  DeviceOrError device =
      manager->select(wanted.empty() ? StringRef(kAuto) : wanted);
  if (!device || (*device)->getType() != DeviceType::Host ||
      (!wanted.empty() && wanted != kAuto))
    return device;
  Expected<bool> isChosen = isChosenByEnvironment();
  if (!isChosen)
    return isChosen.takeError();
  // Where no GPU is looked for, the host is the first choice.
  ArrayRef<UnavailableDriver> missing = manager->getUnavailableDrivers();
  if (*isChosen || missing.empty())
    return device;
  std::string reasons;
  for (const UnavailableDriver &driver : missing)
    reasons += (reasons.empty() ? "" : "; ") +
               (getDeviceTypeName(driver.type) + ": ").str() +
               driver.error.getMessage();
  return makeGpuError(GpuErrorKind::NoDeviceAvailable, reasons);
}

DeviceOrError DeviceChoice::findHost() {
  if (givenHost)
    return givenHost;
  if (givenDevice && givenDevice->getType() == DeviceType::Host)
    return givenDevice;
  if (!manager)
    return makeGpuError(GpuErrorKind::NoDeviceAvailable,
                        "the executor was given no host");
  return manager->getHostDevice();
}
