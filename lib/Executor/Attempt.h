//===- Attempt.h - One try of an execution ----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_EXECUTOR_ATTEMPT_H
#define VMJIT_LIB_EXECUTOR_ATTEMPT_H

#include "ControlBlocks.h"
#include "ProgramState.h"
#include "StageClock.h"
#include "StatisticsRecorder.h"

namespace vmjit {

/// What an execution may use up.
struct ExecutionLimits {
  /// None for any time.
  std::optional<std::chrono::nanoseconds> timeout;
  std::optional<uint64_t> stepBudget;

  bool needStoppableCode() const { return timeout || stepBudget; }
};

/// An execution on one device, whose slot is loaded.
struct Attempt {
  const KernelSlot &slot;
  const ExecutionLimits &limits;
  /// The host may have to start from the same inputs after a failure.
  bool mayFallBack = false;
  ControlBlocks &controls;
  StatisticsRecorder &statistics;
  ExecutionResult &result;
  /// What fails if something fails now.
  FallbackReason progress = FallbackReason::Allocation;
  /// The kernel may have written to device memory.
  bool wasLaunched = false;
  Stopwatch watch = {};

  GpuCompute &getDevice() const { return *slot.device; }
  const GpuKernel &getKernel() const { return *slot.kernel; }
  /// The kernel can work in the caller's memory: nobody needs it as it was.
  bool worksInPlace() const { return slot.sharesHostMemory && !mayFallBack; }

  /// Since the last call, or the start, \p stage was done.
  void endStage(ExecutionStage stage) {
    uint64_t nanoseconds = watch.lap();
    result.stageNanoseconds[static_cast<size_t>(stage)] += nanoseconds;
    statistics.addStage(stage, nanoseconds);
  }

  /// Launches the kernel and waits for it. \p prepare is called with the
  /// address of the control block, 0 if there is none, before the launch. On a
  /// Timeout that left the device usable \p wasStopped becomes true.
  llvm::Error
  launch(LaunchConfig config, llvm::ArrayRef<GpuArg> args, bool &wasStopped,
         llvm::function_ref<llvm::Error(uint64_t control)> prepare = nullptr);
};

} // namespace vmjit

#endif // VMJIT_LIB_EXECUTOR_ATTEMPT_H
