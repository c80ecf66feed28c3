//===- DeviceMemoryImpl.h - Memory of a device ------------------*- C++ -*-===//
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

#ifndef VMJIT_LIB_RUNTIME_DRIVERAPI_DEVICEMEMORYIMPL_H
#define VMJIT_LIB_RUNTIME_DRIVERAPI_DEVICEMEMORYIMPL_H

#include "Device.h"

#include <type_traits>

namespace vmjit::driverapi {

/// Addresses of device memory are numbers to us, to some vendors pointers.
template <class DevicePtr> DevicePtr toDevicePtr(uint64_t address) {
  if constexpr (std::is_pointer_v<DevicePtr>)
    return reinterpret_cast<DevicePtr>(address);
  else
    return address;
}

template <class DevicePtr> uint64_t toAddress(DevicePtr pointer) {
  if constexpr (std::is_pointer_v<DevicePtr>)
    return reinterpret_cast<uintptr_t>(pointer);
  else
    return pointer;
}

//===----------------------------------------------------------------------===//
// Allocations
//===----------------------------------------------------------------------===//

/// Pinned memory for all devices, and where this one finds it.
template <class Traits>
llvm::Expected<DriverAllocation> Device<Traits>::allocatePinned(uint64_t size) {
  void *host = nullptr;
  if (Status status = api->memHostAlloc(&host, size, Traits::kPinnedFlags);
      status.failed())
    return fail(status, GpuErrorKind::MemoryAllocationFailed,
                {.requestedBytes = size}, "pinned memory");
  typename Traits::DevicePtr address = {};
  if (Status status = api->memHostGetDevicePointer(&address, host, 0);
      status.failed()) {
    (void)api->memFreeHost(host);
    return fail(status, GpuErrorKind::MemoryAllocationFailed,
                {.requestedBytes = size},
                "the device does not reach pinned memory");
  }
  return DriverAllocation{toAddress(address), host};
}

template <class Traits>
llvm::Expected<DriverAllocation> Device<Traits>::allocateImpl(uint64_t size,
                                                              MemoryKind kind) {
  ContextGuard guard(*context);
  if (guard.getStatus().failed())
    return fail(guard.getStatus(), GpuErrorKind::MemoryAllocationFailed,
                {.requestedBytes = size});
  if (kind == MemoryKind::Pinned)
    return allocatePinned(size);
  bool isUnified = kind == MemoryKind::Unified;
  typename Traits::DevicePtr pointer = {};
  Status status =
      isUnified ? api->memAllocManaged(&pointer, size, Traits::kManagedFlags)
                : api->memAlloc(&pointer, size);
  if (status.failed())
    return fail(status, GpuErrorKind::MemoryAllocationFailed,
                {.requestedBytes = size});
  uint64_t address = toAddress(pointer);
  return DriverAllocation{address, isUnified ? reinterpret_cast<void *>(address)
                                             : nullptr};
}

template <class Traits>
llvm::Error Device<Traits>::freeImpl(const DriverAllocation &allocation,
                                     MemoryKind kind) {
  using DevicePtr = typename Traits::DevicePtr;
  Status status = callInContext([&] {
    return kind == MemoryKind::Pinned
               ? api->memFreeHost(allocation.host)
               : api->memFree(toDevicePtr<DevicePtr>(allocation.address));
  });
  if (status.failed())
    return fail(status, GpuErrorKind::Other, {}, "memory cannot be freed");
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Copies and fills
//===----------------------------------------------------------------------===//

template <class Traits>
llvm::Error
Device<Traits>::submit(DriverStream *stream,
                       llvm::function_ref<Status(StreamType)> start,
                       llvm::function_ref<llvm::Error(const Status &)> fail) {
  ContextGuard guard(*context);
  if (guard.getStatus().failed())
    return fail(guard.getStatus());
  if (stream) {
    Status status = start(static_cast<Stream<Traits> *>(stream)->handle.get());
    return status.failed() ? fail(status) : llvm::Error::success();
  }
  llvm::Expected<StreamHandle<Traits>> borrowed = streams.take(context);
  if (!borrowed)
    return borrowed.takeError();
  Status status = start(borrowed->get());
  // Also if it was not started: something of it may have been.
  Status end = api->streamSynchronize(borrowed->get());
  if (!status.failed())
    status = end;
  if (status.failed())
    return fail(status);
  streams.putBack(std::move(*borrowed));
  return llvm::Error::success();
}

template <class Traits>
Status Device<Traits>::startPeerCopy(const DriverCopy &copy,
                                     StreamType stream) {
  using DevicePtr = typename Traits::DevicePtr;
  const Context &source =
      *static_cast<const Device &>(*copy.sourceDevice).context;
  if (Status status = context->enablePeer(source); status.failed())
    return status;
  return api->memcpyPeerAsync(toDevicePtr<DevicePtr>(copy.device),
                              context->getPeerHandle(),
                              toDevicePtr<DevicePtr>(copy.source),
                              source.getPeerHandle(), copy.size, stream);
}

template <class Traits>
Status Device<Traits>::startCopy(const DriverCopy &copy, StreamType stream) {
  auto device = toDevicePtr<typename Traits::DevicePtr>(copy.device);
  auto source = toDevicePtr<typename Traits::DevicePtr>(copy.source);
  switch (copy.direction) {
  case CopyDirection::HostToDevice:
    return api->memcpyHtoDAsync(device, copy.host, copy.size, stream);
  case CopyDirection::DeviceToHost:
    return api->memcpyDtoHAsync(copy.host, device, copy.size, stream);
  case CopyDirection::DeviceToDevice:
    if (copy.sourceDevice != this)
      return startPeerCopy(copy, stream);
    return api->memcpyDtoDAsync(device, source, copy.size, stream);
  }
  llvm_unreachable("every direction is handled");
}

template <class Traits>
llvm::Error Device<Traits>::copyImpl(const DriverCopy &copy,
                                     DriverStream *stream) {
  return submit(
      stream, [&](StreamType handle) { return startCopy(copy, handle); },
      [&](const Status &status) {
        return fail(status, GpuErrorKind::MemoryCopyFailed,
                    {.direction = copy.direction});
      });
}

template <class Traits>
llvm::Error Device<Traits>::fillImpl(uint64_t address, uint8_t value,
                                     uint64_t size, DriverStream *stream) {
  auto pointer = toDevicePtr<typename Traits::DevicePtr>(address);
  return submit(
      stream,
      [&](StreamType handle) {
        return api->memsetD8Async(pointer, value, size, handle);
      },
      [&](const Status &status) {
        return fail(status, GpuErrorKind::MemoryCopyFailed, {},
                    "memory cannot be set");
      });
}

} // namespace vmjit::driverapi

#endif // VMJIT_LIB_RUNTIME_DRIVERAPI_DEVICEMEMORYIMPL_H
