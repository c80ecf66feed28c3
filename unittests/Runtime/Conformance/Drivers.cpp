//===- Drivers.cpp - The drivers of this build, for the suite ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Host and mock are always there. Real GPUs are used where they are found.
//
//===----------------------------------------------------------------------===//

#include "ComputeDriver.h"

#include "vmjit/Runtime/DeviceManager.h"
#include "vmjit/Runtime/Host/HostCompute.h"
#include "vmjit/Runtime/Mock/MockCompute.h"

using namespace llvm;
using namespace vmjit;

using Devices = Expected<std::vector<std::shared_ptr<GpuCompute>>>;

static Devices createMocks() {
  std::vector<std::shared_ptr<GpuCompute>> devices;
  for (unsigned index = 0; index < 2; ++index)
    devices.push_back(MockCompute::create({.index = index}));
  return devices;
}

static Devices createPlainMock() {
  return std::vector<std::shared_ptr<GpuCompute>>{
      MockCompute::create({.hasUnifiedMemory = false})};
}

static Devices createHost() {
  return std::vector<std::shared_ptr<GpuCompute>>{
      createHostCompute({.threadCount = 2})};
}

/// The devices of \p type in this machine.
static Devices findDevices(DeviceType type) {
  auto manager = DeviceManager::create({.types = {{type}}});
  if (!manager->getDevices().empty())
    return manager->getDevices().vec();
  const UnavailableDriver &driver = manager->getUnavailableDrivers().front();
  return make_error<GpuError>(driver.error);
}

/// Real devices, which do everything; but one alone has no peer.
static ComputeDriver describeReal(StringRef name, DeviceType type) {
  ComputeDriver driver = {name.str(), [type] { return findDevices(type); }, {}};
  Devices devices = findDevices(type);
  if (!devices)
    consumeError(devices.takeError());
  else if (devices->size() < 2)
    driver.unsupported.push_back(
        {ComputeFeature::PeerCopies, "there is one device"});
  return driver;
}

std::vector<ComputeDriver> vmjit::getComputeDrivers() {
  constexpr auto kRunsCode = ComputeFeature::RunsCode;
  constexpr auto kStops = ComputeFeature::StopsKernels;
  constexpr auto kUnified = ComputeFeature::UnifiedMemory;
  constexpr auto kPeers = ComputeFeature::PeerCopies;
  return {
      {"Mock",
       createMocks,
       {{kRunsCode, "the mock runs no code"},
        {kStops, "the mock runs no code"}}},
      {"PlainMock",
       createPlainMock,
       {{kRunsCode, "the mock runs no code"},
        {kStops, "the mock runs no code"},
        {kUnified, "switched off"},
        {kPeers, "one device"}}},
      {"Host", createHost, {{kPeers, "there is one host"}}},
      describeReal("CUDA", DeviceType::CUDA),
      describeReal("HIP", DeviceType::HIP),
  };
}
