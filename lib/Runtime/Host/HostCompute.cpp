//===- HostCompute.cpp - This machine's CPU behind GpuCompute ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Memory, streams and events of the host, and its kernels: thin layers over the
// C library, ThreadStream and HostKernel.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/Host/HostCompute.h"

#include "HostProcessor.h"

#include "vmjit/Runtime/Host/HostKernel.h"
#include "vmjit/Runtime/ThreadStream.h"
#include "llvm/TargetParser/Host.h"

#include <cstdlib>
#include <cstring>

using namespace llvm;
using namespace vmjit;

namespace {
/// A loaded entry. Shared with work that goes on after its timeout.
class HostComputeKernel : public DriverKernel {
public:
  explicit HostComputeKernel(HostKernel kernel)
      : kernel(std::make_shared<HostKernel>(std::move(kernel))) {}

  std::shared_ptr<HostKernel> getHostKernel() const override { return kernel; }

  std::shared_ptr<HostKernel> kernel;
};

/// A launch that goes on after its timeout.
class HostWork : public DriverWork {
public:
  HostWork(std::shared_ptr<HostKernel> kernel, uint64_t execution)
      : kernel(std::move(kernel)), execution(execution) {}

  bool isDone() override { return kernel->getDevice()->isDone(execution); }

private:
  std::shared_ptr<HostKernel> kernel;
  uint64_t execution;
};

/// The host as a device.
class HostCompute : public GpuCompute {
public:
  explicit HostCompute(const HostDeviceOptions &options)
      : GpuCompute(DeviceType::Host, 0), options(options) {}
  ~HostCompute() override { close(); }

private:
  Error initializeImpl() override;
  Expected<GpuDeviceInfo> queryInfoImpl() override;
  Expected<GpuMemoryInfo> queryMemoryImpl() override { return getHostMemory(); }
  Expected<TargetSpec> getTargetImpl() override;
  Error synchronizeImpl() override { return streams.synchronize(); }

  Expected<DriverAllocation> allocateImpl(uint64_t size,
                                          MemoryKind kind) override;
  Error freeImpl(const DriverAllocation &allocation, MemoryKind kind) override;
  Error copyImpl(const DriverCopy &copy, DriverStream *stream) override;
  Error fillImpl(uint64_t address, uint8_t value, uint64_t size,
                 DriverStream *stream) override;

  Expected<std::unique_ptr<DriverStream>> createStreamImpl() override;
  Error synchronizeStreamImpl(DriverStream &stream) override;
  Expected<bool> isStreamIdleImpl(DriverStream &stream) override;
  Expected<std::unique_ptr<DriverEvent>> createEventImpl() override;
  Error recordEventImpl(DriverEvent &event, DriverStream &stream) override;
  Error waitEventImpl(DriverStream &stream, DriverEvent &event) override;
  Expected<bool> isEventDoneImpl(DriverEvent &event) override;
  Error synchronizeEventImpl(DriverEvent &event) override;
  Expected<uint64_t> getElapsedImpl(DriverEvent &start,
                                    DriverEvent &end) override;

  Expected<DriverLoad> loadImpl(const CodeObject &object,
                                const Entry &entry) override;
  Error launchImpl(DriverKernel &kernel, const DriverLaunch &launch,
                   DriverStream &stream) override;
  Expected<DriverExecution>
  executeImpl(DriverKernel &kernel, const Entry &entry,
              const DriverLaunch &launch,
              std::optional<std::chrono::nanoseconds> timeout) override;

  HostDeviceOptions options;
  /// Set by initializeImpl.
  std::shared_ptr<HostDevice> device;
  uint64_t totalBytes = 0;
  ThreadStreamSet streams;
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

//===----------------------------------------------------------------------===//
// The device
//===----------------------------------------------------------------------===//

Error HostCompute::initializeImpl() {
  Expected<std::shared_ptr<HostDevice>> created = HostDevice::create(options);
  if (!created)
    return created.takeError();
  device = std::move(*created);
  totalBytes = getHostMemory().totalBytes;
  return Error::success();
}

Expected<GpuDeviceInfo> HostCompute::queryInfoImpl() {
  GpuDeviceInfo info;
  CpuDescription cpu = describeCpu();
  info.name = std::move(cpu.name);
  info.chip = sys::getHostCPUName().str();
  info.multiprocessorCount = device->getThreadCount();
  info.clockKHz = cpu.clockKHz;
  info.l2CacheBytes = getL2CacheBytes();
  info.sharedBytesPerBlock = options.maxSharedBytes;
  info.maxThreadsPerBlock = kMaxBlockThreads;
  info.hasUnifiedMemory = true;
  info.sharesHostMemory = true;
  return info;
}

Expected<TargetSpec> HostCompute::getTargetImpl() {
  TargetSpec target;
  target.kind = TargetKind::Host;
  target.chip = "native";
  return target;
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Expected<DriverAllocation> HostCompute::allocateImpl(uint64_t size,
                                                     MemoryKind kind) {
  // The system may promise more than it has.
  void *memory = totalBytes == 0 || size <= totalBytes
                     ? std::aligned_alloc(256, size)
                     : nullptr;
  if (!memory)
    return makeGpuError(GpuErrorKind::MemoryAllocationFailed,
                        "the host has not that much memory",
                        {.requestedBytes = size});
  return DriverAllocation{reinterpret_cast<uintptr_t>(memory), memory};
}

Error HostCompute::freeImpl(const DriverAllocation &allocation,
                            MemoryKind kind) {
  std::free(allocation.host);
  return Error::success();
}

Error HostCompute::copyImpl(const DriverCopy &copy, DriverStream *stream) {
  void *to = asPointer(copy.device);
  const void *from = copy.host;
  switch (copy.direction) {
  case CopyDirection::HostToDevice:
    break;
  case CopyDirection::DeviceToHost:
    from = to;
    to = copy.host;
    break;
  case CopyDirection::DeviceToDevice:
    from = asPointer(copy.source);
    break;
  }
  if (!stream) {
    // A host pointer may be the buffer's own.
    std::memmove(to, from, copy.size);
    return Error::success();
  }
  asThread(*stream).getQueue().submit([to, from, size = copy.size] {
    std::memmove(to, from, size);
    return Error::success();
  });
  return Error::success();
}

Error HostCompute::fillImpl(uint64_t address, uint8_t value, uint64_t size,
                            DriverStream *stream) {
  void *to = asPointer(address);
  if (!stream) {
    std::memset(to, value, size);
    return Error::success();
  }
  asThread(*stream).getQueue().submit([to, value, size] {
    std::memset(to, value, size);
    return Error::success();
  });
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Streams and events
//===----------------------------------------------------------------------===//

Expected<std::unique_ptr<DriverStream>> HostCompute::createStreamImpl() {
  return streams.create();
}

Error HostCompute::synchronizeStreamImpl(DriverStream &stream) {
  return asThread(stream).getQueue().synchronize();
}

Expected<bool> HostCompute::isStreamIdleImpl(DriverStream &stream) {
  return asThread(stream).getQueue().isIdle();
}

Expected<std::unique_ptr<DriverEvent>> HostCompute::createEventImpl() {
  return std::make_unique<ThreadEvent>();
}

Error HostCompute::recordEventImpl(DriverEvent &event, DriverStream &stream) {
  asThread(stream).record(asThread(event));
  return Error::success();
}

Error HostCompute::waitEventImpl(DriverStream &stream, DriverEvent &event) {
  asThread(stream).waitFor(asThread(event));
  return Error::success();
}

Expected<bool> HostCompute::isEventDoneImpl(DriverEvent &event) {
  return asThread(event).isDone();
}

Error HostCompute::synchronizeEventImpl(DriverEvent &event) {
  return asThread(event).synchronize();
}

Expected<uint64_t> HostCompute::getElapsedImpl(DriverEvent &start,
                                               DriverEvent &end) {
  return asThread(end).getNanosecondsSince(asThread(start));
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

Expected<DriverLoad> HostCompute::loadImpl(const CodeObject &object,
                                           const Entry &entry) {
  Expected<HostKernel> kernel = HostKernel::load(device, object, entry.name);
  if (!kernel)
    return kernel.takeError();
  DriverLoad load;
  load.kernel = std::make_unique<HostComputeKernel>(std::move(*kernel));
  return load;
}

/// \p launch for a HostKernel.
static HostExecutionRequest makeRequest(const DriverLaunch &launch) {
  HostExecutionRequest request;
  request.grid = launch.grid;
  request.block = launch.block;
  request.sharedBytes = launch.sharedBytes;
  request.args = launch.args;
  request.control = launch.hostControl;
  return request;
}

Error HostCompute::launchImpl(DriverKernel &kernel, const DriverLaunch &launch,
                              DriverStream &stream) {
  std::shared_ptr<HostKernel> code =
      static_cast<HostComputeKernel &>(kernel).kernel;
  SmallVector<uint64_t, 8> values(launch.args.size());
  for (auto [value, arg, param] :
       zip_equal(values, launch.args, code->getEntry().params))
    std::memcpy(&value, arg, param.size);
  asThread(stream).getQueue().submit([code, values = std::move(values),
                                      request = makeRequest(launch)]() mutable {
    SmallVector<void *, 8> args;
    for (uint64_t &value : values)
      args.push_back(&value);
    request.args = args;
    return withKernel(code->execute(request).takeError(),
                      code->getEntry().name);
  });
  return Error::success();
}

Expected<DriverExecution>
HostCompute::executeImpl(DriverKernel &kernel, const Entry &entry,
                         const DriverLaunch &launch,
                         std::optional<std::chrono::nanoseconds> timeout) {
  const std::shared_ptr<HostKernel> &code =
      static_cast<HostComputeKernel &>(kernel).kernel;
  HostExecutionRequest request = makeRequest(launch);
  request.timeout = timeout;
  request.stopGrace = kStopGrace;
  Expected<HostExecution> execution = code->execute(request);
  if (!execution)
    return execution.takeError();
  DriverExecution result;
  result.deviceNanoseconds = execution->nanoseconds;
  result.isTimedOut = execution->isTimedOut;
  if (execution->unfinished)
    result.unfinished =
        std::make_unique<HostWork>(code, *execution->unfinished);
  return result;
}

std::shared_ptr<GpuCompute>
vmjit::createHostCompute(const HostDeviceOptions &options) {
  return std::make_shared<HostCompute>(options);
}

Expected<std::vector<std::shared_ptr<GpuCompute>>>
vmjit::discoverHostDevices() {
  return std::vector<std::shared_ptr<GpuCompute>>{createHostCompute()};
}
