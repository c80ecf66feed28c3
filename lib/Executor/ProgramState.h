//===- ProgramState.h - What is kept of a program ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// A program with the code that devices have loaded for it.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_EXECUTOR_PROGRAMSTATE_H
#define VMJIT_LIB_EXECUTOR_PROGRAMSTATE_H

#include "vmjit/Cache/CacheKey.h"
#include "vmjit/Executor/ExecutionResult.h"
#include "vmjit/Executor/PreparedProgram.h"
#include "vmjit/Runtime/GpuCompute.h"
#include "vmjit/Support/ProgramError.h"
#include "vmjit/VMIR/FloatEnvironment.h"

#include <atomic>
#include <mutex>
#include <optional>

namespace vmjit {

/// An error that can be given more than once.
struct StoredFailure {
  ErrorCode code = ErrorCode::Other;
  std::string message;
  /// What it is to those who can fall back.
  FallbackReason reason = FallbackReason::Compilation;
  std::optional<ProgramPlace> place;

  static StoredFailure take(llvm::Error error, FallbackReason reason);
  llvm::Error makeError() const {
    return makeProgramError(code, message, place);
  }
};

/// The code of a program for one device. The kernel is set once and stays.
struct KernelSlot {
  KernelSlot(std::shared_ptr<GpuCompute> device, bool isStoppable)
      : device(std::move(device)), isStoppable(isStoppable) {}

  const std::shared_ptr<GpuCompute> device;
  const bool isStoppable;

  /// What follows up to the mutex is set and may be read.
  std::atomic<bool> isLoaded = false;
  std::optional<GpuKernel> kernel;
  /// The device works in the host's memory.
  bool sharesHostMemory = false;

  /// Held by the one who gets the code; guards the rest.
  std::mutex mutex;
  std::optional<CacheKey> key;
  /// Compiling it again would fail again.
  std::optional<StoredFailure> lastingFailure;

  /// Guards what follows; never held for long.
  std::mutex backgroundMutex;
  bool isScheduled = false;
  /// What the background met, for the next execution.
  std::optional<StoredFailure> backgroundFailure;
};

/// A program. Any number of threads may use it.
class ProgramState {
public:
  ProgramState(vmir::Program program, EntryMode mode,
               llvm::ArrayRef<uint8_t> content)
      : program(std::move(program)), mode(mode),
        needsFloatEnvironment(vmir::needsFloatEnvironment(this->program)),
        content(content.begin(), content.end()) {}

  /// The slot for \p device; made if it is new. Lives as long as this.
  KernelSlot &getSlot(const std::shared_ptr<GpuCompute> &device,
                      bool isStoppable);
  /// What PreparedProgram::getHostKernel says.
  std::shared_ptr<HostKernel> getHostKernel() const;
  /// How many slots are loaded.
  size_t countLoaded() const;

  /// What the first code that is loaded says; later code has to say the same of
  /// the layout, else this fails with LoadingFailed.
  llvm::Error noteLoaded(const HartStateLayout &newLayout,
                         std::vector<StageTime> newTimes);
  /// Set by the first noteLoaded, which must have been.
  const HartStateLayout &getLayout() const { return layout; }
  llvm::ArrayRef<StageTime> getTimes() const { return times; }

  const vmir::Program program;
  const EntryMode mode;
  /// Found once rather than at each execution: whether ops are left to the
  /// interpreter.
  const bool needsFloatEnvironment;
  /// vmir::encodeContent of the program.
  const std::vector<uint8_t> content;

private:
  mutable std::mutex mutex;
  std::vector<std::unique_ptr<KernelSlot>> slots;
  bool hasLayout = false;
  HartStateLayout layout;
  std::vector<StageTime> times;
};

} // namespace vmjit

#endif // VMJIT_LIB_EXECUTOR_PROGRAMSTATE_H
