//===- ExecutorDevice.h - Running programs through the executor -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_TOOLS_VM_RUN_EXECUTORDEVICE_H
#define VMJIT_TOOLS_VM_RUN_EXECUTORDEVICE_H

#include "Device.h"
#include "vmjit/Executor/DefaultExecutor.h"

namespace vmjit {

/// Whatever device the executor finds. One thread at a time.
class ExecutorDevice : public Device {
public:
  static llvm::Expected<std::unique_ptr<ExecutorDevice>>
  create(const DefaultExecutorOptions &options);

  /// Where the last run was: "host (znver4, 16 threads)".
  std::string describe() const override;
  /// Why the last run was there and not where it was to be; empty if it was.
  std::string describeFallback() const;
  /// Why runs will not be on the device that was asked for; empty if it is
  /// there.
  std::string describeMissingDevice();
  /// The device of the last run runs no code.
  bool isMock() const;

  /// Runs of the program add their stages to \p observer.
  llvm::Expected<std::unique_ptr<LoadedProgram>>
  load(const vmir::Program &program, EntryMode mode, OptLevel optLevel,
       CompileObserver &observer) override;

  Executor &getExecutor() { return *executor; }

  /// Keeps \p result as that of the last run, and its stages. Fails if threads
  /// of it did not return.
  llvm::Error finish(llvm::Expected<ExecutionResult> result,
                     CompileObserver &observer);

private:
  explicit ExecutorDevice(std::unique_ptr<Executor> executor)
      : executor(std::move(executor)) {}

  std::unique_ptr<Executor> executor;
  /// Without what went well before.
  std::optional<ExecutionResult> last;
};

} // namespace vmjit

#endif // VMJIT_TOOLS_VM_RUN_EXECUTORDEVICE_H
