//===- HartRounds.cpp - Hart mode with ops for the interpreter --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HartRounds.h"

#include "Execution.h"
#include "vmjit/Runtime/BlockCompletion.h"
#include "vmjit/Runtime/HartInterpreter.h"

using namespace llvm;
using namespace vmjit;

static Expected<ExecutionResult>
launchOnce(ExecutorState &executor,
           const std::shared_ptr<ProgramState> &program, HartRun &harts,
           const ExecutionRequest &request, FallbackReason &fallback) {
  Execution execution(executor, program, request, {});
  Expected<ExecutionResult> result = execution.run(
      [&](Attempt &attempt) { return HartExecution(harts, attempt).run(); });
  fallback = execution.getFallback();
  return result;
}

static Expected<ExecutionResult> interpretAll(ExecutorState &executor,
                                              const ProgramState &program,
                                              HartRun &harts,
                                              uint64_t stepBudget) {
  ExecutionResult result;
  Expected<std::shared_ptr<GpuCompute>> host = executor.devices.getHost();
  if (!host)
    return host.takeError();
  result.device = std::move(*host);
  Expected<HartInterpreter> interpreter =
      HartInterpreter::create(program.program);
  if (!interpreter)
    return interpreter.takeError();
  if (Error error = interpreter->run(harts.state, harts.memory, harts.returnPc,
                                     {.stepLimit = stepBudget}))
    return std::move(error);
  return result;
}

/// Adds the times of \p before to \p result. Where the code came from is what
/// the first round says.
static void addRound(ExecutionResult &result, ExecutionResult before) {
  for (size_t stage = 0; stage < kExecutionStageCount; ++stage)
    result.stageNanoseconds[stage] += before.stageNanoseconds[stage];
  result.deviceNanoseconds += before.deviceNanoseconds;
  result.source = before.source;
  result.cacheLevel = std::move(before.cacheLevel);
  result.compileStages = std::move(before.compileStages);
}

Expected<ExecutionResult> vmjit::runHartsToEnd(
    ExecutorState &executor, const std::shared_ptr<ProgramState> &program,
    HartRun &harts, const ExecutionRequest &request, FallbackReason &fallback) {
  using std::chrono::nanoseconds;
  if (!program->needsFloatEnvironment)
    return launchOnce(executor, program, harts, request, fallback);
  ExecutionLimits limits = getLimits(executor.options, request);
  if (limits.stepBudget)
    return interpretAll(executor, *program, harts, *limits.stepBudget);

  auto start = std::chrono::steady_clock::now();
  ExecutionRequest round = request;
  std::optional<ExecutionResult> before;
  while (true) {
    Expected<ExecutionResult> result =
        launchOnce(executor, program, harts, round, fallback);
    if (!result)
      return result.takeError();
    if (before)
      addRound(*result, std::move(*before));
    Expected<uint64_t> resumed = completeInterpretedOps(
        program->program, harts.state, harts.memory, harts.returnPc);
    if (!resumed)
      return resumed.takeError();
    if (*resumed == 0)
      return result;
    before = std::move(*result);
    // A round that gets no time ends as one that has used it up.
    if (limits.timeout)
      round.timeout = std::max<nanoseconds>(
          *limits.timeout - (std::chrono::steady_clock::now() - start),
          nanoseconds(1));
  }
}
