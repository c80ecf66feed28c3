//===- Memory.cpp - Memory of HIP devices -----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Allocations, copies and fills. Memory is not pooled here: GpuCompute does
// that.
//
//===----------------------------------------------------------------------===//

#include "Device.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::hip;

static void *toPointer(uint64_t address) {
  return reinterpret_cast<void *>(address);
}

//===----------------------------------------------------------------------===//
// Allocations
//===----------------------------------------------------------------------===//

/// Pinned memory for all devices, and where this one finds it.
Expected<DriverAllocation> HIPDevice::allocatePinned(uint64_t size) {
  void *host = nullptr;
  if (Status status = api->hipHostMalloc(
          &host, size,
          hipHostMallocPortable | hipHostMallocMapped | hipHostMallocCoherent);
      status.failed())
    return fail(status, GpuErrorKind::MemoryAllocationFailed,
                {.requestedBytes = size}, "pinned memory");
  void *address = nullptr;
  if (Status status = api->hipHostGetDevicePointer(&address, host, 0);
      status.failed()) {
    (void)api->hipHostFree(host);
    return fail(status, GpuErrorKind::MemoryAllocationFailed,
                {.requestedBytes = size},
                "the device does not reach pinned memory");
  }
  return DriverAllocation{reinterpret_cast<uintptr_t>(address), host};
}

Expected<DriverAllocation> HIPDevice::allocateImpl(uint64_t size,
                                                   MemoryKind kind) {
  ContextGuard guard(*context);
  if (guard.getStatus().failed())
    return fail(guard.getStatus(), GpuErrorKind::MemoryAllocationFailed,
                {.requestedBytes = size});
  if (kind == MemoryKind::Pinned)
    return allocatePinned(size);
  bool isUnified = kind == MemoryKind::Unified;
  void *address = nullptr;
  Status status =
      isUnified ? api->hipMallocManaged(&address, size, hipMemAttachGlobal)
                : api->hipMalloc(&address, size);
  if (status.failed())
    return fail(status, GpuErrorKind::MemoryAllocationFailed,
                {.requestedBytes = size});
  return DriverAllocation{reinterpret_cast<uintptr_t>(address),
                          isUnified ? address : nullptr};
}

Error HIPDevice::freeImpl(const DriverAllocation &allocation, MemoryKind kind) {
  ContextGuard guard(*context);
  Status status = guard.getStatus();
  if (!status.failed())
    status = kind == MemoryKind::Pinned
                 ? api->hipHostFree(allocation.host)
                 : api->hipFree(toPointer(allocation.address));
  if (status.failed())
    return fail(status, GpuErrorKind::Other, {}, "memory cannot be freed");
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Copies and fills
//===----------------------------------------------------------------------===//

Error HIPDevice::submit(DriverStream *stream,
                        function_ref<Status(hipStream_t)> start,
                        function_ref<Error(const Status &)> fail) {
  ContextGuard guard(*context);
  if (guard.getStatus().failed())
    return fail(guard.getStatus());
  if (stream) {
    Status status = start(static_cast<HIPStream *>(stream)->handle.get());
    return status.failed() ? fail(status) : Error::success();
  }
  Expected<StreamHandle> borrowed = streams.take(context);
  if (!borrowed)
    return borrowed.takeError();
  Status status = start(borrowed->get());
  // Also if it was not started: something of it may have been.
  Status end = api->hipStreamSynchronize(borrowed->get());
  if (!status.failed())
    status = end;
  if (status.failed())
    return fail(status);
  streams.putBack(std::move(*borrowed));
  return Error::success();
}

Status HIPDevice::startPeerCopy(const DriverCopy &copy, hipStream_t stream) {
  const auto &source = static_cast<const HIPDevice &>(*copy.sourceDevice);
  if (Status status = context->enablePeer(*source.context); status.failed())
    return status;
  return api->hipMemcpyPeerAsync(
      toPointer(copy.device), context->getDevice(), toPointer(copy.source),
      source.context->getDevice(), copy.size, stream);
}

Status HIPDevice::startCopy(const DriverCopy &copy, hipStream_t stream) {
  switch (copy.direction) {
  case CopyDirection::HostToDevice:
    return api->hipMemcpyHtoDAsync(toPointer(copy.device), copy.host, copy.size,
                                   stream);
  case CopyDirection::DeviceToHost:
    return api->hipMemcpyDtoHAsync(copy.host, toPointer(copy.device), copy.size,
                                   stream);
  case CopyDirection::DeviceToDevice:
    if (copy.sourceDevice != this)
      return startPeerCopy(copy, stream);
    return api->hipMemcpyDtoDAsync(toPointer(copy.device),
                                   toPointer(copy.source), copy.size, stream);
  }
  llvm_unreachable("every direction is handled");
}

Error HIPDevice::copyImpl(const DriverCopy &copy, DriverStream *stream) {
  return submit(
      stream, [&](hipStream_t handle) { return startCopy(copy, handle); },
      [&](const Status &status) {
        return fail(status, GpuErrorKind::MemoryCopyFailed,
                    {.direction = copy.direction});
      });
}

Error HIPDevice::fillImpl(uint64_t address, uint8_t value, uint64_t size,
                          DriverStream *stream) {
  return submit(
      stream,
      [&](hipStream_t handle) {
        return api->hipMemsetD8Async(toPointer(address), value, size, handle);
      },
      [&](const Status &status) {
        return fail(status, GpuErrorKind::MemoryCopyFailed, {},
                    "memory cannot be set");
      });
}
