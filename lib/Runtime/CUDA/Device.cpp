//===- Device.cpp - A CUDA device -------------------------------*- C++ -*-===//
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
using namespace vmjit::cuda;

Error CUDADevice::fail(const Status &status, GpuErrorKind kind,
                       GpuErrorSubject subject, const Twine &reason) {
  if (isDeviceLost(getMeaning(status.result)))
    markLost();
  return makeDriverError(*api, status, kind, std::move(subject), reason);
}

Error CUDADevice::initializeImpl() {
  Expected<std::shared_ptr<Context>> created = Context::create(api, device);
  if (!created)
    return created.takeError();
  context = std::move(*created);
  return Error::success();
}

Error CUDADevice::synchronizeImpl() {
  ContextGuard guard(*context);
  Status status = guard.getStatus();
  if (!status.failed())
    status = api->cuCtxSynchronize();
  if (status.failed())
    return fail(status, GpuErrorKind::KernelExecutionFailed);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// What it is
//===----------------------------------------------------------------------===//

Error CUDADevice::readAttribute(CUdevice_attribute attribute, int &value) {
  if (Status status = api->cuDeviceGetAttribute(&value, attribute, device);
      status.failed())
    return fail(status, GpuErrorKind::DeviceInitializationFailed,
                {.deviceType = DeviceType::CUDA},
                "attribute " + Twine(static_cast<int>(attribute)));
  return Error::success();
}

Error CUDADevice::readAttributes(GpuDeviceInfo &info) {
  int major = 0, minor = 0, sharedBytes = 0, managed = 0, concurrent = 0,
      clock = 0, cache = 0;
  int multiprocessors = 0, warp = 0, threads = 0;
  int block[3] = {}, grid[3] = {};
  const std::pair<CUdevice_attribute, int *> attributes[] = {
      {CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, &major},
      {CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, &minor},
      {CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN, &sharedBytes},
      {CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY, &managed},
      {CU_DEVICE_ATTRIBUTE_CONCURRENT_MANAGED_ACCESS, &concurrent},
      {CU_DEVICE_ATTRIBUTE_CLOCK_RATE, &clock},
      {CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE, &cache},
      {CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, &multiprocessors},
      {CU_DEVICE_ATTRIBUTE_WARP_SIZE, &warp},
      {CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK, &threads},
      {CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X, &block[0]},
      {CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y, &block[1]},
      {CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z, &block[2]},
      {CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X, &grid[0]},
      {CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y, &grid[1]},
      {CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z, &grid[2]},
  };
  for (auto [attribute, value] : attributes)
    if (Error error = readAttribute(attribute, *value))
      return error;
  auto toDim = [](const int (&dim)[3]) {
    return Dim3{static_cast<uint32_t>(dim[0]), static_cast<uint32_t>(dim[1]),
                static_cast<uint32_t>(dim[2])};
  };
  info.computeCapability = {static_cast<unsigned>(major),
                            static_cast<unsigned>(minor)};
  info.chip = formatv("sm_{0}{1}", major, minor);
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

/// "GPU-" and the UUID as nvidia-smi writes it.
static std::string formatUUID(const CUuuid &uuid) {
  std::string text = "GPU";
  for (auto [index, byte] : enumerate(uuid.bytes)) {
    bool startsGroup =
        index == 0 || index == 4 || index == 6 || index == 8 || index == 10;
    if (startsGroup)
      text += '-';
    text += toHex(ArrayRef<uint8_t>(static_cast<uint8_t>(byte)),
                  /*LowerCase=*/true);
  }
  return text;
}

Error CUDADevice::readNames(GpuDeviceInfo &info) {
  char buffer[256] = {};
  auto failed = [&](const Status &status) {
    return fail(status, GpuErrorKind::DeviceInitializationFailed,
                {.deviceType = DeviceType::CUDA});
  };
  if (Status status = api->cuDeviceGetName(buffer, sizeof(buffer) - 1, device);
      status.failed())
    return failed(status);
  info.name = buffer;
  CUuuid uuid = {};
  if (api->cuDeviceGetUuid) {
    if (Status status = api->cuDeviceGetUuid(&uuid, device); status.failed())
      return failed(status);
    info.id = formatUUID(uuid);
    return Error::success();
  }
  if (Status status =
          api->cuDeviceGetPCIBusId(buffer, sizeof(buffer) - 1, device);
      status.failed())
    return failed(status);
  info.id = buffer;
  return Error::success();
}

Expected<GpuDeviceInfo> CUDADevice::queryInfoImpl() {
  GpuDeviceInfo info;
  if (Error error = readNames(info))
    return std::move(error);
  if (Error error = readAttributes(info))
    return std::move(error);
  info.driverVersion = getVersionText(api->getDriverVersion());
  sharedLimit = info.sharedBytesPerBlock;
  capability = *info.computeCapability;
  return info;
}

Expected<GpuMemoryInfo> CUDADevice::queryMemoryImpl() {
  ContextGuard guard(*context);
  size_t free = 0, total = 0;
  Status status = guard.getStatus();
  if (!status.failed())
    status = api->cuMemGetInfo(&free, &total);
  if (status.failed())
    return fail(status, GpuErrorKind::Other, {}, "memory cannot be queried");
  return GpuMemoryInfo{free, total};
}

Expected<TargetSpec> CUDADevice::getTargetImpl() {
  std::optional<TargetSpec> target =
      chooseTarget(capability, api->getDriverVersion());
  if (!target)
    return makeGpuError(
        GpuErrorKind::FeatureNotSupported, "",
        {.feature = "code for a chip before sm_70",
         .device = formatv("sm_{0}{1}", capability.major, capability.minor)});
  return std::move(*target);
}
