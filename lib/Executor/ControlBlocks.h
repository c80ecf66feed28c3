//===- ControlBlocks.h - Control blocks to use again ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Control blocks are in pinned memory, which is slow to get.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_EXECUTOR_CONTROLBLOCKS_H
#define VMJIT_LIB_EXECUTOR_CONTROLBLOCKS_H

#include "vmjit/Runtime/GpuCompute.h"
#include "vmjit/Runtime/LaunchControl.h"
#include "llvm/ADT/DenseMap.h"

namespace vmjit {

/// The pinned memory of control blocks of all devices, each of which serves one
/// launch at a time. All functions may be called from any thread.
class ControlBlocks {
public:
  /// A control block, or none.
  class Block {
  public:
    Block() = default;
    Block(Block &&) = default;
    Block &operator=(Block &&) = default;

    explicit operator bool() const { return bool(buffer); }
    const GpuBuffer &getBuffer() const { return buffer; }
    vmjit_control &get() const {
      return *static_cast<vmjit_control *>(buffer.getHostPointer());
    }

  private:
    friend class ControlBlocks;
    GpuBuffer buffer;
  };

  /// A block for a launch on \p device. Fails as allocating memory does.
  llvm::Expected<Block> take(GpuCompute &device,
                             std::optional<uint64_t> stepBudget);
  /// Takes \p block back; nothing on its device may use it any more. A block
  /// that is not given back is freed.
  void giveBack(Block block);

private:
  /// More are freed.
  static constexpr size_t kMaxFree = 64;

  std::mutex mutex;
  llvm::DenseMap<GpuCompute *, std::vector<GpuBuffer>> free;
};

/// Adds to \p error, a Timeout, which of the \p threadCount threads of a kernel
/// \p control says were stopped.
llvm::Error describeStop(llvm::Error error, const vmjit_control &control,
                         uint64_t threadCount);

} // namespace vmjit

#endif // VMJIT_LIB_EXECUTOR_CONTROLBLOCKS_H
