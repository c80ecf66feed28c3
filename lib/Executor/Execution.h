//===- Execution.h - One call of an executor --------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// The device of first choice, and where that fails the host.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_EXECUTOR_EXECUTION_H
#define VMJIT_LIB_EXECUTOR_EXECUTION_H

#include "Attempt.h"
#include "ExecutorState.h"

namespace vmjit {

/// What arguments say about where a program can run.
struct ArgumentPlaces {
  /// The device of Buffer arguments; null without any.
  std::shared_ptr<GpuCompute> device;
  /// Some argument is an address that means nothing to other devices.
  bool haveRawAddresses = false;

  static ArgumentPlaces of(llvm::ArrayRef<ExecutorArg> args);
};

/// What \p request allows, and \p options where it says nothing.
ExecutionLimits getLimits(const ExecutorOptions &options,
                          const ExecutionRequest &request);

/// A call of the executor, under way.
class Execution {
public:
  /// What is done on a device that has loaded the program. Called a second time
  /// for the host.
  using Body = llvm::function_ref<llvm::Error(Attempt &)>;

  Execution(ExecutorState &executor, std::shared_ptr<ProgramState> program,
            const ExecutionRequest &request, ArgumentPlaces places);

  /// Runs \p body where it succeeds.
  llvm::Expected<ExecutionResult> run(Body body);

  /// Why the host took over, if it did.
  FallbackReason getFallback() const { return fallback; }

private:
  llvm::Error runFirst(Body body);
  llvm::Error runOn(const std::shared_ptr<GpuCompute> &device, Body body);
  llvm::Expected<std::shared_ptr<GpuCompute>> chooseDevice();
  /// Success if the host can take over after \p failure, else \p failure with
  /// the reason why it cannot, where that is worth saying.
  llvm::Error verifyCanTakeOver(llvm::Error failure, std::string &message);
  llvm::Error takeOver(std::string message, Body body);

  ExecutorState &executor;
  const std::shared_ptr<ProgramState> program;
  const ExecutionRequest &request;
  const ArgumentPlaces places;
  ExecutionLimits limits;
  ExecutionResult result;
  FallbackReason fallback = FallbackReason::None;

  /// What fails if something fails now.
  FallbackReason progress = FallbackReason::NoDevice;
  bool mayFallBack = false;
  bool wasLaunched = false;
};

} // namespace vmjit

#endif // VMJIT_LIB_EXECUTOR_EXECUTION_H
