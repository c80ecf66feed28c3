//===- Buffer.cpp - Buffers as handles --------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arguments.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::capi;

static std::optional<MemoryKind> readKind(vmjit_memory_kind kind) {
  switch (kind) {
  case VMJIT_MEMORY_Default:
  case VMJIT_MEMORY_Device:
    return MemoryKind::Device;
  case VMJIT_MEMORY_Pinned:
    return MemoryKind::Pinned;
  case VMJIT_MEMORY_Unified:
    return MemoryKind::Unified;
  default:
    return std::nullopt;
  }
}

vmjit_error *vmjit_buffer_create(vmjit_device *device, uint64_t size,
                                 vmjit_memory_kind kind,
                                 vmjit_buffer **buffer) {
  Arguments arguments;
  arguments.out(buffer, "buffer").handle(device, "device");
  std::optional<MemoryKind> memory = readKind(kind);
  arguments.require(memory.has_value(), "kind is no kind of memory");
  if (!arguments)
    return arguments.fail();
  Expected<GpuBuffer> allocated = device->device->allocateMemory(size, *memory);
  if (!allocated)
    return toCError(allocated.takeError());
  *buffer = new vmjit_buffer(std::move(*allocated));
  return nullptr;
}

void vmjit_buffer_destroy(vmjit_buffer *buffer) {
  if (buffer && buffer->isIntact())
    delete buffer;
}

uint64_t vmjit_buffer_get_size(const vmjit_buffer *buffer) {
  return buffer && buffer->isIntact() ? buffer->buffer.getSize() : 0;
}

uint64_t vmjit_buffer_get_address(const vmjit_buffer *buffer) {
  return buffer && buffer->isIntact() ? buffer->buffer.getAddress() : 0;
}

void *vmjit_buffer_get_host_pointer(const vmjit_buffer *buffer) {
  return buffer && buffer->isIntact() ? buffer->buffer.getHostPointer()
                                      : nullptr;
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

vmjit_error *vmjit_buffer_write(vmjit_buffer *buffer, uint64_t offset,
                                const void *data, uint64_t size,
                                vmjit_stream *stream) {
  Arguments arguments;
  arguments.handle(buffer, "buffer")
      .array(data, size, 1, "data")
      .optional(stream, "stream");
  if (!arguments)
    return arguments.fail();
  const GpuBuffer &destination = buffer->buffer;
  ArrayRef<uint8_t> source(static_cast<const uint8_t *>(data), size);
  GpuCompute &device = *destination.getDevice();
  return toCError(
      stream ? device.copyH2DAsync(stream->stream, destination, source, offset)
             : device.copyH2D(destination, source, offset));
}

vmjit_error *vmjit_buffer_read(const vmjit_buffer *buffer, uint64_t offset,
                               void *data, uint64_t size,
                               vmjit_stream *stream) {
  Arguments arguments;
  arguments.handle(buffer, "buffer")
      .array(data, size, 1, "data")
      .optional(stream, "stream");
  if (!arguments)
    return arguments.fail();
  const GpuBuffer &source = buffer->buffer;
  MutableArrayRef<uint8_t> destination(static_cast<uint8_t *>(data), size);
  GpuCompute &device = *source.getDevice();
  return toCError(
      stream ? device.copyD2HAsync(stream->stream, destination, source, offset)
             : device.copyD2H(destination, source, offset));
}

vmjit_error *vmjit_buffer_copy(vmjit_buffer *destination,
                               uint64_t destinationOffset,
                               const vmjit_buffer *source,
                               uint64_t sourceOffset, uint64_t size,
                               vmjit_stream *stream) {
  Arguments arguments;
  arguments.handle(destination, "destination")
      .handle(source, "source")
      .optional(stream, "stream");
  if (!arguments)
    return arguments.fail();
  GpuCompute &device = *destination->buffer.getDevice();
  if (stream)
    return toCError(device.copyD2DAsync(stream->stream, destination->buffer,
                                        source->buffer, size, destinationOffset,
                                        sourceOffset));
  return toCError(device.copyD2D(destination->buffer, source->buffer, size,
                                 destinationOffset, sourceOffset));
}

vmjit_error *vmjit_buffer_fill(vmjit_buffer *buffer, uint64_t offset,
                               uint8_t value, uint64_t size,
                               vmjit_stream *stream) {
  Arguments arguments;
  arguments.handle(buffer, "buffer").optional(stream, "stream");
  if (!arguments)
    return arguments.fail();
  GpuCompute &device = *buffer->buffer.getDevice();
  return toCError(stream
                      ? device.fillMemoryAsync(stream->stream, buffer->buffer,
                                               value, size, offset)
                      : device.fillMemory(buffer->buffer, value, size, offset));
}
