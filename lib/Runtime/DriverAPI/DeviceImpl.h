//===- DeviceImpl.h - A device of a driver ----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a device is, and its readiness.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_DRIVERAPI_DEVICEIMPL_H
#define VMJIT_LIB_RUNTIME_DRIVERAPI_DEVICEIMPL_H

#include "Device.h"

namespace vmjit::driverapi {

template <class Traits>
llvm::Error Device<Traits>::fail(const Status &status, GpuErrorKind kind,
                                 GpuErrorSubject subject,
                                 const llvm::Twine &reason) {
  if (isDeviceLost(Traits::getMeaning(status.result)))
    markLost();
  return api->makeDriverError(status, kind, std::move(subject), reason);
}

template <class Traits>
Status Device<Traits>::callInContext(llvm::function_ref<Status()> call) const {
  ContextGuard guard(*context);
  return guard.getStatus().failed() ? guard.getStatus() : call();
}

template <class Traits> llvm::Error Device<Traits>::initializeImpl() {
  llvm::Expected<std::shared_ptr<Context>> created =
      Context::create(api, device);
  if (!created)
    return created.takeError();
  context = std::move(*created);
  return llvm::Error::success();
}

template <class Traits> llvm::Error Device<Traits>::synchronizeImpl() {
  Status status = callInContext([&] { return api->ctxSynchronize(); });
  if (status.failed())
    return fail(status, GpuErrorKind::KernelExecutionFailed);
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// What it is
//===----------------------------------------------------------------------===//

template <class Traits>
llvm::Error
Device<Traits>::readAttribute(typename Traits::DeviceAttribute attribute,
                              int &value) {
  if (Status status = api->deviceGetAttribute(&value, attribute, device);
      status.failed())
    return fail(status, GpuErrorKind::DeviceInitializationFailed,
                {.deviceType = Traits::kType},
                "attribute " + llvm::Twine(static_cast<int>(attribute)));
  return llvm::Error::success();
}

inline Dim3 toDim(int x, int y, int z) {
  return {static_cast<uint32_t>(x), static_cast<uint32_t>(y),
          static_cast<uint32_t>(z)};
}

template <class Traits>
llvm::Error Device<Traits>::readAttributes(GpuDeviceInfo &info) {
  DeviceAttributes &values = attributes;
  for (auto [attribute, member] : Traits::kAttributes)
    if (llvm::Error error = readAttribute(attribute, values.*member))
      return error;
  info.sharedBytesPerBlock = static_cast<uint64_t>(values.sharedBytesPerBlock);
  // Else the host must not touch it while anything runs.
  info.hasUnifiedMemory =
      values.managedMemory != 0 && values.concurrentManagedAccess != 0;
  info.clockKHz = static_cast<uint64_t>(values.clockKHz);
  info.l2CacheBytes = static_cast<uint64_t>(values.l2CacheBytes);
  info.multiprocessorCount = static_cast<uint32_t>(values.multiprocessorCount);
  info.warpSize = static_cast<uint32_t>(values.warpSize);
  info.maxThreadsPerBlock = static_cast<uint32_t>(values.maxThreadsPerBlock);
  info.maxBlockDim =
      toDim(values.maxBlockX, values.maxBlockY, values.maxBlockZ);
  info.maxGridDim = toDim(values.maxGridX, values.maxGridY, values.maxGridZ);
  return llvm::Error::success();
}

template <class Traits>
llvm::Error Device<Traits>::readNames(GpuDeviceInfo &info) {
  char buffer[256] = {};
  auto failed = [&](const Status &status) {
    return fail(status, GpuErrorKind::DeviceInitializationFailed,
                {.deviceType = Traits::kType});
  };
  if (Status status = api->deviceGetName(buffer, sizeof(buffer) - 1, device);
      status.failed())
    return failed(status);
  info.name = buffer;
  typename Traits::UUID uuid = {};
  if (api->deviceGetUuid) {
    if (Status status = api->deviceGetUuid(&uuid, device); status.failed())
      return failed(status);
    info.id = Traits::formatUUID(uuid);
    return llvm::Error::success();
  }
  if (Status status =
          api->deviceGetPCIBusId(buffer, sizeof(buffer) - 1, device);
      status.failed())
    return failed(status);
  info.id = buffer;
  return llvm::Error::success();
}

template <class Traits>
llvm::Expected<GpuDeviceInfo> Device<Traits>::queryInfoImpl() {
  GpuDeviceInfo info;
  if (llvm::Error error = readNames(info))
    return std::move(error);
  if (llvm::Error error = readChip(info))
    return std::move(error);
  if (llvm::Error error = readAttributes(info))
    return std::move(error);
  info.driverVersion = api->getVersionText();
  return info;
}

template <class Traits>
llvm::Expected<GpuMemoryInfo> Device<Traits>::queryMemoryImpl() {
  size_t free = 0, total = 0;
  Status status = callInContext([&] { return api->memGetInfo(&free, &total); });
  if (status.failed())
    return fail(status, GpuErrorKind::Other, {}, "memory cannot be queried");
  return GpuMemoryInfo{free, total};
}

} // namespace vmjit::driverapi

#endif // VMJIT_LIB_RUNTIME_DRIVERAPI_DEVICEIMPL_H
