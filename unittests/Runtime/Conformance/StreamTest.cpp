//===- StreamTest.cpp - Asynchronous work -----------------------*- C++ -*-===//
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

TEST_P(ComputeTest, StreamsKeepTheOrderOfTheirWork) {
  GpuStream stream = makeStream();
  EXPECT_EQ(stream.getDevice(), device.get());
  GpuBuffer a = allocate(4096);
  GpuBuffer b = allocate(4096);
  std::vector<uint8_t> result(4096);
  for (uint8_t round = 1; round < 50; ++round) {
    expectSuccess(device->fillMemoryAsync(stream, a, round, 4096));
    expectSuccess(device->copyD2DAsync(stream, b, a, 4096));
    expectSuccess(device->fillMemoryAsync(stream, a, 0, 4096));
    expectSuccess(device->copyD2HAsync(stream, result, b));
    expectSuccess(stream.synchronize());
    EXPECT_TRUE(cantFail(stream.isIdle()));
    ASSERT_EQ(result, std::vector<uint8_t>(4096, round));
  }
}

TEST_P(ComputeTest, CopiesAsynchronouslyFromAndToPinnedMemory) {
  GpuStream stream = makeStream();
  std::vector<uint32_t> values(1000);
  std::iota(values.begin(), values.end(), 5);
  GpuBuffer in = makeBuffer<uint32_t>(values, MemoryKind::Pinned);
  GpuBuffer out = allocate(4000, MemoryKind::Pinned);
  GpuBuffer buffer = allocate(4000);
  expectSuccess(device->copyH2DAsync(stream, buffer, in.getHostBytes()));
  expectSuccess(device->copyD2HAsync(stream, out.getHostBytes(), buffer));
  expectSuccess(device->synchronize());
  EXPECT_EQ(out.getHostBytes(), asBytes<uint32_t>(values));
}

TEST_P(ComputeTest, EventsOrderStreams) {
  GpuBuffer buffer = allocate(1 << 16);
  std::vector<uint8_t> result(1 << 16);
  GpuStream first = makeStream();
  GpuStream second = makeStream();
  for (uint8_t round = 1; round < 20; ++round) {
    GpuEvent filled = makeEvent();
    expectSuccess(device->fillMemoryAsync(first, buffer, round, 1 << 16));
    expectSuccess(device->recordEvent(filled, first));
    expectSuccess(device->waitEvent(second, filled));
    expectSuccess(device->copyD2HAsync(second, result, buffer));
    expectSuccess(second.synchronize());
    EXPECT_TRUE(cantFail(filled.isDone()));
    ASSERT_EQ(result, std::vector<uint8_t>(1 << 16, round));
  }
}

TEST_P(ComputeTest, EventsMeasureTime) {
  GpuStream stream = makeStream();
  GpuEvent start = makeEvent();
  GpuEvent end = makeEvent();
  GpuBuffer buffer = allocate(1 << 20);
  expectSuccess(device->recordEvent(start, stream));
  expectSuccess(device->fillMemoryAsync(stream, buffer, 1, 1 << 20));
  expectSuccess(device->recordEvent(end, stream));
  expectSuccess(end.synchronize());
  Expected<uint64_t> elapsed = device->getElapsedNanoseconds(start, end);
  ASSERT_TRUE(bool(elapsed)) << toString(elapsed.takeError());
  // An hour would be made up.
  EXPECT_LT(*elapsed, uint64_t(3600) * 1000 * 1000 * 1000);
}

TEST_P(ComputeTest, EventsThatWereNeverRecordedAreDone) {
  GpuEvent event = makeEvent();
  EXPECT_TRUE(cantFail(event.isDone()));
  expectSuccess(event.synchronize());
  expectSuccess(event.synchronize(std::chrono::nanoseconds(0)));
  GpuStream stream = makeStream();
  expectSuccess(device->waitEvent(stream, event));
  expectSuccess(stream.synchronize());
  GpuEvent recorded = makeEvent();
  expectSuccess(device->recordEvent(recorded, stream));
  expectSuccess(recorded.synchronize());
  expectGpuError(device->getElapsedNanoseconds(event, recorded),
                 GpuErrorKind::InvalidArgument, "never recorded");
}

TEST_P(ComputeTest, EventsAreWaitedForWithATimeout) {
  GpuStream stream = makeStream();
  GpuEvent event = makeEvent();
  expectSuccess(device->recordEvent(event, stream));
  expectSuccess(event.synchronize(std::chrono::hours(1)));
  expectSuccess(event.synchronize(std::chrono::nanoseconds::max()));
}

TEST_P(ComputeTest, EventsCanBeRecordedAgainAndOutliveStreams) {
  GpuEvent event = makeEvent();
  for (int round = 0; round < 3; ++round) {
    GpuStream stream = makeStream();
    GpuBuffer buffer = allocate(64);
    expectSuccess(device->fillMemoryAsync(stream, buffer, 1, 64));
    expectSuccess(device->recordEvent(event, stream));
  }
  expectSuccess(event.synchronize());
  EXPECT_TRUE(cantFail(event.isDone()));
}

TEST_P(ComputeTest, RefusesEmptyAndForeignStreamsAndEvents) {
  constexpr auto kInvalid = GpuErrorKind::InvalidArgument;
  auto foreign = MockCompute::create({.index = 99});
  GpuStream other = cantFail(foreign->createStream());
  GpuEvent otherEvent = cantFail(foreign->createEvent());
  GpuStream stream = makeStream();
  GpuEvent event = makeEvent();
  GpuStream emptied = makeStream();
  GpuStream taken = std::move(emptied);
  GpuEvent emptiedEvent = makeEvent();
  GpuEvent takenEvent = std::move(emptiedEvent);
  GpuBuffer buffer = allocate(16);
  std::vector<uint8_t> bytes(16);
  // NOLINTBEGIN(bugprone-use-after-move)
  for (GpuStream *bad : {&other, &emptied}) {
    expectGpuError(device->copyH2DAsync(*bad, buffer, bytes), kInvalid);
    expectGpuError(device->copyD2HAsync(*bad, bytes, buffer), kInvalid);
    expectGpuError(device->copyD2DAsync(*bad, buffer, buffer, 1), kInvalid);
    expectGpuError(device->fillMemoryAsync(*bad, buffer, 0, 16), kInvalid);
    expectGpuError(device->recordEvent(event, *bad), kInvalid);
    expectGpuError(device->waitEvent(*bad, event), kInvalid);
  }
  for (GpuEvent *bad : {&otherEvent, &emptiedEvent}) {
    expectGpuError(device->recordEvent(*bad, stream), kInvalid);
    expectGpuError(device->waitEvent(stream, *bad), kInvalid);
    expectGpuError(device->getElapsedNanoseconds(*bad, event), kInvalid);
  }
  expectGpuError(emptied.synchronize(), kInvalid, "empty");
  expectGpuError(emptied.isIdle(), kInvalid, "empty");
  expectGpuError(emptiedEvent.synchronize(), kInvalid, "empty");
  expectGpuError(emptiedEvent.isDone(), kInvalid, "empty");
  // NOLINTEND(bugprone-use-after-move)
}

TEST_P(ComputeTest, RefusesAsynchronousWorkOutsideOfBuffers) {
  GpuStream stream = makeStream();
  GpuBuffer buffer = allocate(16);
  std::vector<uint8_t> bytes(17);
  constexpr auto kInvalid = GpuErrorKind::InvalidArgument;
  expectGpuError(device->copyH2DAsync(stream, buffer, bytes), kInvalid);
  expectGpuError(device->copyD2HAsync(stream, bytes, buffer), kInvalid);
  expectGpuError(device->fillMemoryAsync(stream, buffer, 0, 17), kInvalid);
  expectSuccess(stream.synchronize());
}

TEST_P(ComputeTest, MemoryFreedUnderWorkIsNotReusedBefore) {
  GpuStream stream = makeStream();
  constexpr uint64_t kSize = 1 << 20;
  std::vector<uint8_t> result(kSize);
  for (uint8_t round = 1; round < 20; ++round) {
    GpuBuffer to = allocate(kSize);
    {
      GpuBuffer from = allocate(kSize);
      expectSuccess(device->fillMemoryAsync(stream, from, round, kSize));
      expectSuccess(device->copyD2DAsync(stream, to, from, kSize));
    }
    // Would be the memory of from.
    GpuBuffer next = allocate(kSize);
    expectSuccess(device->fillMemory(next, 0xff, kSize));
    expectSuccess(device->copyD2HAsync(stream, result, to));
    expectSuccess(stream.synchronize());
    ASSERT_EQ(result, std::vector<uint8_t>(kSize, round));
  }
}

TEST_P(ComputeTest, StreamsFinishTheirWorkBeforeTheyGo) {
  GpuBuffer buffer = allocate(1 << 20);
  {
    GpuStream stream = makeStream();
    expectSuccess(device->fillMemoryAsync(stream, buffer, 3, 1 << 20));
  }
  EXPECT_EQ(read<uint8_t>(buffer), std::vector<uint8_t>(1 << 20, 3));
  GpuStream stream = makeStream();
  expectSuccess(device->fillMemoryAsync(stream, buffer, 4, 1 << 20));
  stream = makeStream();
  EXPECT_EQ(read<uint8_t>(buffer), std::vector<uint8_t>(1 << 20, 4));
}

TEST_P(ComputeTest, StreamsOutliveTheHandleOfTheirDevice) {
  GpuStream stream = makeStream();
  GpuEvent event = makeEvent();
  GpuBuffer buffer = allocate(64);
  expectSuccess(device->fillMemoryAsync(stream, buffer, 1, 64));
  expectSuccess(device->recordEvent(event, stream));
  device.reset();
  devices.clear();
  expectSuccess(stream.synchronize());
  expectSuccess(event.synchronize());
}

TEST_P(ComputeTest, StreamsOfManyThreadsDoNotDisturbEachOther) {
  std::atomic<unsigned> mismatches = 0;
  std::vector<std::thread> threads;
  for (uint8_t thread = 1; thread <= 4; ++thread)
    threads.emplace_back([&, thread] {
      GpuStream stream = makeStream();
      for (int round = 0; round < 25; ++round) {
        GpuBuffer buffer = allocate(2048);
        std::vector<uint8_t> result(2048);
        expectSuccess(device->fillMemoryAsync(stream, buffer, thread, 2048));
        expectSuccess(device->copyD2HAsync(stream, result, buffer));
        if (round % 2)
          expectSuccess(stream.synchronize());
        else
          expectSuccess(device->synchronize());
        mismatches += result != std::vector<uint8_t>(2048, thread);
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(mismatches, 0u);
}
