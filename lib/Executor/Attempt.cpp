//===- Attempt.cpp - One try of an execution --------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Attempt.h"

#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace vmjit;

Error Attempt::launch(LaunchConfig config, ArrayRef<GpuArg> args,
                      bool &wasStopped, function_ref<Error(uint64_t)> prepare) {
  ControlBlocks::Block control;
  uint64_t threadCount =
      SaturatingMultiply(config.grid.getCount(), config.block.getCount());
  if (getKernel().getEntry().stoppable) {
    Expected<ControlBlocks::Block> block =
        controls.take(getDevice(), limits.stepBudget);
    if (!block)
      return block.takeError();
    control = std::move(*block);
    config.control = &control.getBuffer();
  }
  if (prepare)
    if (Error error = prepare(control ? control.getBuffer().getAddress() : 0))
      return error;
  endStage(ExecutionStage::CopyIn);

  progress = FallbackReason::Launch;
  wasLaunched = true;
  Expected<GpuExecutionResult> executed =
      getDevice().executeKernel(getKernel(), config, args, limits.timeout);
  endStage(ExecutionStage::Launch);
  if (!executed) {
    Error error = executed.takeError();
    wasStopped =
        getErrorCode(error) == ErrorCode::Timeout && getDevice().isAvailable();
    // Otherwise the kernel may still be looking at its control block.
    if (wasStopped && control) {
      error = describeStop(std::move(error), control.get(), threadCount);
      controls.giveBack(std::move(control));
    }
    return error;
  }
  result.deviceNanoseconds = executed->deviceNanoseconds;
  progress = FallbackReason::CopyOut;
  if (!control)
    return Error::success();
  Expected<KernelResult> report = readReport(control.get(), threadCount);
  controls.giveBack(std::move(control));
  if (!report)
    return report.takeError();
  result.threads = std::move(*report);
  return Error::success();
}
