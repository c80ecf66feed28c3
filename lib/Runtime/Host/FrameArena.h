//===- FrameArena.h - Frames of a block's threads ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where threads of a kernel with barriers keep what lives across a barrier.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_HOST_FRAMEARENA_H
#define VMJIT_LIB_RUNTIME_HOST_FRAMEARENA_H

#include "vmjit/Runtime/AlignedBuffer.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/MathExtras.h"

namespace vmjit {

/// Hands out memory that is all given back at once. The memory is set aside
/// before a launch starts, because generated code cannot handle a failure.
class FrameArena {
public:
  static constexpr uint64_t kAlign = 16;

  /// Makes \p size bytes available. Fails with OutOfMemory.
  llvm::Error reserve(uint64_t size) {
    if (size <= buffer.size())
      return llvm::Error::success();
    buffer = AlignedBuffer();
    llvm::Expected<AlignedBuffer> larger = AlignedBuffer::create(size);
    if (!larger)
      return larger.takeError();
    buffer = std::move(*larger);
    return llvm::Error::success();
  }

  /// Gives everything back.
  void reset() {
    used = 0;
    beyond.Reset();
  }

  /// vmjit_host_block::allocate_frame, with an arena as its context.
  static void *allocateFrame(void *context, uint64_t size) {
    return static_cast<FrameArena *>(context)->allocate(size);
  }

private:
  void *allocate(uint64_t size) {
    uint64_t start = llvm::alignTo(used, kAlign);
    if (start <= buffer.size() && size <= buffer.size() - start) {
      used = start + size;
      return buffer.data() + start;
    }
    // Only if a code object understates what it needs.
    return beyond.Allocate(size, kAlign);
  }

  AlignedBuffer buffer;
  uint64_t used = 0;
  llvm::BumpPtrAllocator beyond;
};

} // namespace vmjit

#endif // VMJIT_LIB_RUNTIME_HOST_FRAMEARENA_H
