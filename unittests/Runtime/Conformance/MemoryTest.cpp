//===- MemoryTest.cpp - Memory and blocking copies --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ComputeTest.h"

#include "vmjit/Runtime/Mock/MockCompute.h"

#include <numeric>
#include <thread>

using namespace llvm;
using namespace vmjit;

static std::vector<uint32_t> makeValues(size_t count, uint32_t first = 0) {
  std::vector<uint32_t> values(count);
  std::iota(values.begin(), values.end(), first);
  return values;
}

TEST_P(ComputeTest, AllocatesMemoryOfAnySize) {
  std::vector<GpuBuffer> buffers;
  for (uint64_t size : {1, 3, 255, 256, 257, 4095, 1 << 16, (1 << 20) + 1}) {
    GpuBuffer buffer = allocate(size);
    ASSERT_TRUE(bool(buffer));
    EXPECT_EQ(buffer.getSize(), size);
    EXPECT_EQ(buffer.getDevice(), device.get());
    EXPECT_EQ(buffer.getKind(), MemoryKind::Device);
    EXPECT_NE(buffer.getAddress(), 0u);
    EXPECT_EQ(buffer.getAddress() % 256, 0u);
    for (const GpuBuffer &other : buffers)
      EXPECT_TRUE(buffer.getAddress() + size <= other.getAddress() ||
                  other.getAddress() + other.getSize() <= buffer.getAddress());
    buffers.push_back(std::move(buffer));
  }
}

TEST_P(ComputeTest, RefusesEmptyAndEndlessAllocations) {
  expectGpuError(device->allocateMemory(0), GpuErrorKind::InvalidArgument);
  for (uint64_t size : {uint64_t(1) << 50, ~uint64_t(0)}) {
    Expected<GpuBuffer> buffer = device->allocateMemory(size);
    ASSERT_FALSE(bool(buffer));
    GpuError error = takeGpuError(buffer.takeError());
    EXPECT_EQ(error.getKind(), GpuErrorKind::MemoryAllocationFailed);
    EXPECT_EQ(error.getSubject().requestedBytes, size);
  }
  EXPECT_TRUE(bool(allocate(64))) << "the device stays usable";
}

TEST_P(ComputeTest, BuffersAreMovedAndFreed) {
  GpuBuffer buffer = allocate(100);
  uint64_t address = buffer.getAddress();
  GpuBuffer moved = std::move(buffer);
  EXPECT_FALSE(buffer); // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(buffer.getSize(), 0u);
  EXPECT_EQ(moved.getAddress(), address);
  GpuBuffer other = allocate(200);
  other = std::move(moved);
  EXPECT_EQ(other.getAddress(), address);
  expectSuccess(device->freeMemory(std::move(other)));
  expectSuccess(device->freeMemory(GpuBuffer()));
  EXPECT_EQ(device->getMemoryStatistics().usedBytes, 0u);
}

TEST_P(ComputeTest, BuffersOutliveTheHandleOfTheirDevice) {
  GpuBuffer buffer = allocate(64);
  std::weak_ptr<GpuCompute> watch = device;
  device.reset();
  devices.clear();
  ASSERT_FALSE(watch.expired());
  uint8_t value = 42;
  expectSuccess(buffer.getDevice()->copyH2D(buffer, value));
}

TEST_P(ComputeTest, CopiesThereAndBack) {
  std::vector<uint32_t> values = makeValues(5000);
  GpuBuffer buffer = makeBuffer<uint32_t>(values);
  EXPECT_EQ(read<uint32_t>(buffer), values);
}

TEST_P(ComputeTest, CopiesPartsOfBuffers) {
  GpuBuffer buffer = makeBuffer<uint8_t>({1, 2, 3, 4, 5, 6});
  expectSuccess(device->copyH2D(buffer, {30, 40}, 2));
  std::vector<uint8_t> part(3);
  expectSuccess(device->copyD2H(part, buffer, 3));
  EXPECT_THAT(part, testing::ElementsAre(40, 5, 6));
  expectSuccess(device->fillMemory(buffer, 9, 2, 1));
  EXPECT_THAT(read<uint8_t>(buffer), testing::ElementsAre(1, 9, 9, 40, 5, 6));
  // Nothing, at the very end.
  expectSuccess(device->copyH2D(buffer, {}, 6));
  expectSuccess(device->fillMemory(buffer, 9, 0, 6));
}

TEST_P(ComputeTest, CopiesBetweenItsBuffers) {
  GpuBuffer from = makeBuffer<uint8_t>({1, 2, 3, 4, 5, 6});
  GpuBuffer to = makeBuffer<uint8_t>({0, 0, 0, 0});
  expectSuccess(device->copyD2D(to, from, 2, 1, 3));
  EXPECT_THAT(read<uint8_t>(to), testing::ElementsAre(0, 4, 5, 0));
  expectSuccess(device->copyD2D(from, from, 3, 0, 3));
  EXPECT_THAT(read<uint8_t>(from), testing::ElementsAre(4, 5, 6, 4, 5, 6));
  expectGpuError(device->copyD2D(from, from, 3, 0, 2),
                 GpuErrorKind::InvalidArgument, "overlaps");
}

TEST_P(ComputeTest, RefusesRangesOutsideOfBuffers) {
  GpuBuffer buffer = allocate(16);
  std::vector<uint8_t> bytes(17);
  constexpr auto kInvalid = GpuErrorKind::InvalidArgument;
  expectGpuError(device->copyH2D(buffer, bytes), kInvalid, "17 bytes at 0");
  expectGpuError(device->copyD2H(bytes, buffer), kInvalid);
  bytes.resize(2);
  for (uint64_t offset : {uint64_t(15), uint64_t(17), ~uint64_t(0)}) {
    expectGpuError(device->copyH2D(buffer, bytes, offset), kInvalid);
    expectGpuError(device->copyD2H(bytes, buffer, offset), kInvalid);
    expectGpuError(device->fillMemory(buffer, 0, 2, offset), kInvalid);
    GpuBuffer other = allocate(16);
    expectGpuError(device->copyD2D(buffer, other, 2, offset), kInvalid);
    expectGpuError(device->copyD2D(buffer, other, 2, 0, offset), kInvalid);
  }
  expectGpuError(device->fillMemory(buffer, 0, ~uint64_t(0), 1), kInvalid);
}

TEST_P(ComputeTest, RefusesEmptyAndForeignBuffers) {
  auto foreign = MockCompute::create({.index = 99});
  GpuBuffer other = cantFail(foreign->allocateMemory(16));
  GpuBuffer empty;
  GpuBuffer own = allocate(16);
  std::vector<uint8_t> bytes(4);
  for (GpuBuffer *buffer : {&empty, &other}) {
    std::string reason = buffer == &empty ? "is empty" : "is of mock:99";
    constexpr auto kInvalid = GpuErrorKind::InvalidArgument;
    expectGpuError(device->copyH2D(*buffer, bytes), kInvalid, reason);
    expectGpuError(device->copyD2H(bytes, *buffer), kInvalid, reason);
    expectGpuError(device->copyD2D(*buffer, own, 4), kInvalid, reason);
    expectGpuError(device->fillMemory(*buffer, 0, 4), kInvalid, reason);
    // Another device of the same type may be a source.
    if (buffer == &empty || device->getType() != DeviceType::Mock)
      expectGpuError(device->copyD2D(own, *buffer, 4), kInvalid);
  }
  expectGpuError(device->freeMemory(std::move(other)),
                 GpuErrorKind::InvalidArgument, "is of mock:99");
}

TEST_P(ComputeTest, CopiesFromPeers) {
  VMJIT_NEEDS(PeerCopies);
  ASSERT_GE(devices.size(), 2u);
  std::vector<uint32_t> values = makeValues(1000);
  GpuBuffer from = cantFail(devices[1]->allocateMemory(4000));
  expectSuccess(devices[1]->copyH2D(from, asBytes<uint32_t>(values)));
  GpuBuffer to = allocate(4000);
  expectSuccess(device->copyD2D(to, from, 4000));
  EXPECT_EQ(read<uint32_t>(to), values);

  GpuStream stream = makeStream();
  expectSuccess(device->fillMemoryAsync(stream, to, 0, 4000));
  expectSuccess(device->copyD2DAsync(stream, to, from, 2000, 2000));
  // The source's pool must wait for the copy.
  expectSuccess(devices[1]->freeMemory(std::move(from)));
  GpuBuffer next = cantFail(devices[1]->allocateMemory(4000));
  expectSuccess(devices[1]->fillMemory(next, 0xff, 4000));
  expectSuccess(stream.synchronize());
  std::vector<uint32_t> wanted(500);
  wanted.insert(wanted.end(), values.begin(), values.begin() + 500);
  EXPECT_EQ(read<uint32_t>(to), wanted);
}

TEST_P(ComputeTest, PinnedMemoryIsTheHostsToo) {
  std::vector<uint32_t> values = makeValues(100);
  GpuBuffer pinned = makeBuffer<uint32_t>(values, MemoryKind::Pinned);
  ASSERT_EQ(pinned.getHostBytes().size(), 400u);
  EXPECT_EQ(pinned.getHostBytes(), asBytes<uint32_t>(values));
  pinned.getHostBytes()[0] = 77;
  EXPECT_EQ(read<uint32_t>(pinned)[0], 77u);
  GpuBuffer buffer = allocate(400);
  expectSuccess(device->copyD2D(buffer, pinned, 400));
  EXPECT_EQ(read<uint32_t>(buffer)[0], 77u);
}

TEST_P(ComputeTest, UnifiedMemoryIsTheHostsToo) {
  VMJIT_NEEDS(UnifiedMemory);
  GpuBuffer buffer = makeBuffer<uint32_t>({1, 2, 3}, MemoryKind::Unified);
  ASSERT_TRUE(bool(buffer));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer.getHostPointer()),
            buffer.getAddress());
  EXPECT_EQ(buffer.getHostBytes()[4], 2u);
}

TEST_P(ComputeTest, SaysThatThereIsNoUnifiedMemory) {
  if (has(ComputeFeature::UnifiedMemory))
    GTEST_SKIP() << "there is";
  expectGpuError(device->allocateMemory(16, MemoryKind::Unified),
                 GpuErrorKind::FeatureNotSupported, "unified memory");
}

TEST_P(ComputeTest, ReusesFreedMemory) {
  uint64_t address = allocate(1000).getAddress();
  GpuBuffer again = allocate(900);
  EXPECT_EQ(again.getAddress(), address);
  GpuMemoryStatistics statistics = device->getMemoryStatistics();
  EXPECT_EQ(statistics.allocationCount, 2u);
  EXPECT_EQ(statistics.poolHitCount, 1u);
  EXPECT_GE(statistics.usedBytes, 900u);
  EXPECT_EQ(statistics.pooledBytes, 0u);
}

TEST_P(ComputeTest, TrimsAndLimitsItsPool) {
  allocate(1000);
  EXPECT_GE(device->getMemoryStatistics().pooledBytes, 1000u);
  expectSuccess(device->trimMemory());
  EXPECT_EQ(device->getMemoryStatistics().pooledBytes, 0u);
  expectSuccess(device->setPoolLimit(2000));
  allocate(1000);
  allocate(10000);
  EXPECT_LE(device->getMemoryStatistics().pooledBytes, 2000u);
  allocate(1000);
  expectSuccess(device->setPoolLimit(0));
  EXPECT_EQ(device->getMemoryStatistics().pooledBytes, 0u);
}

TEST_P(ComputeTest, AllocatesAndCopiesOnManyThreads) {
  std::atomic<unsigned> mismatches = 0;
  std::vector<std::thread> threads;
  for (uint32_t thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      for (uint32_t round = 0; round < 50; ++round) {
        std::vector<uint32_t> values =
            makeValues(200 + round % 5 * 100, thread * 1000 + round);
        GpuBuffer buffer = makeBuffer<uint32_t>(values);
        mismatches += read<uint32_t>(buffer) != values;
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(mismatches, 0u);
  EXPECT_EQ(device->getMemoryStatistics().usedBytes, 0u);
}
