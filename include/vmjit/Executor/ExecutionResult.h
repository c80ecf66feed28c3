//===- ExecutionResult.h - What an execution gave ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Where a program ran, why there, how long it took, and which threads did not
// return.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_EXECUTOR_EXECUTIONRESULT_H
#define VMJIT_EXECUTOR_EXECUTIONRESULT_H

#include "vmjit/Compiler/ProgramCompiler.h"
#include "vmjit/Interpreter/Kernel.h"

#include <array>
#include <memory>
#include <string>

namespace vmjit {

class GpuCompute;

/// Why the host ran a program in place of the device of first choice; the list
/// is in FallbackReasons.def.
enum class FallbackReason : uint8_t {
#define VMJIT_FALLBACK_REASON(Name, Spelling, Text) Name,
#include "vmjit/Executor/FallbackReasons.def"
};
inline constexpr size_t kFallbackReasonCount =
#define VMJIT_FALLBACK_REASON(Name, Spelling, Text) +1
#include "vmjit/Executor/FallbackReasons.def"
    ;

/// "no-device" and so on, for statistics.
llvm::StringRef getFallbackReasonName(FallbackReason reason);
/// The text of \p reason in FallbackReasons.def.
llvm::StringRef getFallbackReasonText(FallbackReason reason);

/// What executions spend time on; the list is in ExecutionStages.def.
enum class ExecutionStage : uint8_t {
#define VMJIT_EXECUTION_STAGE(Name, Spelling) Name,
#include "vmjit/Executor/ExecutionStages.def"
};
inline constexpr size_t kExecutionStageCount =
#define VMJIT_EXECUTION_STAGE(Name, Spelling) +1
#include "vmjit/Executor/ExecutionStages.def"
    ;

/// "copy-in" and so on.
llvm::StringRef getExecutionStageName(ExecutionStage stage);

/// Where the code of an execution came from.
enum class ExecutionSource : uint8_t {
  /// It was loaded already.
  Loaded,
  /// A level of the cache.
  Cache,
  /// It was compiled for this execution, or by another thread meanwhile.
  Compiled,
};

/// Nanoseconds by stage; 0 for a stage that there was not.
using ExecutionStageTimes = std::array<uint64_t, kExecutionStageCount>;

/// What an execution gave. Of one that fell back, times and source are those of
/// the host's part.
struct ExecutionResult {
  /// Where it ran; never null.
  std::shared_ptr<GpuCompute> device;
  /// Why not on the device of first choice; None where it did.
  FallbackReason fallback = FallbackReason::None;
  /// What went wrong there, in words.
  std::string fallbackMessage;

  ExecutionSource source = ExecutionSource::Loaded;
  /// Cache: the level ("memory", "disk").
  std::string cacheLevel;
  /// Compiled by this execution: the compiler's own stages.
  std::vector<StageTime> compileStages;
  ExecutionStageTimes stageNanoseconds = {};
  /// From the start to the end of the kernel on the device.
  uint64_t deviceNanoseconds = 0;

  /// Kernel mode, stoppable code: the threads that ended other than by
  /// returning, which are counted, and the first of them. None with other code,
  /// for which a thread that faults just ends. In hart mode exits are in the
  /// state.
  KernelResult threads;
};

} // namespace vmjit

#endif // VMJIT_EXECUTOR_EXECUTIONRESULT_H
