//===- DriverUseTest.cpp - What the CUDA and HIP drivers do -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "DriverTest.h"

#include "vmjit/ABI/Control.h"
#include "vmjit/Runtime/LaunchControl.h"

#include <numeric>
#include <thread>

using namespace llvm;
using namespace vmjit;

namespace {

class DriverUse : public DriverTest {
protected:
  /// \p size bytes that count up from \p first.
  static std::vector<uint8_t> makeBytes(size_t size, uint8_t first = 0) {
    std::vector<uint8_t> bytes(size);
    std::iota(bytes.begin(), bytes.end(), first);
    return bytes;
  }
};

} // namespace

VMJIT_INSTANTIATE_DRIVER_TEST(DriverUse);

TEST_P(DriverUse, TellsWhatTheDriverTells) {
  auto device = openDevice("memory=1000000");
  VMJIT_ASSERT_VALUE(GpuDeviceInfo info, device->deviceInfo());
  EXPECT_EQ(info.type, vendor.type);
  EXPECT_EQ(info.index, 0u);
  EXPECT_EQ(info.name, std::string("Fake ") + vendor.name + " device 0");
  EXPECT_EQ(info.memory.totalBytes, 1000000u);
  EXPECT_EQ(info.memory.freeBytes, 1000000u);
  EXPECT_EQ(info.maxThreadsPerBlock, 1024u);
  EXPECT_EQ(info.maxGridDim, (Dim3{0x7fffffff, 65535, 65535}));
  EXPECT_TRUE(info.hasUnifiedMemory);
  EXPECT_FALSE(info.sharesHostMemory);
  if (vendor.type == DeviceType::CUDA) {
    EXPECT_EQ(info.id, "GPU-fafafafa-fafa-fafa-fafa-fafafafafa00");
    EXPECT_EQ(info.chip, "sm_90");
    EXPECT_EQ(info.computeCapability, (ComputeCapability{9, 0}));
    EXPECT_EQ(info.driverVersion, "12.4");
    EXPECT_EQ(info.multiprocessorCount, 132u);
    EXPECT_EQ(info.warpSize, 32u);
    EXPECT_EQ(info.clockKHz, 1980000u);
    EXPECT_EQ(info.l2CacheBytes, 50u << 20);
    EXPECT_EQ(info.sharedBytesPerBlock, 227u << 10);
    EXPECT_EQ(info.maxBlockDim, (Dim3{1024, 1024, 64}));
  } else {
    EXPECT_EQ(info.id, "GPU-fafafafafafafafafafafafafafafa00");
    EXPECT_EQ(info.chip, "gfx90a");
    EXPECT_EQ(info.computeCapability, std::nullopt);
    EXPECT_EQ(info.driverVersion, "6.0.32830");
    EXPECT_EQ(info.multiprocessorCount, 104u);
    EXPECT_EQ(info.warpSize, 64u);
    EXPECT_EQ(info.clockKHz, 1700000u);
    EXPECT_EQ(info.l2CacheBytes, 8u << 20);
    EXPECT_EQ(info.sharedBytesPerBlock, 64u << 10);
    EXPECT_EQ(info.maxBlockDim, (Dim3{1024, 1024, 1024}));
  }
  // Free memory is read anew.
  VMJIT_ASSERT_VALUE(GpuBuffer buffer, device->allocateMemory(4096));
  VMJIT_ASSERT_VALUE(info, device->deviceInfo());
  EXPECT_LE(info.memory.freeBytes, 1000000u - 4096u);
}

TEST_P(DriverUse, CopiesToAndFromEachKindOfMemory) {
  auto device = openDevice();
  for (MemoryKind kind :
       {MemoryKind::Device, MemoryKind::Pinned, MemoryKind::Unified}) {
    VMJIT_ASSERT_VALUE(GpuBuffer buffer, device->allocateMemory(1000, kind));
    EXPECT_EQ(buffer.getAddress() % 256, 0u);
    EXPECT_EQ(buffer.getHostPointer() != nullptr, kind != MemoryKind::Device);
    std::vector<uint8_t> bytes = makeBytes(1000);
    expectSuccess(device->copyH2D(buffer, bytes));
    expectSuccess(device->fillMemory(buffer, 9, 10, 5));
    std::fill_n(bytes.begin() + 5, 10, 9);
    std::vector<uint8_t> read(1000);
    expectSuccess(device->copyD2H(read, buffer));
    EXPECT_EQ(read, bytes);
    if (kind != MemoryKind::Device)
      EXPECT_EQ(ArrayRef<uint8_t>(buffer.getHostBytes()),
                ArrayRef<uint8_t>(bytes));
    VMJIT_ASSERT_VALUE(GpuBuffer other, device->allocateMemory(500));
    expectSuccess(device->copyD2D(other, buffer, 400, 100, 600));
    std::vector<uint8_t> part(400);
    expectSuccess(device->copyD2H(part, other, 100));
    EXPECT_TRUE(std::equal(part.begin(), part.end(), bytes.begin() + 600));
  }
}

TEST_P(DriverUse, WorksInTheOrderOfStreams) {
  auto device = openDevice("delay=" + Twine(vendor.copyToDevice) + "@1:20000");
  VMJIT_ASSERT_VALUE(GpuBuffer pinned,
                     device->allocateMemory(64, MemoryKind::Pinned));
  VMJIT_ASSERT_VALUE(GpuBuffer buffer, device->allocateMemory(64));
  VMJIT_ASSERT_VALUE(GpuStream first, device->createStream());
  VMJIT_ASSERT_VALUE(GpuStream second, device->createStream());
  VMJIT_ASSERT_VALUE(GpuEvent event, device->createEvent());
  VMJIT_ASSERT_VALUE(GpuEvent end, device->createEvent());
  std::vector<uint8_t> bytes = makeBytes(64, 3);
  expectSuccess(device->copyH2DAsync(first, buffer, bytes));
  expectSuccess(device->recordEvent(event, first));
  // The copy takes a while, and the other stream waits for it.
  expectSuccess(device->waitEvent(second, event));
  expectSuccess(device->copyD2HAsync(second, pinned.getHostBytes(), buffer));
  expectSuccess(device->recordEvent(end, second));
  VMJIT_ASSERT_VALUE(bool isDone, end.isDone());
  EXPECT_FALSE(isDone);
  expectSuccess(end.synchronize());
  EXPECT_EQ(ArrayRef<uint8_t>(pinned.getHostBytes()), ArrayRef<uint8_t>(bytes));
  VMJIT_ASSERT_VALUE(uint64_t elapsed,
                     device->getElapsedNanoseconds(event, end));
  EXPECT_LT(elapsed, uint64_t(60) * 1000000000);
  VMJIT_ASSERT_VALUE(bool isIdle, second.isIdle());
  EXPECT_TRUE(isIdle);
  expectSuccess(first.synchronize());
  expectSuccess(device->synchronize());
}

TEST_P(DriverUse, LaunchesWithTheRightArguments) {
  auto device = openDevice();
  VMJIT_ASSERT_VALUE(GpuBuffer buffer, device->allocateMemory(64));
  VMJIT_ASSERT_VALUE(GpuKernel kernel, device->loadKernel(vendor.makeObject()));
  EXPECT_EQ(kernel.getEntry().resources.registers, 32u);
  LaunchConfig config;
  config.grid = {5, 4, 3};
  config.block = {16, 2, 1};
  config.dynamicSharedBytes = 512;
  VMJIT_ASSERT_VALUE(GpuExecutionResult result,
                     device->executeKernel(kernel, config, makeArgs(buffer)));
  EXPECT_LT(result.deviceNanoseconds, uint64_t(60) * 1000000000);
  EXPECT_EQ(fake.getLaunchCount(), 1u);
  fake_launch launch = fake.getLastLaunch();
  EXPECT_STREQ(launch.function, "kernel");
  EXPECT_THAT(launch.grid, testing::ElementsAre(5, 4, 3));
  EXPECT_THAT(launch.block, testing::ElementsAre(16, 2, 1));
  EXPECT_EQ(launch.shared_bytes, 512u);
  if (vendor.type == DeviceType::CUDA) {
    ASSERT_EQ(launch.arg_count, 3u);
    EXPECT_EQ(launch.args[0], buffer.getAddress());
    EXPECT_EQ(launch.args[1], uint64_t(uint32_t(-7)));
    EXPECT_EQ(launch.args[2], GpuArg::f64(0.5).getBits());
  }
}

TEST_P(DriverUse, StopsAKernelThatHangs) {
  auto device = openDevice("hang=" + Twine(vendor.launch));
  VMJIT_ASSERT_VALUE(GpuBuffer buffer, device->allocateMemory(64));
  VMJIT_ASSERT_VALUE(
      GpuBuffer control,
      device->allocateMemory(sizeof(vmjit_control), MemoryKind::Pinned));
  auto *block = static_cast<vmjit_control *>(control.getHostPointer());
  *block = {};
  block->abi_version = VMJIT_CONTROL_ABI_VERSION;
  block->step_budget = VMJIT_UNLIMITED_STEPS;
  VMJIT_ASSERT_VALUE(GpuKernel kernel, device->loadKernel(vendor.makeObject()));
  LaunchConfig config;
  config.grid = {1};
  config.block = {32};
  config.control = &control;
  expectError(device->executeKernel(kernel, config, makeArgs(buffer),
                                    std::chrono::milliseconds(5)),
              ErrorCode::Timeout, "it was stopped");
  EXPECT_EQ(block->stop, 1u);
  EXPECT_TRUE(device->isAvailable());
  // The next launch has no control block, and must not see that one.
  fake.configure("hang=" + Twine(vendor.launch));
  config.control = nullptr;
  expectError(device->executeKernel(kernel, config, makeArgs(buffer),
                                    std::chrono::milliseconds(5)),
              ErrorCode::Timeout, "cannot be stopped");
  EXPECT_FALSE(device->isAvailable());
  fake.release();
  while (!device->isAvailable())
    std::this_thread::yield();
  expectSuccess(device->copyH2D(buffer, makeBytes(64)));
}

TEST_P(DriverUse, CopiesBetweenDevices) {
  for (const char *peers : {"0", "1"}) {
    fake.reset();
    Devices devices = open("devices=2 peers=" + Twine(peers));
    ASSERT_EQ(devices.size(), 2u);
    EXPECT_EQ(devices[1]->getIndex(), 1u);
    VMJIT_ASSERT_VALUE(GpuBuffer source, devices[0]->allocateMemory(100));
    VMJIT_ASSERT_VALUE(GpuBuffer destination, devices[1]->allocateMemory(100));
    std::vector<uint8_t> bytes = makeBytes(100), read(100);
    expectSuccess(devices[0]->copyH2D(source, bytes));
    expectSuccess(devices[1]->copyD2D(destination, source, 100));
    expectSuccess(devices[1]->copyD2D(destination, source, 100));
    EXPECT_EQ(fake.getCallCount(vendor.peerCopy), 2u);
    expectSuccess(devices[1]->copyD2H(read, destination));
    EXPECT_EQ(read, bytes);
  }
}

TEST_P(DriverUse, GivesBackMemoryUnderPressure) {
  auto device = openDevice("memory=1048576");
  {
    VMJIT_ASSERT_VALUE(GpuBuffer large, device->allocateMemory(200 << 10));
  }
  // The pool keeps the first one until the driver is out of memory.
  VMJIT_ASSERT_VALUE(GpuBuffer larger, device->allocateMemory(896 << 10));
  expectDriverError(device->allocateMemory(512 << 10).takeError(),
                    GpuErrorKind::MemoryAllocationFailed, vendor.allocate, 2);
  EXPECT_TRUE(device->isAvailable());
}

TEST_P(DriverUse, TellsOfTheLossOfTheDevice) {
  auto device = openDevice();
  VMJIT_ASSERT_VALUE(GpuBuffer buffer, device->allocateMemory(64));
  VMJIT_ASSERT_VALUE(GpuKernel kernel, device->loadKernel(vendor.makeObject()));
  fake.configure("fail-work=" + Twine(vendor.launch) + ":719");
  LaunchConfig config;
  config.grid = {1};
  config.block = {1};
  Expected<GpuExecutionResult> result =
      device->executeKernel(kernel, config, makeArgs(buffer));
  ASSERT_FALSE(static_cast<bool>(result));
  GpuError error = takeGpuError(result.takeError());
  EXPECT_EQ(error.getKind(), GpuErrorKind::KernelExecutionFailed);
  EXPECT_EQ(error.getSubject().kernel, "kernel");
  ASSERT_NE(error.getDriverStatus(), nullptr);
  EXPECT_EQ(error.getDriverStatus()->code, 719);
  EXPECT_THAT(error.getMessage(), testing::HasSubstr("device is lost"));
  EXPECT_FALSE(device->isAvailable());
  expectError(device->fillMemory(buffer, 0, 64), ErrorCode::DeviceUnavailable,
              "lost");
}

TEST_P(DriverUse, NamesTheKernelThatFailsAsynchronously) {
  auto device = openDevice();
  VMJIT_ASSERT_VALUE(GpuBuffer buffer, device->allocateMemory(64));
  VMJIT_ASSERT_VALUE(GpuKernel kernel, device->loadKernel(vendor.makeObject()));
  VMJIT_ASSERT_VALUE(GpuStream stream, device->createStream());
  fake.configure("fail-work=" + Twine(vendor.launch) + ":719");
  LaunchConfig config;
  config.grid = {1};
  config.block = {1};
  // The launch notices it if the kernel fails before it has returned.
  Error failure =
      device->launchKernel(stream, kernel, config, makeArgs(buffer));
  if (!failure)
    failure = stream.synchronize();
  GpuError error = takeGpuError(std::move(failure));
  EXPECT_EQ(error.getKind(), GpuErrorKind::KernelExecutionFailed);
  EXPECT_EQ(error.getSubject().kernel, "kernel");
  ASSERT_NE(error.getDriverStatus(), nullptr);
  EXPECT_EQ(error.getDriverStatus()->code, 719);
}

TEST_P(DriverUse, ServesManyThreads) {
  Devices devices = open("devices=2");
  VMJIT_ASSERT_VALUE(GpuKernel first,
                     devices[0]->loadKernel(vendor.makeObject()));
  VMJIT_ASSERT_VALUE(GpuKernel second,
                     devices[1]->loadKernel(vendor.makeObject()));
  constexpr unsigned threadCount = 8, rounds = 25;
  std::atomic<unsigned> wrong = 0;
  auto work = [&](unsigned number) {
    GpuCompute &device = *devices[number % 2];
    GpuKernel kernel = number % 2 ? second : first;
    LaunchConfig config;
    config.grid = {1};
    config.block = {32};
    for (unsigned round = 0; round < rounds; ++round) {
      std::vector<uint8_t> bytes = makeBytes(256, number), read(256);
      GpuBuffer buffer = cantFail(device.allocateMemory(256));
      cantFail(device.copyH2D(buffer, bytes));
      cantFail(device.executeKernel(kernel, config, makeArgs(buffer)));
      cantFail(device.copyD2H(read, buffer));
      wrong += read != bytes;
      // No context of ours stays on a thread.
      wrong += fake.getThreadContext() != 0;
    }
  };
  std::vector<std::thread> threads;
  for (unsigned number = 0; number < threadCount; ++number)
    threads.emplace_back(work, number);
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0u);
  EXPECT_EQ(fake.getLaunchCount(), threadCount * rounds);
}

TEST_P(DriverUse, OutlivesItsOwner) {
  auto device = openDevice();
  VMJIT_ASSERT_VALUE(GpuBuffer buffer, device->allocateMemory(64));
  VMJIT_ASSERT_VALUE(GpuStream stream, device->createStream());
  VMJIT_ASSERT_VALUE(GpuEvent event, device->createEvent());
  VMJIT_ASSERT_VALUE(GpuKernel kernel, device->loadKernel(vendor.makeObject()));
  GpuCompute &held = *device;
  device.reset();
  expectSuccess(held.copyH2DAsync(stream, buffer, makeBytes(64)));
  expectSuccess(stream.synchronize());
}
