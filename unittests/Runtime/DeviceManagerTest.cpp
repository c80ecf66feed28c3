//===- DeviceManagerTest.cpp - Tests of finding and choosing devices *- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/DeviceManager.h"

#include "../Support/ScopedVariable.h"
#include "GpuErrorExpectations.h"
#include "vmjit/Runtime/Mock/MockCompute.h"

#include <thread>

using namespace llvm;
using namespace vmjit;

namespace {
/// Two devices that pass for CUDA, none for HIP, one for the host.
class DeviceManagerTest : public testing::Test {
protected:
  DeviceManagerTest() {
    gpus = {MockCompute::create({.index = 0, .name = "Fast GPU"}),
            MockCompute::create({.index = 1, .name = "Slow GPU"})};
    host = MockCompute::create({.index = 0, .name = "A CPU"});
  }

  DeviceManagerOptions makeOptions() {
    DeviceManagerOptions options;
    auto discoverGpus =
        [this]() -> Expected<std::vector<std::shared_ptr<GpuCompute>>> {
      ++discoveries;
      return std::vector<std::shared_ptr<GpuCompute>>(gpus.begin(), gpus.end());
    };
    auto discoverNone =
        []() -> Expected<std::vector<std::shared_ptr<GpuCompute>>> {
      return makeGpuError(GpuErrorKind::DriverBindingFailed, "no library",
                          {.deviceType = DeviceType::HIP});
    };
    auto discoverHost =
        [this]() -> Expected<std::vector<std::shared_ptr<GpuCompute>>> {
      return std::vector<std::shared_ptr<GpuCompute>>{host};
    };
    options.drivers = {{DeviceType::CUDA, discoverGpus},
                       {DeviceType::HIP, discoverNone},
                       {DeviceType::Host, discoverHost}};
    options.useEnvironment = false;
    return options;
  }

  std::vector<std::shared_ptr<MockCompute>> gpus;
  std::shared_ptr<MockCompute> host;
  std::atomic<unsigned> discoveries = 0;
};
} // namespace

TEST_F(DeviceManagerTest, ListsDevicesInOrderAndWhyOthersAreMissing) {
  auto manager = DeviceManager::create(makeOptions());
  EXPECT_EQ(discoveries, 0u) << "nobody has asked yet";
  ASSERT_EQ(manager->getDevices().size(), 3u);
  EXPECT_EQ(manager->getDevices()[0], gpus[0]);
  EXPECT_EQ(manager->getDevices()[2], host);
  ASSERT_EQ(manager->getUnavailableDrivers().size(), 1u);
  const UnavailableDriver &hip = manager->getUnavailableDrivers().front();
  EXPECT_EQ(hip.type, DeviceType::HIP);
  EXPECT_EQ(hip.error.getKind(), GpuErrorKind::DriverBindingFailed);
  EXPECT_EQ(discoveries, 1u);
}

TEST_F(DeviceManagerTest, ChoosesByText) {
  auto manager = DeviceManager::create(makeOptions());
  auto choose = [&](StringRef text) {
    return cantFail(manager->select(text)).get();
  };
  EXPECT_EQ(choose("auto"), gpus[0].get());
  EXPECT_EQ(choose(""), gpus[0].get());
  EXPECT_EQ(choose("cuda"), gpus[0].get());
  EXPECT_EQ(choose("cuda:1"), gpus[1].get());
  EXPECT_EQ(choose(" host "), host.get());
  EXPECT_EQ(choose("1"), gpus[1].get());
  EXPECT_EQ(choose("2"), host.get());
  EXPECT_EQ(choose("slow gpu"), gpus[1].get());
  EXPECT_EQ(cantFail(manager->getHostDevice()), host);
}

TEST_F(DeviceManagerTest, SaysWhatThereIsInstead) {
  auto manager = DeviceManager::create(makeOptions());
  constexpr auto kNone = GpuErrorKind::NoDeviceAvailable;
  expectGpuError(manager->select("cuda:2"), kNone, "there is no cuda:2");
  expectGpuError(manager->select("hip:0"), kNone, "no library");
  expectGpuError(manager->select("7"), kNone, "no device number 7");
  expectGpuError(manager->select("Other GPU"), kNone,
                 "no device 'Other GPU'; there are mock:0, mock:1, mock:0; "
                 "hip: driver binding failed (hip): no library");
  expectGpuError(manager->select("cuda:x"), kNone, "no device 'cuda:x'");
  expectGpuError(manager->select("mock"), kNone, "not allowed");
}

TEST_F(DeviceManagerTest, PassesOverDevicesThatDoNotStart) {
  gpus[0]->failAlways(MockCall::Initialize, GpuErrorKind::Io);
  auto manager = DeviceManager::create(makeOptions());
  EXPECT_EQ(cantFail(manager->getDefaultDevice()), gpus[1]);
  expectGpuError(manager->select("cuda:0"),
                 GpuErrorKind::DeviceInitializationFailed);
  gpus[1]->failAlways(MockCall::Initialize, GpuErrorKind::Io);
  host->failAlways(MockCall::Initialize, GpuErrorKind::Io);
  auto other = DeviceManager::create(makeOptions());
  EXPECT_EQ(cantFail(other->getDefaultDevice()), gpus[1])
      << "which has started before";
}

TEST_F(DeviceManagerTest, SaysWhyNoDeviceStarts) {
  for (const auto &device : {gpus[0], gpus[1], host})
    device->failAlways(MockCall::Initialize, GpuErrorKind::Io);
  auto manager = DeviceManager::create(makeOptions());
  expectGpuError(manager->getDefaultDevice(), GpuErrorKind::NoDeviceAvailable,
                 "mockInitialize");
}

TEST_F(DeviceManagerTest, KeepsToTheAllowedTypesAndTheirOrder) {
  DeviceManagerOptions options = makeOptions();
  options.types = {{DeviceType::Host, DeviceType::CUDA}};
  auto manager = DeviceManager::create(options);
  ASSERT_EQ(manager->getDevices().size(), 3u);
  EXPECT_EQ(cantFail(manager->select("auto")), host);
  EXPECT_TRUE(manager->getUnavailableDrivers().empty());
  expectGpuError(manager->select("hip"), GpuErrorKind::NoDeviceAvailable,
                 "not allowed");
}

TEST_F(DeviceManagerTest, WorksWithoutAnyDevice) {
  DeviceManagerOptions options = makeOptions();
  options.types = {{DeviceType::HIP}};
  auto manager = DeviceManager::create(options);
  EXPECT_TRUE(manager->getDevices().empty());
  expectGpuError(manager->getDefaultDevice(), GpuErrorKind::NoDeviceAvailable,
                 "hip: driver binding failed (hip): no library");
  options.types.emplace();
  options.types->clear();
  auto none = DeviceManager::create(options);
  expectGpuError(none->select("auto"), GpuErrorKind::NoDeviceAvailable,
                 "there are no devices");
}

TEST_F(DeviceManagerTest, ObeysTheEnvironment) {
  DeviceManagerOptions options = makeOptions();
  ScopedVariable variable("VMJIT_DEVICE", "cuda:1");
  EXPECT_EQ(cantFail(DeviceManager::create(options)->select("auto")), gpus[0]);
  options.useEnvironment = true;
  auto manager = DeviceManager::create(options);
  EXPECT_EQ(cantFail(manager->select("auto")), gpus[1]);
  EXPECT_EQ(cantFail(manager->select("host")), host);
  ScopedVariable wrong("VMJIT_DEVICE", "cuda:9");
  expectGpuError(manager->select("auto"), GpuErrorKind::NoDeviceAvailable,
                 "VMJIT_DEVICE: ");
  ScopedVariable unset("VMJIT_DEVICE", "auto");
  EXPECT_EQ(cantFail(manager->select("auto")), gpus[0]);
}

TEST_F(DeviceManagerTest, LooksOnceForManyThreads) {
  auto manager = DeviceManager::create(makeOptions());
  std::atomic<unsigned> found = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      found +=
          cantFail(manager->select(i % 2 ? "cuda:1" : "auto")) == gpus[i % 2];
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(found, 8u);
  EXPECT_EQ(discoveries, 1u);
}

TEST(DeviceManager, FindsTheHostAndTheMockOnlyByName) {
  auto manager = DeviceManager::create({.useEnvironment = false});
  for (const std::shared_ptr<GpuCompute> &device : manager->getDevices())
    EXPECT_NE(device->getType(), DeviceType::Mock);
  EXPECT_EQ(cantFail(manager->select("host"))->getType(), DeviceType::Host);
  EXPECT_EQ(cantFail(manager->select("host:0")),
            cantFail(manager->getHostDevice()));
  EXPECT_EQ(cantFail(manager->select("mock"))->getType(), DeviceType::Mock);
  EXPECT_EQ(cantFail(manager->select("mock:0")),
            cantFail(manager->select("mock")));
}
