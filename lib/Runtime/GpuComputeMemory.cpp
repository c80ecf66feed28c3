//===- GpuComputeMemory.cpp - Memory of a device ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Allocation through the pool, and copies.
//
//===----------------------------------------------------------------------===//

#include "GpuComputeState.h"

using namespace llvm;
using namespace vmjit;

//===----------------------------------------------------------------------===//
// Allocation
//===----------------------------------------------------------------------===//

Error GpuCompute::State::returnToDriver(ArrayRef<PooledMemory> memory) {
  Error first = Error::success();
  for (const PooledMemory &block : memory) {
    Error error = device.freeImpl(block.allocation, block.kind);
    if (!error)
      continue;
    if (first)
      consumeError(std::move(error));
    else
      first = std::move(error);
  }
  return first;
}

/// Whether freeing memory may cure \p result.
static bool isOutOfMemory(Expected<DriverAllocation> &result) {
  if (result)
    return false;
  Error error = result.takeError();
  bool isCurable =
      getGpuErrorKind(error) == GpuErrorKind::MemoryAllocationFailed;
  result = std::move(error);
  return isCurable;
}

Expected<DriverAllocation> GpuCompute::State::allocate(uint64_t capacity,
                                                       MemoryKind kind) {
  Expected<DriverAllocation> result = device.allocateImpl(capacity, kind);
  for (bool hasWaited : {false, true}) {
    if (pool.isEmpty() || !isOutOfMemory(result))
      return result;
    if (hasWaited)
      keepError(waitForAll());
    SmallVector<PooledMemory> memory;
    pool.drain(memory);
    if (memory.empty())
      continue;
    keepError(returnToDriver(memory));
    consumeError(result.takeError());
    result = device.allocateImpl(capacity, kind);
  }
  return result;
}

/// The error of an allocation of \p size bytes, of which the driver saw only
/// the class.
static Error makeAllocationError(uint64_t size, Error error) {
  GpuError cause = takeGpuError(std::move(error));
  if (cause.getKind() != GpuErrorKind::MemoryAllocationFailed)
    return make_error<GpuError>(std::move(cause));
  std::optional<DriverStatus> driver;
  if (const DriverStatus *status = cause.getDriverStatus())
    driver = *status;
  return makeGpuError(GpuErrorKind::MemoryAllocationFailed, cause.getReason(),
                      {.requestedBytes = size}, std::move(driver));
}

Expected<GpuBuffer> GpuCompute::allocateMemory(uint64_t size, MemoryKind kind) {
  if (size == 0)
    return invalidArgument("an allocation of 0 bytes");
  if (Error error = state->prepare())
    return std::move(error);
  if (kind == MemoryKind::Unified && !state->info.hasUnifiedMemory)
    return makeGpuError(GpuErrorKind::FeatureNotSupported, "",
                        {.feature = "unified memory", .device = getSpelling()});
  if (size > MemoryPool::kMaxBytes)
    return makeGpuError(GpuErrorKind::MemoryAllocationFailed,
                        "more than any device has", {.requestedBytes = size});
  GpuBuffer buffer;
  buffer.capacity = MemoryPool::getClass(size);
  DriverAllocation allocation;
  std::optional<PooledMemory> pooled = state->pool.take(kind, buffer.capacity);
  if (pooled) {
    allocation = pooled->allocation;
  } else {
    Expected<DriverAllocation> fresh = state->allocate(buffer.capacity, kind);
    if (!fresh)
      return makeAllocationError(size, fresh.takeError());
    allocation = *fresh;
  }
  state->pool.countAllocation(buffer.capacity, pooled.has_value());
  buffer.address = allocation.address;
  buffer.host = allocation.host;
  buffer.size = size;
  buffer.kind = kind;
  buffer.device = shared_from_this();
  return buffer;
}

Error GpuCompute::State::release(GpuBuffer &buffer) {
  PooledMemory memory;
  memory.allocation = {buffer.address, buffer.host};
  memory.kind = buffer.kind;
  memory.capacity = buffer.capacity;
  pool.countFree(memory.capacity);
  SmallVector<PooledMemory> evicted;
  pool.put(memory, evicted);
  // Returned before the device may go with the buffer.
  Error error = toGpuError(returnToDriver(evicted));
  std::shared_ptr<GpuCompute> owner = std::move(buffer.device);
  buffer.address = buffer.size = buffer.capacity = 0;
  buffer.host = nullptr;
  return error;
}

Error GpuCompute::freeMemory(GpuBuffer buffer) {
  if (!buffer)
    return Error::success();
  if (Error error = state->verifyOwner(buffer.getDevice(), "buffer"))
    return error;
  return state->release(buffer);
}

GpuMemoryStatistics GpuCompute::getMemoryStatistics() {
  return state->pool.getStatistics();
}

Error GpuCompute::trimMemory() {
  SmallVector<PooledMemory> memory;
  state->pool.drain(memory);
  return toGpuError(state->returnToDriver(memory));
}

Error GpuCompute::setPoolLimit(uint64_t bytes) {
  // The first use of the device would set the default.
  if (Error error = initialize())
    return error;
  SmallVector<PooledMemory> memory;
  state->pool.setLimit(bytes, memory);
  return toGpuError(state->returnToDriver(memory));
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

Error GpuCompute::State::copy(const DriverCopy &copy, GpuStream *stream) {
  if (copy.size == 0)
    return Error::success();
  if (stream)
    stream->queue->submit();
  return toGpuError(
      device.copyImpl(copy, stream ? stream->stream.get() : nullptr));
}

Error GpuCompute::State::copyIn(const GpuBuffer &destination,
                                ArrayRef<uint8_t> source, uint64_t offset,
                                GpuStream *stream) {
  if (Error error = verifyRange(destination, offset, source.size()))
    return error;
  DriverCopy request;
  request.direction = CopyDirection::HostToDevice;
  request.device = destination.getAddress() + offset;
  request.host = const_cast<uint8_t *>(source.data());
  request.size = source.size();
  return copy(request, stream);
}

Error GpuCompute::State::copyOut(MutableArrayRef<uint8_t> destination,
                                 const GpuBuffer &source, uint64_t offset,
                                 GpuStream *stream) {
  if (Error error = verifyRange(source, offset, destination.size()))
    return error;
  DriverCopy request;
  request.direction = CopyDirection::DeviceToHost;
  request.device = source.getAddress() + offset;
  request.host = destination.data();
  request.size = destination.size();
  return copy(request, stream);
}

Error GpuCompute::State::copyAcross(const GpuBuffer &destination,
                                    const GpuBuffer &source, uint64_t size,
                                    uint64_t destinationOffset,
                                    uint64_t sourceOffset, GpuStream *stream) {
  if (Error error = verifyRange(destination, destinationOffset, size))
    return error;
  GpuCompute *other = source.getDevice();
  if (!other || other->getType() != device.getType())
    return invalidArgument("the source is empty, or of another type of device");
  if (Error error = other->state->verifyRange(source, sourceOffset, size))
    return error;
  DriverCopy request;
  request.direction = CopyDirection::DeviceToDevice;
  request.device = destination.getAddress() + destinationOffset;
  request.source = source.getAddress() + sourceOffset;
  request.sourceDevice = other;
  request.size = size;
  if (other == &device && request.device < request.source + size &&
      request.source < request.device + size)
    return invalidArgument("a copy of {0} bytes overlaps itself", size);
  if (other != &device) {
    if (Error error = other->state->prepare())
      return error;
    // Its pool has to know of the work, too.
    if (stream)
      other->state->tracker.add(stream->queue);
  }
  return copy(request, stream);
}

Error GpuCompute::State::fill(const GpuBuffer &destination, uint8_t value,
                              uint64_t size, uint64_t offset,
                              GpuStream *stream) {
  if (Error error = verifyRange(destination, offset, size))
    return error;
  if (size == 0)
    return Error::success();
  if (stream)
    stream->queue->submit();
  return toGpuError(device.fillImpl(destination.getAddress() + offset, value,
                                    size,
                                    stream ? stream->stream.get() : nullptr));
}

Error GpuCompute::copyH2D(const GpuBuffer &destination,
                          ArrayRef<uint8_t> source, uint64_t offset) {
  if (Error error = state->prepare())
    return error;
  return state->copyIn(destination, source, offset, nullptr);
}

Error GpuCompute::copyD2H(MutableArrayRef<uint8_t> destination,
                          const GpuBuffer &source, uint64_t offset) {
  if (Error error = state->prepare())
    return error;
  return state->copyOut(destination, source, offset, nullptr);
}

Error GpuCompute::copyD2D(const GpuBuffer &destination, const GpuBuffer &source,
                          uint64_t size, uint64_t destinationOffset,
                          uint64_t sourceOffset) {
  if (Error error = state->prepare())
    return error;
  return state->copyAcross(destination, source, size, destinationOffset,
                           sourceOffset, nullptr);
}

Error GpuCompute::fillMemory(const GpuBuffer &destination, uint8_t value,
                             uint64_t size, uint64_t offset) {
  if (Error error = state->prepare())
    return error;
  return state->fill(destination, value, size, offset, nullptr);
}

Error GpuCompute::copyH2DAsync(GpuStream &stream, const GpuBuffer &destination,
                               ArrayRef<uint8_t> source, uint64_t offset) {
  if (Error error = state->prepareStream(stream))
    return error;
  return state->copyIn(destination, source, offset, &stream);
}

Error GpuCompute::copyD2HAsync(GpuStream &stream,
                               MutableArrayRef<uint8_t> destination,
                               const GpuBuffer &source, uint64_t offset) {
  if (Error error = state->prepareStream(stream))
    return error;
  return state->copyOut(destination, source, offset, &stream);
}

Error GpuCompute::copyD2DAsync(GpuStream &stream, const GpuBuffer &destination,
                               const GpuBuffer &source, uint64_t size,
                               uint64_t destinationOffset,
                               uint64_t sourceOffset) {
  if (Error error = state->prepareStream(stream))
    return error;
  return state->copyAcross(destination, source, size, destinationOffset,
                           sourceOffset, &stream);
}

Error GpuCompute::fillMemoryAsync(GpuStream &stream,
                                  const GpuBuffer &destination, uint8_t value,
                                  uint64_t size, uint64_t offset) {
  if (Error error = state->prepareStream(stream))
    return error;
  return state->fill(destination, value, size, offset, &stream);
}
