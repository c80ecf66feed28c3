//===- Executor.cpp - Program and arguments in, results out -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Executor/Executor.h"

#include "Execution.h"
#include "HartRounds.h"
#include "KernelExecution.h"

using namespace llvm;
using namespace vmjit;

Executor::Executor(std::unique_ptr<ExecutorState> state)
    : state(std::move(state)) {}
Executor::~Executor() = default;

Expected<std::unique_ptr<Executor>>
Executor::create(ExecutorOptions options, ExecutorResources resources) {
  if (options.maxLoadedPrograms == 0)
    return makeError(ErrorCode::InvalidArgument,
                     "an executor keeps at least one program");
  if (options.timeout && options.timeout->count() < 0)
    return makeError(ErrorCode::InvalidArgument, "a timeout is not negative");
  if (!resources.devices && !resources.device)
    return makeError(ErrorCode::InvalidArgument,
                     "an executor needs a device or a device manager");
  return std::unique_ptr<Executor>(new Executor(std::make_unique<ExecutorState>(
      std::move(options), std::move(resources))));
}

const ExecutorOptions &Executor::getOptions() const { return state->options; }

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

static Error verifyMode(const vmir::Program &program, EntryMode mode) {
  if (mode == EntryMode::Kernel && !program.isKernelMode())
    return makeErrorf(ErrorCode::InvalidArgument,
                      "program '{0}' has no params, which kernel mode needs",
                      program.name);
  return Error::success();
}

Expected<PreparedProgram> Executor::prepare(const vmir::Program &program,
                                            std::optional<EntryMode> mode,
                                            const ExecutionRequest &request) {
  EntryMode wanted = mode.value_or(program.isKernelMode() ? EntryMode::Kernel
                                                          : EntryMode::Hart);
  if (Error error = verifyMode(program, wanted))
    return std::move(error);
  Expected<std::shared_ptr<ProgramState>> found =
      state->programs.get(program, wanted);
  if (!found)
    return found.takeError();
  Execution execution(*state, *found, request, {});
  Expected<ExecutionResult> result =
      execution.run([](Attempt &) { return Error::success(); });
  if (!result)
    return result.takeError();
  return PreparedProgram(std::move(*found));
}

//===----------------------------------------------------------------------===//
// Executions
//===----------------------------------------------------------------------===//

/// Counts a call that \p run makes, whatever comes of it. \p run gets the
/// variable for why the host took over.
template <class Run>
static Expected<ExecutionResult> count(StatisticsRecorder &statistics,
                                       Run run) {
  Stopwatch watch;
  statistics.add(statistics.executions);
  FallbackReason fallback = FallbackReason::None;
  Expected<ExecutionResult> result = run(fallback);
  if (fallback != FallbackReason::None)
    statistics.addFallback(fallback);
  if (result) {
    statistics.addSuccess(*result, watch.lap());
    return result;
  }
  Error error = result.takeError();
  statistics.add(statistics.failures);
  if (getErrorCode(error) == ErrorCode::Timeout)
    statistics.add(statistics.timeouts);
  return std::move(error);
}

/// Says in \p result which ops ended threads that compiled code does not have.
static void nameUnsupportedOps(KernelResult &result,
                               const vmir::Program &program) {
  for (ThreadFault &fault : result.faults) {
    auto block = find_if(program.blocks, [&](const vmir::Block &block) {
      return block.startPc == fault.exit.pc;
    });
    if (fault.exit.status != ExitStatus::Unsupported ||
        block == program.blocks.end() ||
        fault.exit.opIndex >= block->ops.size())
      continue;
    const vmir::Op &op = block->ops[fault.exit.opIndex];
    fault.op = vmir::describeOp(op);
    if (vmir::needsFloatEnvironment(op))
      fault.op += ", which only the interpreter has";
  }
}

static Expected<ExecutionResult>
executeKernel(ExecutorState &state,
              const std::shared_ptr<ProgramState> &program,
              const KernelRequest &request, FallbackReason &fallback) {
  if (program->mode != EntryMode::Kernel)
    return makeError(ErrorCode::InvalidArgument,
                     "the program is prepared for hart mode");
  if (Error error = verifyArguments(request.args, *program->program.params))
    return std::move(error);
  Execution execution(state, program, request.request,
                      ArgumentPlaces::of(request.args));
  Expected<ExecutionResult> result = execution.run([&](Attempt &attempt) {
    return KernelExecution(request, attempt).run();
  });
  fallback = execution.getFallback();
  if (result)
    nameUnsupportedOps(result->threads, program->program);
  return result;
}

Expected<ExecutionResult> Executor::execute(const PreparedProgram &program,
                                            const KernelRequest &request) {
  return count(state->statistics, [&](FallbackReason &fallback) {
    return executeKernel(*state, program.state, request, fallback);
  });
}

Expected<ExecutionResult> Executor::execute(const vmir::Program &program,
                                            const KernelRequest &request) {
  auto run = [&](FallbackReason &fallback) -> Expected<ExecutionResult> {
    if (Error error = verifyMode(program, EntryMode::Kernel))
      return std::move(error);
    Stopwatch watch;
    Expected<std::shared_ptr<ProgramState>> found =
        state->programs.get(program, EntryMode::Kernel);
    if (!found)
      return found.takeError();
    uint64_t nanoseconds = watch.lap();
    state->statistics.addStage(ExecutionStage::Lookup, nanoseconds);
    Expected<ExecutionResult> result =
        executeKernel(*state, std::move(*found), request, fallback);
    if (result)
      result->stageNanoseconds[static_cast<size_t>(ExecutionStage::Lookup)] =
          nanoseconds;
    return result;
  };
  return count(state->statistics, run);
}

Expected<ExecutionResult>
Executor::executeHarts(const PreparedProgram &program, HartStateArray &harts,
                       HartMemory &memory, uint64_t returnPc,
                       const ExecutionRequest &request) {
  auto run = [&](FallbackReason &fallback) -> Expected<ExecutionResult> {
    if (program.state->mode != EntryMode::Hart)
      return makeError(ErrorCode::InvalidArgument,
                       "the program is prepared for kernel mode");
    HartRun hartRun = {harts, memory, returnPc};
    if (Error error = verifyHartRun(hartRun, program.getStateLayout()))
      return std::move(error);
    return runHartsToEnd(*state, program.state, hartRun, request, fallback);
  };
  return count(state->statistics, run);
}

//===----------------------------------------------------------------------===//
// The rest
//===----------------------------------------------------------------------===//

void Executor::waitForBackground() { state->background.wait(); }

Expected<std::shared_ptr<GpuCompute>> Executor::getDevice() {
  return state->devices.getFirst();
}

void Executor::clear() { state->programs.clear(); }

ExecutorStatistics Executor::getStatistics() const {
  if (!state->statistics.isRecording())
    return {};
  ExecutorStatistics result = state->statistics.get();
  result.evictions = state->programs.getEvictionCount();
  result.loadedKernels = state->programs.countLoaded();
  if (!state->cache)
    return result;
  CodeCacheStatistics cache = state->cache->getStatistics();
  result.cacheLevels.push_back(
      {"memory", cache.memory.hits, cache.memory.misses});
  for (const CodeCacheStatistics::Level &level : cache.levels)
    result.cacheLevels.push_back(
        {level.name, level.counts.hits, level.counts.misses});
  return result;
}
