//===- AlignedBuffer.cpp - Zeroed memory that may not be there --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// On calloc, which leaves zeroing large blocks to the system.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/AlignedBuffer.h"

#include "vmjit/Support/Error.h"
#include "llvm/Support/Alignment.h"

using namespace llvm;
using namespace vmjit;

Expected<AlignedBuffer> AlignedBuffer::create(uint64_t size) {
  AlignedBuffer buffer;
  if (size <= kMaxBytes)
    buffer.memory.reset(std::calloc(size + kAlign, 1));
  if (!buffer.memory)
    return makeErrorf(ErrorCode::OutOfMemory, "cannot allocate {0} bytes",
                      size);
  buffer.start = reinterpret_cast<uint8_t *>(
      alignAddr(buffer.memory.get(), Align(kAlign)));
  buffer.length = size;
  return buffer;
}
