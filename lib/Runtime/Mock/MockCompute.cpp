//===- MockCompute.cpp - A device for tests ---------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// The functions that a driver has, each as short as it can be: log the call, do
// it, or put it on the stream.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/Mock/MockCompute.h"

#include "MockDriver.h"

#include "vmjit/Runtime/ThreadStream.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/TargetParser/Host.h"

#include <cstring>

using namespace llvm;
using namespace vmjit;

StringRef vmjit::getMockCallName(MockCall call) {
  switch (call) {
#define VMJIT_MOCK_CALL(Name)                                                  \
  case MockCall::Name:                                                         \
    return #Name;
#include "vmjit/Runtime/Mock/MockCalls.def"
  }
  llvm_unreachable("every call has a name");
}

namespace {
/// A loaded entry. Shared with launches that are under way.
class MockKernel : public DriverKernel {
public:
  explicit MockKernel(const Entry &entry)
      : entry(std::make_shared<Entry>(entry)) {}

  std::shared_ptr<const Entry> entry;
};

/// A launch whose arguments are copies.
struct StoredLaunch {
  StoredLaunch(std::shared_ptr<const Entry> entry, const DriverLaunch &launch)
      : entry(std::move(entry)), launch(launch), values(launch.args.size()) {
    for (auto [value, arg, param] :
         zip_equal(values, launch.args, this->entry->params)) {
      std::memcpy(&value, arg, param.size);
      args.push_back(&value);
    }
    this->launch.args = args;
  }
  StoredLaunch(const StoredLaunch &) = delete;
  StoredLaunch &operator=(const StoredLaunch &) = delete;

  std::shared_ptr<const Entry> entry;
  DriverLaunch launch;
  std::vector<uint64_t> values;
  std::vector<void *> args;
};
} // namespace

static ThreadStream &asThread(DriverStream &stream) {
  return static_cast<ThreadStream &>(stream);
}
static ThreadEvent &asThread(DriverEvent &event) {
  return static_cast<ThreadEvent &>(event);
}

/// Memory at \p address, which is a host address.
static void *asPointer(uint64_t address) {
  return reinterpret_cast<void *>(static_cast<uintptr_t>(address));
}

/// Does \p work now, or on \p stream if it is not null.
static Error perform(DriverStream *stream, ThreadQueue::Work work) {
  if (!stream)
    return work();
  asThread(*stream).getQueue().submit(std::move(work));
  return Error::success();
}

//===----------------------------------------------------------------------===//
// For tests
//===----------------------------------------------------------------------===//

MockCompute::MockCompute(MockOptions options)
    : GpuCompute(DeviceType::Mock, options.index), options(std::move(options)),
      driver(std::make_shared<Driver>(this->options.memoryBytes)),
      streams(std::make_unique<ThreadStreamSet>()) {}

std::shared_ptr<MockCompute> MockCompute::create(MockOptions options) {
  return std::shared_ptr<MockCompute>(new MockCompute(std::move(options)));
}

MockCompute::~MockCompute() {
  release();
  consumeError(streams->synchronize());
  close();
}

void MockCompute::failCall(MockCall call, unsigned nth, GpuErrorKind kind) {
  std::lock_guard lock(driver->mutex);
  uint64_t number = driver->callCounts[static_cast<size_t>(call)] + nth;
  driver->failures.push_back({call, number, kind});
}

void MockCompute::failAlways(MockCall call, GpuErrorKind kind) {
  std::lock_guard lock(driver->mutex);
  driver->failures.push_back({call, 0, kind});
}

void MockCompute::setDelay(std::chrono::nanoseconds time) {
  std::lock_guard lock(driver->mutex);
  driver->delayTime = time;
}

void MockCompute::hang(bool obeysStop) {
  std::lock_guard lock(driver->mutex);
  driver->isHanging = true;
  driver->obeysStop = obeysStop;
}

void MockCompute::release() {
  {
    std::lock_guard lock(driver->mutex);
    driver->isHanging = false;
  }
  driver->released.notify_all();
}

void MockCompute::setKernel(Kernel kernel) {
  std::lock_guard lock(driver->mutex);
  driver->kernel = std::move(kernel);
}

void MockCompute::clear() {
  std::lock_guard lock(driver->mutex);
  driver->failures.clear();
  driver->delayTime = {};
  driver->kernel = nullptr;
}

std::vector<MockCall> MockCompute::getCalls() const {
  std::lock_guard lock(driver->mutex);
  return {driver->calls.begin(), driver->calls.end()};
}

uint64_t MockCompute::getCallCount(MockCall call) const {
  std::lock_guard lock(driver->mutex);
  return driver->callCounts[static_cast<size_t>(call)];
}

uint64_t MockCompute::getAllocationCount() const {
  std::lock_guard lock(driver->mutex);
  return driver->allocations.size();
}

//===----------------------------------------------------------------------===//
// The device
//===----------------------------------------------------------------------===//

Error MockCompute::initializeImpl() {
  return driver->enter(MockCall::Initialize);
}

Expected<GpuDeviceInfo> MockCompute::queryInfoImpl() {
  if (Error error = driver->enter(MockCall::QueryInfo))
    return std::move(error);
  GpuDeviceInfo info;
  info.name = options.name;
  info.id = "mock-" + std::to_string(options.index);
  info.chip = sys::getHostCPUName().str();
  info.multiprocessorCount = 1;
  info.sharedBytesPerBlock = uint64_t(64) << 10;
  info.maxThreadsPerBlock = kMaxBlockThreads;
  info.hasUnifiedMemory = options.hasUnifiedMemory;
  info.sharesHostMemory = options.sharesHostMemory;
  info.driverVersion = "1.0";
  return info;
}

Expected<GpuMemoryInfo> MockCompute::queryMemoryImpl() {
  if (Error error = driver->enter(MockCall::QueryMemory))
    return std::move(error);
  return GpuMemoryInfo{driver->getFreeBytes(), options.memoryBytes};
}

Expected<TargetSpec> MockCompute::getTargetImpl() {
  if (Error error = driver->enter(MockCall::GetTarget))
    return std::move(error);
  TargetSpec target;
  target.kind = TargetKind::Host;
  target.chip = "native";
  return target;
}

Error MockCompute::synchronizeImpl() {
  if (Error error = driver->enter(MockCall::Synchronize))
    return error;
  return streams->synchronize();
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Expected<DriverAllocation> MockCompute::allocateImpl(uint64_t size,
                                                     MemoryKind kind) {
  if (Error error = driver->enter(MockCall::Allocate))
    return std::move(error);
  return driver->allocate(
      size, kind, kind != MemoryKind::Device || options.sharesHostMemory);
}

Error MockCompute::freeImpl(const DriverAllocation &allocation,
                            MemoryKind kind) {
  if (Error error = driver->enter(MockCall::Free))
    return error;
  return driver->free(allocation);
}

Error MockCompute::copyImpl(const DriverCopy &copy, DriverStream *stream) {
  if (Error error = driver->enter(MockCall::Copy))
    return error;
  std::shared_ptr<Driver> source;
  if (copy.direction == CopyDirection::DeviceToDevice)
    source = static_cast<const MockCompute *>(copy.sourceDevice)->driver;
  return perform(
      stream,
      [driver = driver, source, copy, isAsync = stream != nullptr]() -> Error {
        if (isAsync)
          driver->delay();
        if (Error error =
                driver->verifyRange(copy.device, copy.size, copy.direction))
          return error;
        void *device = asPointer(copy.device);
        switch (copy.direction) {
        case CopyDirection::HostToDevice:
          std::memcpy(device, copy.host, copy.size);
          return Error::success();
        case CopyDirection::DeviceToHost:
          std::memcpy(copy.host, device, copy.size);
          return Error::success();
        case CopyDirection::DeviceToDevice:
          if (Error error =
                  source->verifyRange(copy.source, copy.size, copy.direction))
            return error;
          std::memcpy(device, asPointer(copy.source), copy.size);
          return Error::success();
        }
        llvm_unreachable("every direction is handled");
      });
}

Error MockCompute::fillImpl(uint64_t address, uint8_t value, uint64_t size,
                            DriverStream *stream) {
  if (Error error = driver->enter(MockCall::Fill))
    return error;
  return perform(stream, [driver = driver, address, value, size]() -> Error {
    if (Error error =
            driver->verifyRange(address, size, CopyDirection::HostToDevice))
      return error;
    std::memset(asPointer(address), value, size);
    return Error::success();
  });
}

//===----------------------------------------------------------------------===//
// Streams and events
//===----------------------------------------------------------------------===//

Expected<std::unique_ptr<DriverStream>> MockCompute::createStreamImpl() {
  if (Error error = driver->enter(MockCall::CreateStream))
    return std::move(error);
  return streams->create();
}

Error MockCompute::synchronizeStreamImpl(DriverStream &stream) {
  if (Error error = driver->enter(MockCall::SynchronizeStream))
    return error;
  return asThread(stream).getQueue().synchronize();
}

Expected<bool> MockCompute::isStreamIdleImpl(DriverStream &stream) {
  if (Error error = driver->enter(MockCall::IsStreamIdle))
    return std::move(error);
  return asThread(stream).getQueue().isIdle();
}

Expected<std::unique_ptr<DriverEvent>> MockCompute::createEventImpl() {
  if (Error error = driver->enter(MockCall::CreateEvent))
    return std::move(error);
  return std::make_unique<ThreadEvent>();
}

Error MockCompute::recordEventImpl(DriverEvent &event, DriverStream &stream) {
  if (Error error = driver->enter(MockCall::RecordEvent))
    return error;
  asThread(stream).record(asThread(event));
  return Error::success();
}

Error MockCompute::waitEventImpl(DriverStream &stream, DriverEvent &event) {
  if (Error error = driver->enter(MockCall::WaitEvent))
    return error;
  asThread(stream).waitFor(asThread(event));
  return Error::success();
}

Expected<bool> MockCompute::isEventDoneImpl(DriverEvent &event) {
  if (Error error = driver->enter(MockCall::IsEventDone))
    return std::move(error);
  return asThread(event).isDone();
}

Error MockCompute::synchronizeEventImpl(DriverEvent &event) {
  if (Error error = driver->enter(MockCall::SynchronizeEvent))
    return error;
  return asThread(event).synchronize();
}

Expected<uint64_t> MockCompute::getElapsedImpl(DriverEvent &start,
                                               DriverEvent &end) {
  if (Error error = driver->enter(MockCall::GetElapsed))
    return std::move(error);
  return asThread(end).getNanosecondsSince(asThread(start));
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

Expected<DriverLoad> MockCompute::loadImpl(const CodeObject &object,
                                           const Entry &entry) {
  if (Error error = driver->enter(MockCall::Load))
    return std::move(error);
  DriverLoad load;
  load.kernel = std::make_unique<MockKernel>(entry);
  return load;
}

Error MockCompute::launchImpl(DriverKernel &kernel, const DriverLaunch &launch,
                              DriverStream &stream) {
  if (Error error = driver->enter(MockCall::Launch))
    return error;
  auto stored = std::make_shared<StoredLaunch>(
      static_cast<MockKernel &>(kernel).entry, launch);
  return perform(&stream, [driver = driver, stored] {
    return withKernel(driver->run({*stored->entry, stored->launch}),
                      stored->entry->name);
  });
}

Expected<std::vector<std::shared_ptr<GpuCompute>>>
vmjit::discoverMockDevices() {
  return std::vector<std::shared_ptr<GpuCompute>>{MockCompute::create()};
}
