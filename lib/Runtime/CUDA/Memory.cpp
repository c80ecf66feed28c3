//===- Memory.cpp - Memory of CUDA devices ----------------------*- C++ -*-===//
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
using namespace vmjit::cuda;

//===----------------------------------------------------------------------===//
// Allocations
//===----------------------------------------------------------------------===//

/// Pinned memory for all devices, and where this one finds it.
Expected<DriverAllocation> CUDADevice::allocatePinned(uint64_t size) {
  void *host = nullptr;
  if (Status status = api->cuMemHostAlloc(
          &host, size, CU_MEMHOSTALLOC_PORTABLE | CU_MEMHOSTALLOC_DEVICEMAP);
      status.failed())
    return fail(status, GpuErrorKind::MemoryAllocationFailed,
                {.requestedBytes = size}, "pinned memory");
  CUdeviceptr address = 0;
  if (Status status = api->cuMemHostGetDevicePointer(&address, host, 0);
      status.failed()) {
    (void)api->cuMemFreeHost(host);
    return fail(status, GpuErrorKind::MemoryAllocationFailed,
                {.requestedBytes = size},
                "the device does not reach pinned memory");
  }
  return DriverAllocation{address, host};
}

Expected<DriverAllocation> CUDADevice::allocateImpl(uint64_t size,
                                                    MemoryKind kind) {
  ContextGuard guard(*context);
  if (guard.getStatus().failed())
    return fail(guard.getStatus(), GpuErrorKind::MemoryAllocationFailed,
                {.requestedBytes = size});
  if (kind == MemoryKind::Pinned)
    return allocatePinned(size);
  bool isUnified = kind == MemoryKind::Unified;
  CUdeviceptr address = 0;
  Status status =
      isUnified ? api->cuMemAllocManaged(&address, size, CU_MEM_ATTACH_GLOBAL)
                : api->cuMemAlloc(&address, size);
  if (status.failed())
    return fail(status, GpuErrorKind::MemoryAllocationFailed,
                {.requestedBytes = size});
  return DriverAllocation{address, isUnified ? reinterpret_cast<void *>(address)
                                             : nullptr};
}

Error CUDADevice::freeImpl(const DriverAllocation &allocation,
                           MemoryKind kind) {
  ContextGuard guard(*context);
  Status status = guard.getStatus();
  if (!status.failed())
    status = kind == MemoryKind::Pinned ? api->cuMemFreeHost(allocation.host)
                                        : api->cuMemFree(allocation.address);
  if (status.failed())
    return fail(status, GpuErrorKind::Other, {}, "memory cannot be freed");
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Copies and fills
//===----------------------------------------------------------------------===//

Error CUDADevice::submit(DriverStream *stream,
                         function_ref<Status(CUstream)> start,
                         function_ref<Error(const Status &)> fail) {
  ContextGuard guard(*context);
  if (guard.getStatus().failed())
    return fail(guard.getStatus());
  if (stream) {
    Status status = start(static_cast<CUDAStream *>(stream)->handle.get());
    return status.failed() ? fail(status) : Error::success();
  }
  Expected<StreamHandle> borrowed = streams.take(context);
  if (!borrowed)
    return borrowed.takeError();
  Status status = start(borrowed->get());
  // Also if it was not started: something of it may have been.
  Status end = api->cuStreamSynchronize(borrowed->get());
  if (!status.failed())
    status = end;
  if (status.failed())
    return fail(status);
  streams.putBack(std::move(*borrowed));
  return Error::success();
}

Status CUDADevice::startPeerCopy(const DriverCopy &copy, CUstream stream) {
  const auto &source = static_cast<const CUDADevice &>(*copy.sourceDevice);
  if (Status status = context->enablePeer(*source.context); status.failed())
    return status;
  return api->cuMemcpyPeerAsync(copy.device, context->getHandle(), copy.source,
                                source.context->getHandle(), copy.size, stream);
}

Status CUDADevice::startCopy(const DriverCopy &copy, CUstream stream) {
  switch (copy.direction) {
  case CopyDirection::HostToDevice:
    return api->cuMemcpyHtoDAsync(copy.device, copy.host, copy.size, stream);
  case CopyDirection::DeviceToHost:
    return api->cuMemcpyDtoHAsync(copy.host, copy.device, copy.size, stream);
  case CopyDirection::DeviceToDevice:
    if (copy.sourceDevice != this)
      return startPeerCopy(copy, stream);
    return api->cuMemcpyDtoDAsync(copy.device, copy.source, copy.size, stream);
  }
  llvm_unreachable("every direction is handled");
}

Error CUDADevice::copyImpl(const DriverCopy &copy, DriverStream *stream) {
  return submit(
      stream, [&](CUstream handle) { return startCopy(copy, handle); },
      [&](const Status &status) {
        return fail(status, GpuErrorKind::MemoryCopyFailed,
                    {.direction = copy.direction});
      });
}

Error CUDADevice::fillImpl(uint64_t address, uint8_t value, uint64_t size,
                           DriverStream *stream) {
  return submit(
      stream,
      [&](CUstream handle) {
        return api->cuMemsetD8Async(address, value, size, handle);
      },
      [&](const Status &status) {
        return fail(status, GpuErrorKind::MemoryCopyFailed, {},
                    "memory cannot be set");
      });
}
