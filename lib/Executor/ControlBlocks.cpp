//===- ControlBlocks.cpp - Control blocks to use again ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ControlBlocks.h"

#include <cstring>

using namespace llvm;
using namespace vmjit;

Expected<ControlBlocks::Block>
ControlBlocks::take(GpuCompute &device, std::optional<uint64_t> stepBudget) {
  Block block;
  vmjit_control fresh = makeControl(stepBudget);
  {
    std::lock_guard lock(mutex);
    auto it = free.find(&device);
    if (it != free.end() && !it->second.empty()) {
      block.buffer = std::move(it->second.back());
      it->second.pop_back();
    }
  }
  if (block) {
    // Most launches leave it as it was. Not written to, it stays in the caches
    // of the cores that run kernels.
    static_assert(std::has_unique_object_representations_v<vmjit_control>);
    if (std::memcmp(&block.get(), &fresh, sizeof(fresh)) != 0)
      block.get() = fresh;
    return std::move(block);
  }
  Expected<GpuBuffer> buffer =
      device.allocateMemory(sizeof(vmjit_control), MemoryKind::Pinned);
  if (!buffer)
    return buffer.takeError();
  block.buffer = std::move(*buffer);
  block.get() = fresh;
  return std::move(block);
}

void ControlBlocks::giveBack(Block block) {
  if (!block)
    return;
  std::lock_guard lock(mutex);
  // The buffers keep the device alive, so that no other one gets its address.
  std::vector<GpuBuffer> &blocks = free[block.buffer.getDevice()];
  if (blocks.size() < kMaxFree)
    blocks.push_back(std::move(block.buffer));
}

Error vmjit::describeStop(Error error, const vmjit_control &control,
                          uint64_t threadCount) {
  Expected<KernelResult> report = readReport(control, threadCount);
  if (!report) {
    consumeError(report.takeError());
    return error;
  }
  if (report->faults.empty())
    return error;
  return withContext(std::move(error), describeFaults(*report));
}
