//===- Device.cpp - A HIP device --------------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a device is, and its readiness.
//
//===----------------------------------------------------------------------===//

#include "Device.h"

#include "Target.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::hip;

Error HIPDevice::fail(const Status &status, GpuErrorKind kind,
                      GpuErrorSubject subject, const Twine &reason) {
  if (isDeviceLost(getMeaning(status.result)))
    markLost();
  return makeDriverError(*api, status, kind, std::move(subject), reason);
}

Error HIPDevice::initializeImpl() {
  Expected<std::shared_ptr<Context>> created = Context::create(api, device);
  if (!created)
    return created.takeError();
  context = std::move(*created);
  return Error::success();
}

Error HIPDevice::synchronizeImpl() {
  ContextGuard guard(*context);
  Status status = guard.getStatus();
  if (!status.failed())
    status = api->hipDeviceSynchronize();
  if (status.failed())
    return fail(status, GpuErrorKind::KernelExecutionFailed);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// What it is
//===----------------------------------------------------------------------===//

Error HIPDevice::readAttribute(hipDeviceAttribute_t attribute, int &value) {
  if (Status status = api->hipDeviceGetAttribute(&value, attribute, device);
      status.failed())
    return fail(status, GpuErrorKind::DeviceInitializationFailed,
                {.deviceType = DeviceType::HIP},
                "attribute " + Twine(static_cast<int>(attribute)));
  return Error::success();
}

Error HIPDevice::readAttributes(GpuDeviceInfo &info) {
  int sharedBytes = 0, managed = 0, concurrent = 0, clock = 0, cache = 0;
  int multiprocessors = 0, warp = 0, threads = 0;
  int block[3] = {}, grid[3] = {};
  const std::pair<hipDeviceAttribute_t, int *> attributes[] = {
      {hipDeviceAttributeMaxSharedMemoryPerBlock, &sharedBytes},
      {hipDeviceAttributeManagedMemory, &managed},
      {hipDeviceAttributeConcurrentManagedAccess, &concurrent},
      {hipDeviceAttributeClockRate, &clock},
      {hipDeviceAttributeL2CacheSize, &cache},
      {hipDeviceAttributeMultiprocessorCount, &multiprocessors},
      {hipDeviceAttributeWarpSize, &warp},
      {hipDeviceAttributeMaxThreadsPerBlock, &threads},
      {hipDeviceAttributeMaxBlockDimX, &block[0]},
      {hipDeviceAttributeMaxBlockDimY, &block[1]},
      {hipDeviceAttributeMaxBlockDimZ, &block[2]},
      {hipDeviceAttributeMaxGridDimX, &grid[0]},
      {hipDeviceAttributeMaxGridDimY, &grid[1]},
      {hipDeviceAttributeMaxGridDimZ, &grid[2]},
  };
  for (auto [attribute, value] : attributes)
    if (Error error = readAttribute(attribute, *value))
      return error;
  auto toDim = [](const int (&dim)[3]) {
    return Dim3{static_cast<uint32_t>(dim[0]), static_cast<uint32_t>(dim[1]),
                static_cast<uint32_t>(dim[2])};
  };
  info.sharedBytesPerBlock = static_cast<uint64_t>(sharedBytes);
  // Else the host must not touch it while anything runs.
  info.hasUnifiedMemory = managed != 0 && concurrent != 0;
  info.clockKHz = static_cast<uint64_t>(clock);
  info.l2CacheBytes = static_cast<uint64_t>(cache);
  info.multiprocessorCount = static_cast<uint32_t>(multiprocessors);
  info.warpSize = static_cast<uint32_t>(warp);
  info.maxThreadsPerBlock = static_cast<uint32_t>(threads);
  info.maxBlockDim = toDim(block);
  info.maxGridDim = toDim(grid);
  return Error::success();
}

/// Reads \p properties with \p function, and the architecture in it.
template <class Properties>
static Status readArchitecture(const Function<Properties *, int> &function,
                               int device, std::string &architecture) {
  // Larger than a stack frame should be.
  auto properties = std::make_unique<Properties>();
  Status status = function(properties.get(), device);
  StringRef text(properties->gcnArchName, sizeof(properties->gcnArchName));
  architecture = text.take_until([](char c) { return c == 0; }).str();
  return status;
}

Error HIPDevice::readChip(GpuDeviceInfo &info) {
  std::string architecture;
  Status status = api->hipGetDevicePropertiesR0600
                      ? readArchitecture(api->hipGetDevicePropertiesR0600,
                                         device, architecture)
                      : readArchitecture(api->hipGetDevicePropertiesR0000,
                                         device, architecture);
  if (status.failed())
    return fail(status, GpuErrorKind::DeviceInitializationFailed,
                {.deviceType = DeviceType::HIP});
  info.chip = getChip(architecture).str();
  if (!StringRef(info.chip).starts_with("gfx"))
    return makeGpuError(GpuErrorKind::DeviceInitializationFailed,
                        "the runtime calls the chip '" + info.chip + "'",
                        {.deviceType = DeviceType::HIP});
  return Error::success();
}

/// "GPU-" and the UUID, which is text already, as rocm-smi writes it.
static std::string formatUUID(const hipUUID &uuid) {
  StringRef bytes(uuid.bytes, sizeof(uuid.bytes));
  if (all_of(bytes, [](char c) { return isPrint(c); }))
    return "GPU-" + bytes.str();
  return "GPU-" + toHex(bytes, /*LowerCase=*/true);
}

Error HIPDevice::readNames(GpuDeviceInfo &info) {
  char buffer[256] = {};
  auto failed = [&](const Status &status) {
    return fail(status, GpuErrorKind::DeviceInitializationFailed,
                {.deviceType = DeviceType::HIP});
  };
  if (Status status = api->hipDeviceGetName(buffer, sizeof(buffer) - 1, device);
      status.failed())
    return failed(status);
  info.name = buffer;
  hipUUID uuid = {};
  if (api->hipDeviceGetUuid) {
    if (Status status = api->hipDeviceGetUuid(&uuid, device); status.failed())
      return failed(status);
    info.id = formatUUID(uuid);
    return Error::success();
  }
  if (Status status =
          api->hipDeviceGetPCIBusId(buffer, sizeof(buffer) - 1, device);
      status.failed())
    return failed(status);
  info.id = buffer;
  return Error::success();
}

Expected<GpuDeviceInfo> HIPDevice::queryInfoImpl() {
  GpuDeviceInfo info;
  if (Error error = readNames(info))
    return std::move(error);
  if (Error error = readChip(info))
    return std::move(error);
  if (Error error = readAttributes(info))
    return std::move(error);
  info.driverVersion = getVersionText(api->getRuntimeVersion());
  chip = info.chip;
  return info;
}

Expected<GpuMemoryInfo> HIPDevice::queryMemoryImpl() {
  ContextGuard guard(*context);
  size_t free = 0, total = 0;
  Status status = guard.getStatus();
  if (!status.failed())
    status = api->hipMemGetInfo(&free, &total);
  if (status.failed())
    return fail(status, GpuErrorKind::Other, {}, "memory cannot be queried");
  return GpuMemoryInfo{free, total};
}

Expected<TargetSpec> HIPDevice::getTargetImpl() {
  return chooseTarget(chip, api->getRuntimeVersion());
}
