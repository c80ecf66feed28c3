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
#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"

#include <atomic>
#include <future>
#include <thread>

using namespace llvm;
using namespace vmjit;

/// \p areStopped becomes true where HartExecution says so.
static Expected<ExecutionResult>
launchOnce(ExecutorState &executor,
           const std::shared_ptr<ProgramState> &program, HartRun &harts,
           const ExecutionRequest &request, FallbackReason &fallback,
           bool &areStopped) {
  Execution execution(executor, program, request, {});
  Expected<ExecutionResult> result = execution.run([&](Attempt &attempt) {
    HartExecution launch(harts, attempt);
    Error error = launch.run();
    areStopped = launch.areStopped();
    return error;
  });
  if (execution.getFallback() != FallbackReason::None)
    fallback = execution.getFallback();
  return result;
}

/// Calls \p run with a word that becomes 1 when the time is up, if there is a
/// limit.
static Error runWithTimeout(std::optional<std::chrono::nanoseconds> timeout,
                            function_ref<Error(const uint32_t *)> run) {
  if (!timeout)
    return run(nullptr);
  // Far beyond what anybody waits for, so that nothing overflows.
  constexpr std::chrono::hours forever{24 * 365};
  auto limit = std::min<std::chrono::nanoseconds>(*timeout, forever);
  uint32_t stop = 0;
  std::promise<void> end;
  std::thread clock([&, isOver = end.get_future()] {
    if (isOver.wait_for(limit) == std::future_status::timeout)
      std::atomic_ref(stop).store(1, std::memory_order_relaxed);
  });
  Error error = run(&stop);
  end.set_value();
  clock.join();
  return error;
}

static Expected<ExecutionResult> interpretAll(ExecutorState &executor,
                                              const ProgramState &program,
                                              HartRun &harts,
                                              const ExecutionLimits &limits) {
  ExecutionResult result;
  Expected<std::shared_ptr<GpuCompute>> host = executor.devices.getHost();
  if (!host)
    return host.takeError();
  result.device = std::move(*host);
  Expected<HartInterpreter> interpreter =
      HartInterpreter::create(program.program);
  if (!interpreter)
    return interpreter.takeError();
  std::vector<uint64_t> started = harts.state.getRunningHarts();
  auto run = [&](const uint32_t *stopWord) {
    return interpreter->run(
        harts.state, harts.memory, harts.returnPc,
        {.stepLimit = limits.stepBudget, .stopWord = stopWord});
  };
  if (Error error = runWithTimeout(limits.timeout, run))
    return std::move(error);
  uint64_t stopped = count_if(started, [&](uint64_t hart) {
    return harts.state.word(VMJIT_WORD_STATUS, hart) == VMJIT_EXIT_Interrupted;
  });
  if (stopped != 0)
    return makeErrorf(ErrorCode::Timeout,
                      "{0} of {1} harts did not end in time and were stopped",
                      stopped, started.size());
  return result;
}

/// Stops those of \p left, too, that the interpreter is to take on: where they
/// are says nothing to a caller who resumes what was stopped.
static Error stopAtInterpretedOps(Error timeout, const ProgramState &program,
                                  HartRun &harts, std::vector<uint64_t> left) {
  if (Error failure = completeInterpretedOps(program.program, left, harts.state,
                                             harts.memory, harts.returnPc))
    return withContext(std::move(timeout), "ops were not interpreted (" +
                                               toString(std::move(failure)) +
                                               ")");
  for (uint64_t hart : left)
    harts.state.word(VMJIT_WORD_STATUS, hart) = VMJIT_EXIT_Interrupted;
  return timeout;
}

/// Adds the times of \p before to \p result. Where the code came from is what
/// the first round says, and why the host took over what the last one does in
/// which that was so.
static void addRound(ExecutionResult &result, ExecutionResult before) {
  for (size_t stage = 0; stage < kExecutionStageCount; ++stage)
    result.stageNanoseconds[stage] += before.stageNanoseconds[stage];
  result.deviceNanoseconds += before.deviceNanoseconds;
  result.source = before.source;
  result.cacheLevel = std::move(before.cacheLevel);
  result.compileStages = std::move(before.compileStages);
  if (result.fallback == FallbackReason::None) {
    result.fallback = before.fallback;
    result.fallbackMessage = std::move(before.fallbackMessage);
  }
}

Expected<ExecutionResult> vmjit::runHartsToEnd(
    ExecutorState &executor, const std::shared_ptr<ProgramState> &program,
    HartRun &harts, const ExecutionRequest &request, FallbackReason &fallback) {
  using std::chrono::nanoseconds;
  bool areStopped = false;
  if (!program->needsFloatEnvironment)
    return launchOnce(executor, program, harts, request, fallback, areStopped);
  ExecutionLimits limits = getLimits(executor.options, request);
  if (limits.stepBudget)
    return interpretAll(executor, *program, harts, limits);

  auto start = std::chrono::steady_clock::now();
  ExecutionRequest round = request;
  std::optional<ExecutionResult> before;
  std::vector<uint64_t> left = harts.state.getRunningHarts();
  while (true) {
    Expected<ExecutionResult> result =
        launchOnce(executor, program, harts, round, fallback, areStopped);
    if (!result && areStopped)
      return stopAtInterpretedOps(result.takeError(), *program, harts,
                                  std::move(left));
    if (!result)
      return result.takeError();
    if (before)
      addRound(*result, std::move(*before));
    if (Error error = completeInterpretedOps(
            program->program, left, harts.state, harts.memory, harts.returnPc))
      return std::move(error);
    if (left.empty())
      return result;
    before = std::move(*result);
    // A round that gets no time ends as one that has used it up.
    if (limits.timeout)
      round.timeout = std::max<nanoseconds>(
          *limits.timeout - (std::chrono::steady_clock::now() - start),
          nanoseconds(1));
  }
}
