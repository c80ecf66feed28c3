//===- MockComputeTest.cpp - Tests of GpuCompute's failures -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// What the checked part of GpuCompute makes of a driver that fails, is slow or
// hangs, and the mock itself.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/Mock/MockCompute.h"

#include "GpuErrorExpectations.h"
#include "vmjit/Runtime/LaunchControl.h"

#include <thread>

using namespace llvm;
using namespace vmjit;
using Param = vmir::ParamType;

/// Code that the mock loads: it does not look at the payload.
static CodeObject makeCode(bool isStoppable = false,
                           StringRef name = "kernel") {
  CodeObject object;
  object.triple = "x86_64-unknown-linux-gnu";
  object.chip = "generic";
  object.compilerVersion = object.llvmVersion = "0";
  object.payload = {1};
  Entry entry;
  entry.name = entry.symbol = name.str();
  Param types[] = {Param::Buffer, Param::I32};
  entry.params = layoutParams(types);
  entry.stoppable = isStoppable;
  object.entries.push_back(entry);
  return object;
}

namespace {
class MockComputeTest : public testing::Test {
protected:
  void SetUp() override { use({}); }

  void use(const MockOptions &options) {
    mock = MockCompute::create(options);
    buffer = cantFail(mock->allocateMemory(256));
  }
  GpuKernel load(bool isStoppable = false) {
    return cantFail(mock->loadKernel(makeCode(isStoppable)));
  }
  Expected<GpuExecutionResult>
  execute(const GpuKernel &kernel, const LaunchConfig &config = {},
          std::optional<std::chrono::nanoseconds> timeout = std::nullopt) {
    return mock->executeKernel(
        kernel, config, {GpuArg::buffer(buffer), GpuArg::u32(5)}, timeout);
  }
  GpuBuffer makeControlBuffer() {
    GpuBuffer control = cantFail(
        mock->allocateMemory(sizeof(vmjit_control), MemoryKind::Pinned));
    *static_cast<vmjit_control *>(control.getHostPointer()) = makeControl();
    return control;
  }

  std::shared_ptr<MockCompute> mock;
  GpuBuffer buffer;
};
} // namespace

TEST_F(MockComputeTest, SaysThatItRunsNoCode) {
  VMJIT_ASSERT_VALUE(GpuDeviceInfo info, mock->deviceInfo());
  EXPECT_THAT(info.name, testing::HasSubstr("runs no code"));
  EXPECT_EQ(info.getSpelling(), "mock:0");
}

TEST_F(MockComputeTest, RunsWhatTheTestGivesItInPlaceOfAKernel) {
  GpuKernel kernel = load();
  uint32_t *target = nullptr;
  mock->setKernel([&](const MockLaunch &launch) {
    EXPECT_EQ(launch.entry.name, "kernel");
    EXPECT_EQ(launch.launch.grid, (Dim3{3}));
    target = *static_cast<uint32_t **>(launch.launch.args[0]);
    *target = *static_cast<uint32_t *>(launch.launch.args[1]);
    return Error::success();
  });
  expectSuccess(execute(kernel, {.grid = {3}}).takeError());
  uint32_t value = 0;
  expectSuccess(mock->copyD2H(
      {reinterpret_cast<uint8_t *>(&value), sizeof(value)}, buffer));
  EXPECT_EQ(value, 5u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(target), buffer.getAddress());
}

TEST_F(MockComputeTest, LogsItsLastCalls) {
  EXPECT_EQ(mock->getCallCount(MockCall::Initialize), 1u);
  EXPECT_EQ(mock->getCalls().back(), MockCall::Allocate);
  for (size_t i = 0; i < MockCompute::kMaxLoggedCalls + 10; ++i)
    expectSuccess(mock->fillMemory(buffer, 0, 1));
  EXPECT_EQ(mock->getCalls().size(), MockCompute::kMaxLoggedCalls);
  EXPECT_EQ(mock->getCallCount(MockCall::Fill),
            MockCompute::kMaxLoggedCalls + 10);
}

//===----------------------------------------------------------------------===//
// Failures of each call
//===----------------------------------------------------------------------===//

TEST_F(MockComputeTest, FailsTheCallThatItWasToldTo) {
  mock->failCall(MockCall::Fill, 2, GpuErrorKind::Io);
  expectSuccess(mock->fillMemory(buffer, 0, 1));
  expectGpuError(mock->fillMemory(buffer, 0, 1), GpuErrorKind::Io,
                 "mockFill: MOCK_ERROR_INJECTED (1)");
  expectSuccess(mock->fillMemory(buffer, 0, 1));
  mock->failAlways(MockCall::Fill, GpuErrorKind::Other);
  expectGpuError(mock->fillMemory(buffer, 0, 1), GpuErrorKind::Other);
  expectGpuError(mock->fillMemory(buffer, 0, 1), GpuErrorKind::Other);
  mock->clear();
  expectSuccess(mock->fillMemory(buffer, 0, 1));
}

/// Does everything once, and gives the first failure.
static Error useAll(MockCompute &mock) {
  if (Error error = mock.deviceInfo().takeError())
    return error;
  Expected<GpuBuffer> buffer = mock.allocateMemory(64);
  if (!buffer)
    return buffer.takeError();
  std::vector<uint8_t> bytes(64);
  if (Error error = mock.copyH2D(*buffer, bytes))
    return error;
  if (Error error = mock.fillMemory(*buffer, 1, 64))
    return error;
  Expected<GpuKernel> kernel = mock.loadKernel(makeCode());
  if (!kernel)
    return kernel.takeError();
  GpuArg args[] = {GpuArg::buffer(*buffer), GpuArg::u32(5)};
  if (Error error = mock.executeKernel(*kernel, {}, args).takeError())
    return error;
  if (Error error = mock.executeKernel(*kernel, {}, args, std::chrono::hours(1))
                        .takeError())
    return error;
  Expected<GpuStream> stream = mock.createStream();
  if (!stream)
    return stream.takeError();
  Expected<GpuEvent> event = mock.createEvent();
  if (!event)
    return event.takeError();
  if (Error error = mock.launchKernel(*stream, *kernel, {}, args))
    return error;
  if (Error error = mock.recordEvent(*event, *stream))
    return error;
  if (Error error = mock.waitEvent(*stream, *event))
    return error;
  if (Error error = stream->isIdle().takeError())
    return error;
  if (Error error = stream->synchronize())
    return error;
  if (Error error = event->synchronize())
    return error;
  if (Error error = event->isDone().takeError())
    return error;
  if (Error error = mock.getElapsedNanoseconds(*event, *event).takeError())
    return error;
  if (Error error = mock.freeMemory(std::move(*buffer)))
    return error;
  if (Error error = mock.trimMemory())
    return error;
  return mock.synchronize();
}

TEST(MockCompute, EveryFailureOfTheDriverIsTold) {
  expectSuccess(useAll(*MockCompute::create()));
#define VMJIT_MOCK_CALL(Name)                                                  \
  {                                                                            \
    SCOPED_TRACE(#Name);                                                       \
    auto mock = MockCompute::create();                                         \
    /* The first query of memory only sets the pool's limit. */                \
    unsigned nth = MockCall::Name == MockCall::QueryMemory ? 2 : 1;            \
    mock->failCall(MockCall::Name, nth, GpuErrorKind::Other);                  \
    Error error = useAll(*mock);                                               \
    EXPECT_TRUE(bool(error));                                                  \
    GpuError found = takeGpuError(error ? std::move(error)                     \
                                        : makeGpuError(GpuErrorKind::Io, "")); \
    EXPECT_THAT(found.getMessage(), testing::HasSubstr("mock" #Name));         \
  }
#include "vmjit/Runtime/Mock/MockCalls.def"
}

TEST(MockCompute, KeepsTheResultOfItsInitialization) {
  for (MockCall call : {MockCall::Initialize, MockCall::QueryInfo}) {
    auto mock = MockCompute::create();
    mock->failCall(call, 1, GpuErrorKind::Io);
    for (int round = 0; round < 2; ++round)
      expectGpuError(mock->initialize(),
                     GpuErrorKind::DeviceInitializationFailed,
                     "MOCK_ERROR_INJECTED");
    expectGpuError(mock->allocateMemory(4),
                   GpuErrorKind::DeviceInitializationFailed);
    EXPECT_FALSE(mock->isAvailable());
    EXPECT_EQ(mock->getCallCount(MockCall::Initialize), 1u);
  }
}

TEST_F(MockComputeTest, ErrorsOfLoadingAndLaunchingNameTheKernel) {
  GpuKernel kernel = load();
  mock->failCall(MockCall::Load, 1, GpuErrorKind::Other);
  expectGpuError(mock->loadKernel(makeCode()),
                 GpuErrorKind::KernelLoadingFailed, "('kernel')");
  mock->failCall(MockCall::Launch, 1, GpuErrorKind::Other);
  expectGpuError(execute(kernel), GpuErrorKind::KernelExecutionFailed,
                 "('kernel')");
  expectSuccess(execute(kernel).takeError());
}

TEST_F(MockComputeTest, FailuresOfWorkNameTheKernel) {
  GpuKernel kernel = load();
  mock->setKernel([](const MockLaunch &) {
    return makeGpuError(GpuErrorKind::KernelExecutionFailed, "bad address");
  });
  GpuArg args[] = {GpuArg::buffer(buffer), GpuArg::u32(5)};
  GpuStream stream = cantFail(mock->createStream());
  expectSuccess(mock->launchKernel(stream, kernel, {}, args));
  GpuError error = takeGpuError(stream.synchronize());
  EXPECT_EQ(error.getSubject().kernel, "kernel");
  EXPECT_EQ(error.getMessage(),
            "kernel execution failed ('kernel'): bad address");
}

TEST_F(MockComputeTest, FailuresOfAStreamNameWhatMayHaveFailed) {
  constexpr auto kFailed = GpuErrorKind::KernelExecutionFailed;
  std::vector<GpuKernel> kernels;
  for (StringRef name : {"a", "b", "c", "d", "e"})
    kernels.push_back(cantFail(mock->loadKernel(makeCode(false, name))));
  GpuArg args[] = {GpuArg::buffer(buffer), GpuArg::u32(5)};
  GpuStream stream = cantFail(mock->createStream());
  auto launch = [&](unsigned index) {
    expectSuccess(mock->launchKernel(stream, kernels[index], {}, args));
  };
  // A driver only says that something has failed. Nothing was launched.
  mock->failCall(MockCall::SynchronizeStream, 1, kFailed);
  EXPECT_EQ(takeGpuError(stream.synchronize()).getSubject().kernel, "");

  launch(0);
  expectSuccess(stream.synchronize());
  launch(1);
  launch(2);
  launch(1);
  mock->failCall(MockCall::SynchronizeStream, 1, kFailed);
  expectGpuError(stream.synchronize(), kFailed, "('b, c')");

  // With an event in between, only what is before it.
  GpuEvent event = cantFail(mock->createEvent());
  launch(3);
  expectSuccess(mock->recordEvent(event, stream));
  launch(4);
  mock->failCall(MockCall::SynchronizeEvent, 1, kFailed);
  expectGpuError(event.synchronize(), kFailed, "('d')");
  mock->failCall(MockCall::IsStreamIdle, 1, kFailed);
  expectGpuError(stream.isIdle(), kFailed, "('d, e')");
  for (unsigned index = 0; index < 5; ++index)
    launch(index);
  mock->failCall(MockCall::Synchronize, 1, kFailed);
  expectGpuError(mock->synchronize(), kFailed, "('d, e, a, b, ...')");
}

TEST_F(MockComputeTest, FailuresOfAStreamSayThatNamesAreNotKept) {
  constexpr auto kFailed = GpuErrorKind::KernelExecutionFailed;
  GpuArg args[] = {GpuArg::buffer(buffer), GpuArg::u32(5)};
  GpuStream stream = cantFail(mock->createStream());
  auto launch = [&](StringRef name) {
    GpuKernel kernel = cantFail(mock->loadKernel(makeCode(false, name)));
    expectSuccess(mock->launchKernel(stream, kernel, {}, args));
  };
  for (StringRef name : {"a", "b", "c", "d"})
    launch(name);
  GpuEvent first = cantFail(mock->createEvent());
  expectSuccess(mock->recordEvent(first, stream));
  launch("e");
  GpuEvent second = cantFail(mock->createEvent());
  expectSuccess(mock->recordEvent(second, stream));
  // Those with a name are done, and what is left has none.
  expectSuccess(first.synchronize());
  mock->failCall(MockCall::SynchronizeEvent, 1, kFailed);
  expectGpuError(second.synchronize(), kFailed, "('...')");
}

TEST_F(MockComputeTest, ALostDeviceSaysSo) {
  GpuKernel kernel = load();
  GpuStream stream = cantFail(mock->createStream());
  mock->lose();
  EXPECT_FALSE(mock->isAvailable());
  constexpr auto kLost = GpuErrorKind::NoDeviceAvailable;
  expectGpuError(mock->allocateMemory(4), kLost, "mock:0 was lost");
  expectGpuError(mock->copyH2D(buffer, {}), kLost);
  expectGpuError(mock->fillMemoryAsync(stream, buffer, 0, 1), kLost);
  expectGpuError(mock->loadKernel(makeCode()), kLost);
  expectGpuError(execute(kernel), kLost);
  expectGpuError(mock->synchronize(), kLost);
  expectSuccess(mock->freeMemory(std::move(buffer)));
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

TEST_F(MockComputeTest, GivesUpItsPoolWhenMemoryIsShort) {
  use({.memoryBytes = 1 << 20});
  expectSuccess(mock->setPoolLimit(1 << 20));
  for (uint64_t size : {1 << 17, 1 << 18, 1 << 19}) {
    GpuBuffer pooled = cantFail(mock->allocateMemory(size));
  }
  EXPECT_GT(mock->getMemoryStatistics().pooledBytes, uint64_t(800) << 10);
  GpuBuffer large = cantFail(mock->allocateMemory((1 << 19) + 1));
  EXPECT_EQ(mock->getMemoryStatistics().pooledBytes, 0u);
  Expected<GpuBuffer> next = mock->allocateMemory(1 << 19);
  ASSERT_FALSE(bool(next));
  GpuError error = takeGpuError(next.takeError());
  EXPECT_EQ(error.getKind(), GpuErrorKind::MemoryAllocationFailed);
  EXPECT_EQ(error.getSubject().requestedBytes, uint64_t(1) << 19);
  ASSERT_NE(error.getDriverStatus(), nullptr);
  EXPECT_EQ(error.getDriverStatus()->name, "MOCK_ERROR_MEMORY");
}

TEST_F(MockComputeTest, WaitsForWorkWhenMemoryIsShort) {
  use({.memoryBytes = 1 << 20});
  GpuStream stream = cantFail(mock->createStream());
  GpuBuffer big = cantFail(mock->allocateMemory(3 << 18));
  mock->setDelay(std::chrono::milliseconds(20));
  std::vector<uint8_t> bytes(1 << 16, 7);
  expectSuccess(mock->copyH2DAsync(stream, big, bytes));
  expectSuccess(mock->freeMemory(std::move(big)));
  // Under work, so the pool could not have it before.
  EXPECT_EQ(mock->getCallCount(MockCall::Free), 0u);
  GpuBuffer next = cantFail(mock->allocateMemory(1 << 19));
  EXPECT_EQ(mock->getCallCount(MockCall::Free), 1u);
  expectSuccess(stream.synchronize());
}

TEST_F(MockComputeTest, FailuresOfWorkAreKeptForSynchronize) {
  GpuKernel kernel = load();
  mock->setKernel([](const MockLaunch &) {
    return makeGpuError(GpuErrorKind::KernelExecutionFailed, "bad address");
  });
  GpuArg args[] = {GpuArg::buffer(buffer), GpuArg::u32(5)};
  {
    GpuStream stream = cantFail(mock->createStream());
    expectSuccess(mock->launchKernel(stream, kernel, {}, args));
  }
  expectGpuError(mock->synchronize(), GpuErrorKind::KernelExecutionFailed,
                 "bad address");
  expectSuccess(mock->synchronize());
  expectGpuError(execute(kernel), GpuErrorKind::KernelExecutionFailed,
                 "bad address");
  mock->clear();
  expectSuccess(execute(kernel).takeError());
  expectSuccess(mock->synchronize());
}

TEST_F(MockComputeTest, ReturnsAllMemoryToTheDriver) {
  EXPECT_EQ(mock->getAllocationCount(), 1u);
  GpuBuffer other = cantFail(mock->allocateMemory(5000, MemoryKind::Pinned));
  other = GpuBuffer();
  buffer = GpuBuffer();
  expectSuccess(mock->trimMemory());
  EXPECT_EQ(mock->getAllocationCount(), 0u);
}

TEST_F(MockComputeTest, CodeStaysLoadedWhileItIsUsed) {
  mock->hang();
  GpuStream stream = cantFail(mock->createStream());
  std::optional<GpuKernel> kernel = load();
  GpuArg args[] = {GpuArg::buffer(buffer), GpuArg::u32(5)};
  expectSuccess(mock->launchKernel(stream, *kernel, {}, args));
  kernel.reset();
  mock->release();
  expectSuccess(mock->synchronize());
}

//===----------------------------------------------------------------------===//
// Timeouts
//===----------------------------------------------------------------------===//

static constexpr std::chrono::milliseconds kShort{10};

TEST_F(MockComputeTest, StopsKernelsThatObey) {
  GpuKernel kernel = load(/*isStoppable=*/true);
  GpuBuffer control = makeControlBuffer();
  mock->hang();
  expectGpuError(execute(kernel, {.control = &control}, kShort),
                 GpuErrorKind::Timeout,
                 "('kernel'): not done after 0.01 s; it was stopped");
  EXPECT_TRUE(
      isStopRequested(*static_cast<vmjit_control *>(control.getHostPointer())));
  EXPECT_TRUE(mock->isAvailable());
  mock->release();
  expectSuccess(execute(kernel).takeError());
}

TEST_F(MockComputeTest, IsLostUntilAKernelThatCannotBeStoppedEnds) {
  GpuKernel kernel = load();
  mock->hang();
  expectGpuError(execute(kernel, {}, kShort), GpuErrorKind::Timeout,
                 "it cannot be stopped");
  EXPECT_FALSE(mock->isAvailable());
  expectGpuError(mock->allocateMemory(4), GpuErrorKind::NoDeviceAvailable,
                 "does not end");
  expectGpuError(execute(kernel), GpuErrorKind::NoDeviceAvailable);
  // It may still use the memory.
  uint64_t address = buffer.getAddress();
  expectSuccess(mock->freeMemory(std::move(buffer)));
  expectSuccess(mock->trimMemory());
  EXPECT_EQ(mock->getAllocationCount(), 1u);
  mock->release();
  while (!mock->isAvailable())
    std::this_thread::yield();
  buffer = cantFail(mock->allocateMemory(256));
  EXPECT_EQ(buffer.getAddress(), address);
  expectSuccess(execute(kernel).takeError());
}

TEST_F(MockComputeTest, ADisobedientKernelIsWaitedForAWhile) {
  GpuKernel kernel = load(/*isStoppable=*/true);
  GpuBuffer control = makeControlBuffer();
  mock->hang(/*obeysStop=*/false);
  // It ends within the time that it is given, though not because of the stop.
  std::thread releaser([&] {
    auto &block = *static_cast<vmjit_control *>(control.getHostPointer());
    while (!isStopRequested(block))
      std::this_thread::yield();
    mock->release();
  });
  expectGpuError(execute(kernel, {.control = &control}, kShort),
                 GpuErrorKind::Timeout, "it was stopped");
  releaser.join();
  EXPECT_TRUE(mock->isAvailable());
}

TEST_F(MockComputeTest, CanGoWhileAKernelHangs) {
  GpuKernel kernel = load();
  mock->hang();
  expectGpuError(execute(kernel, {}, kShort), GpuErrorKind::Timeout);
}

TEST_F(MockComputeTest, KeepsLaunchesWithControlBlocksApart) {
  GpuKernel kernel = load(/*isStoppable=*/true);
  std::vector<GpuBuffer> controls;
  std::vector<GpuStream> streams;
  for (int i = 0; i < 3; ++i) {
    controls.push_back(makeControlBuffer());
    streams.push_back(cantFail(mock->createStream()));
  }
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  std::vector<uint64_t> seen;
  mock->setKernel([&](const MockLaunch &launch) {
    int now = ++running;
    most = std::max<int>(most, now);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    seen.push_back(launch.launch.control);
    --running;
    return Error::success();
  });
  std::vector<uint64_t> wanted;
  GpuArg args[] = {GpuArg::buffer(buffer), GpuArg::u32(5)};
  for (int round = 0; round < 4; ++round)
    for (int i = 0; i < 3; ++i) {
      const GpuBuffer *control = round == 1 ? nullptr : &controls[i];
      expectSuccess(
          mock->launchKernel(streams[i], kernel, {.control = control}, args));
      wanted.push_back(control ? control->getAddress() : 0);
    }
  expectSuccess(mock->synchronize());
  EXPECT_EQ(most, 1);
  EXPECT_EQ(seen, wanted);
}

TEST_F(MockComputeTest, LanesOfExecutionsAreUsedAgain) {
  GpuKernel kernel = load();
  for (int round = 0; round < 10; ++round)
    expectSuccess(execute(kernel).takeError());
  EXPECT_EQ(mock->getCallCount(MockCall::CreateStream), 1u);
  EXPECT_EQ(mock->getCallCount(MockCall::CreateEvent), 2u);
}
