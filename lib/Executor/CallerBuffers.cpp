//===- CallerBuffers.cpp - Device buffers on another device -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CallerBuffers.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace vmjit;

Expected<GpuArg> CallerBuffers::getArg(const ExecutorArg &arg) {
  const GpuBuffer &original = arg.getBuffer();
  if (original.getDevice() == &target)
    return arg.getValue();
  // Two arguments may be parts of one buffer.
  auto *found = find_if(copies, [&](const Copy &copy) {
    return copy.original->getDevice() == original.getDevice() &&
           copy.original->getAddress() == original.getAddress();
  });
  if (found == copies.end()) {
    Expected<GpuBuffer> buffer = target.allocateMemory(original.getSize());
    if (!buffer)
      return buffer.takeError();
    if (Error error =
            original.getDevice()->copyD2H(buffer->getHostBytes(), original))
      return std::move(error);
    found = &copies.emplace_back(&original, std::move(*buffer));
  }
  return GpuArg::buffer(found->buffer, arg.getBufferOffset());
}

Error CallerBuffers::copyBack() {
  for (Copy &copy : copies)
    if (Error error = copy.original->getDevice()->copyH2D(
            *copy.original, copy.buffer.getHostBytes()))
      return error;
  return Error::success();
}
