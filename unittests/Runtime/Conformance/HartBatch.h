//===- HartBatch.h - Harts on a device, for tests ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_RUNTIME_CONFORMANCE_HARTBATCH_H
#define VMJIT_UNITTESTS_RUNTIME_CONFORMANCE_HARTBATCH_H

#include "vmjit/Runtime/GpuCompute.h"
#include "vmjit/Runtime/HartMemory.h"
#include "vmjit/Runtime/HartState.h"

namespace vmjit {

/// Harts of HartSum or HartEndless, with 4 KiB of private memory each, and
/// their copies on a device.
class HartBatch {
public:
  /// Hart h starts with x11 = h + 1. \p control may be null; it stays the
  /// caller's.
  static llvm::Expected<HartBatch> create(GpuCompute &device,
                                          const HartStateLayout &layout,
                                          uint64_t hartCount,
                                          const GpuBuffer *control = nullptr);

  uint64_t getHartCount() const { return state.getHartCount(); }
  /// The one argument of a launch.
  GpuArg getArgument() const { return GpuArg::buffer(record); }
  LaunchConfig getConfig() const;
  /// Copies state and memory back.
  llvm::Error readBack(GpuCompute &device);

  HartStateArray state;
  HartMemory memory;

private:
  HartBatch(HartStateArray state, HartMemory memory)
      : state(std::move(state)), memory(std::move(memory)) {}

  static constexpr uint32_t kBlock = 64;

  GpuBuffer words;
  GpuBuffer bytes;
  GpuBuffer record;
  const GpuBuffer *control = nullptr;
};

} // namespace vmjit

#endif // VMJIT_UNITTESTS_RUNTIME_CONFORMANCE_HARTBATCH_H
