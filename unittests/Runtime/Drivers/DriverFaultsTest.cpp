//===- DriverFaultsTest.cpp - What the drivers make of errors ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Makes each call of each function that the drivers use fail once, and looks at
// what becomes of it: a GpuError with the driver's own answer, nothing lost,
// and a device that works afterwards or says that it is lost.
//
//===----------------------------------------------------------------------===//

#include "DriverTest.h"

#include "vmjit/ABI/Control.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace vmjit;

namespace {

/// Functions that give something back. That they fail is told where somebody
/// can be told, and not where a destructor calls them.
constexpr const char *kReleasing[] = {
    "cuCtxPopCurrent_v2", "cuDevicePrimaryCtxRelease_v2",
    "cuEventDestroy_v2",  "cuLinkDestroy",
    "cuMemFree_v2",       "cuMemFreeHost",
    "cuModuleUnload",     "cuStreamDestroy_v2",
    "hipEventDestroy",    "hipFree",
    "hipHostFree",        "hipModuleUnload",
    "hipStreamDestroy"};

/// Functions that only the library without the optional ones makes the driver
/// call.
constexpr const char *kFallbacks[] = {
    "cuDeviceGetPCIBusId", "hipDeviceGetPCIBusId", "hipGetDeviceProperties"};

/// Never told to fail: their answers are what errors say.
constexpr const char *kTexts[] = {"cuGetErrorName", "cuGetErrorString"};

/// CUDA_ERROR_LAUNCH_FAILED, hipErrorLaunchFailure: the device is lost.
constexpr int kLost = 719;

bool isIn(ArrayRef<const char *> names, StringRef name) {
  return any_of(names, [&](const char *known) { return name == known; });
}

/// Functions that are part of every call, also of destructors: what they make
/// fail is not done, so that something may be left.
constexpr const char *kSurrounding[] = {"cuCtxPushCurrent_v2", "hipGetDevice",
                                        "hipSetDevice"};

/// The kind of error that a function's failure is, by its name; none if that
/// depends on what it is called for.
std::optional<GpuErrorKind> getExpectedKind(StringRef function) {
  auto has = [&](StringRef part) {
    return function.contains_insensitive(part);
  };
  if (isIn(kSurrounding, function) || has("StreamCreate") ||
      has("StreamSynchronize") || has("HtoD"))
    return std::nullopt;
  if (has("Init") || has("Version") || has("DeviceCount") || has("GetCount") ||
      function.ends_with("DeviceGet"))
    return GpuErrorKind::DriverBindingFailed;
  if (has("DeviceGetAttribute") || has("DeviceGetName") || has("Uuid") ||
      has("Properties") || has("PrimaryCtxRetain"))
    return GpuErrorKind::DeviceInitializationFailed;
  if (has("Memcpy") || has("Memset") || has("Peer"))
    return GpuErrorKind::MemoryCopyFailed;
  if (has("Alloc") || has("HostGetDevicePointer"))
    return GpuErrorKind::MemoryAllocationFailed;
  if (has("Module") && !has("Launch"))
    return GpuErrorKind::KernelLoadingFailed;
  if (has("FuncGet") || has("FuncSet") || has("Link"))
    return GpuErrorKind::KernelLoadingFailed;
  if (has("MemGetInfo"))
    return GpuErrorKind::Other;
  return GpuErrorKind::KernelExecutionFailed;
}

/// Everything that a user can ask of devices, once.
class DriverFaults : public DriverTest {
protected:
  /// The first error, if there is one. All that was made is gone afterwards.
  Error useEverything();
  Error useMemory(GpuCompute &device);
  Error useStreams(GpuCompute &device);
  Error useKernels(GpuCompute &device);
  Error usePeer(GpuCompute &device, GpuCompute &peer);

  /// Makes the \p nth call of \p function fail and checks what comes of it.
  void checkFault(const std::string &function, uint64_t nth, int code);
  void checkError(Error error, const std::string &function, int code);
  void checkLoss(Error error);
  void checkWorks();
};

Error DriverFaults::useMemory(GpuCompute &device) {
  for (MemoryKind kind :
       {MemoryKind::Device, MemoryKind::Pinned, MemoryKind::Unified}) {
    Expected<GpuBuffer> buffer = device.allocateMemory(4096, kind);
    if (!buffer)
      return buffer.takeError();
    std::vector<uint8_t> bytes(4096);
    if (Error error = device.copyH2D(*buffer, bytes))
      return error;
    if (Error error = device.fillMemory(*buffer, 1, 100))
      return error;
    if (Error error = device.copyD2D(*buffer, *buffer, 100, 200, 0))
      return error;
    if (Error error = device.copyD2H(bytes, *buffer))
      return error;
    if (Error error = device.freeMemory(std::move(*buffer)))
      return error;
  }
  return device.trimMemory();
}

Error DriverFaults::useStreams(GpuCompute &device) {
  Expected<GpuStream> stream = device.createStream();
  if (!stream)
    return stream.takeError();
  Expected<GpuEvent> start = device.createEvent();
  if (!start)
    return start.takeError();
  Expected<GpuEvent> end = device.createEvent();
  if (!end)
    return end.takeError();
  for (GpuEvent *event : {&*start, &*end})
    if (Error error = device.recordEvent(*event, *stream))
      return error;
  if (Error error = device.waitEvent(*stream, *start))
    return error;
  if (Error error = end->synchronize())
    return error;
  if (Error error = device.getElapsedNanoseconds(*start, *end).takeError())
    return error;
  if (Error error = stream->isIdle().takeError())
    return error;
  return stream->synchronize();
}

Error DriverFaults::useKernels(GpuCompute &device) {
  Expected<GpuBuffer> buffer = device.allocateMemory(64);
  if (!buffer)
    return buffer.takeError();
  Expected<GpuBuffer> control =
      device.allocateMemory(sizeof(vmjit_control), MemoryKind::Pinned);
  if (!control)
    return control.takeError();
  auto *block = static_cast<vmjit_control *>(control->getHostPointer());
  *block = {};
  block->abi_version = VMJIT_CONTROL_ABI_VERSION;
  Expected<GpuKernel> kernel = device.loadKernel(vendor.makeObject());
  if (!kernel)
    return kernel.takeError();
  LaunchConfig config;
  config.grid = {1};
  config.block = {32};
  config.control = &*control;
  if (Error error =
          device.executeKernel(*kernel, config, makeArgs(*buffer)).takeError())
    return error;
  if (Error error = device
                        .executeKernel(*kernel, config, makeArgs(*buffer),
                                       std::chrono::hours(1))
                        .takeError())
    return error;
  Expected<GpuStream> stream = device.createStream();
  if (!stream)
    return stream.takeError();
  if (Error error =
          device.launchKernel(*stream, *kernel, config, makeArgs(*buffer)))
    return error;
  return stream->synchronize();
}

Error DriverFaults::usePeer(GpuCompute &device, GpuCompute &peer) {
  Expected<GpuBuffer> source = peer.allocateMemory(64);
  if (!source)
    return source.takeError();
  Expected<GpuBuffer> destination = device.allocateMemory(64);
  if (!destination)
    return destination.takeError();
  return device.copyD2D(*destination, *source, 64);
}

Error DriverFaults::useEverything() {
  Expected<Devices> devices = vendor.open(fake.getPath());
  if (!devices)
    return devices.takeError();
  GpuCompute &device = *devices->front();
  if (Error error = device.initialize())
    return error;
  if (Error error = device.deviceInfo().takeError())
    return error;
  if (Error error = useMemory(device))
    return error;
  if (Error error = useStreams(device))
    return error;
  if (Error error = useKernels(device))
    return error;
  if (Error error = usePeer(device, *devices->back()))
    return error;
  return device.synchronize();
}

void DriverFaults::checkWorks() {
  fake.reset();
  fake.configure("devices=2");
  expectSuccess(useEverything());
  EXPECT_EQ(fake.getReport(), "");
}

void DriverFaults::checkFault(const std::string &function, uint64_t nth,
                              int code) {
  SCOPED_TRACE(function + ", call " + std::to_string(nth) + ", code " +
               std::to_string(code));
  fake.reset();
  fake.configure("devices=2 fail=" + Twine(function) + "@" + Twine(nth) + ":" +
                 Twine(code));
  Error error = useEverything();
  // How often an event is asked depends on how fast the work is.
  if (fake.getCallCount(function) < nth) {
    expectSuccess(std::move(error));
    return;
  }
  if (error) {
    checkError(std::move(error), function, code);
  } else {
    // Memory is asked for again when the pool has been emptied, and the
    // question for memory of initialize() only sizes the pool.
    bool isRetried =
        getExpectedKind(function) == GpuErrorKind::MemoryAllocationFailed;
    EXPECT_TRUE(isIn(kReleasing, function) || isIn(kSurrounding, function) ||
                isRetried || function == vendor.getMemoryInfo)
        << "nobody was told";
  }
  if (isIn(kSurrounding, function))
    return;
  EXPECT_EQ(fake.getReport(), "");
  EXPECT_EQ(fake.getThreadContext(), 0);
}

void DriverFaults::checkError(Error error, const std::string &function,
                              int code) {
  if (code == kLost) {
    checkLoss(std::move(error));
    return;
  }
  GpuErrorKind expected =
      getExpectedKind(function).value_or(getGpuErrorKind(error));
  if (isIn(kReleasing, function))
    expected = GpuErrorKind::Other;
  expectDriverError(std::move(error), expected, function, code);
}

/// Whichever call comes next is told too, so that the first error may be of
/// another: where a destructor had nobody to tell, or memory was asked for
/// twice.
void DriverFaults::checkLoss(Error error) {
  GpuError found = takeGpuError(std::move(error));
  SCOPED_TRACE(found.getMessage());
  // Before there is a device, none can be lost.
  if (found.getKind() != GpuErrorKind::DriverBindingFailed)
    EXPECT_THAT(found.getMessage(), testing::HasSubstr("lost"));
  const DriverStatus *status = found.getDriverStatus();
  if (found.getKind() == GpuErrorKind::NoDeviceAvailable)
    return;
  ASSERT_NE(status, nullptr);
  EXPECT_EQ(status->code, kLost);
}

} // namespace

VMJIT_INSTANTIATE_DRIVER_TEST(DriverFaults);

TEST_P(DriverFaults, WorksWithoutFaultsAndCallsEverything) {
  checkWorks();
  for (const char *function : vendor.functions)
    if (!isIn(kFallbacks, function) && !isIn(kTexts, function))
      EXPECT_GT(fake.getCallCount(function), 0u) << function;
}

TEST_P(DriverFaults, TellsOfEachCallThatFails) {
  checkWorks();
  std::vector<std::pair<std::string, uint64_t>> calls;
  for (const char *function : vendor.functions)
    if (!isIn(kTexts, function))
      calls.emplace_back(function, fake.getCallCount(function));
  // Each of the first calls of a function, and the last.
  constexpr uint64_t maxCalls = 12;
  for (const auto &[function, count] : calls)
    for (uint64_t nth = 1; nth <= count; ++nth)
      if (nth <= maxCalls || nth == count)
        for (int code : {1, 2, 999})
          checkFault(function, nth, code);
  checkWorks();
}

TEST_P(DriverFaults, LosesTheDeviceWithEachCallThatSaysSo) {
  checkWorks();
  for (const char *function : vendor.functions) {
    uint64_t count = fake.getCallCount(function);
    if (count == 0 || isIn(kTexts, function))
      continue;
    checkFault(function, (count + 1) / 2, kLost);
    checkWorks();
  }
}
