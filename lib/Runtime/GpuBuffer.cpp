//===- GpuBuffer.cpp - Memory of a device -----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GpuComputeState.h"

#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace vmjit;

StringRef vmjit::getMemoryKindName(MemoryKind kind) {
  switch (kind) {
  case MemoryKind::Device:
    return "device";
  case MemoryKind::Pinned:
    return "pinned";
  case MemoryKind::Unified:
    return "unified";
  }
  llvm_unreachable("every kind has a name");
}

GpuBuffer &GpuBuffer::operator=(GpuBuffer &&other) noexcept {
  if (this == &other)
    return *this;
  if (device)
    consumeError(device->state->release(*this));
  device = std::move(other.device);
  address = std::exchange(other.address, 0);
  host = std::exchange(other.host, nullptr);
  size = std::exchange(other.size, 0);
  capacity = std::exchange(other.capacity, 0);
  kind = other.kind;
  return *this;
}

GpuBuffer::~GpuBuffer() {
  if (device)
    consumeError(device->state->release(*this));
}
