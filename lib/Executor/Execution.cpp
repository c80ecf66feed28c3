//===- Execution.cpp - One call of an executor ------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Execution.h"

#include "vmjit/ABI/Control.h"
#include "vmjit/Support/Log.h"

using namespace llvm;
using namespace vmjit;

ArgumentPlaces ArgumentPlaces::of(ArrayRef<ExecutorArg> args) {
  ArgumentPlaces places;
  for (const ExecutorArg &arg : args) {
    if (arg.getKind() == ExecutorArgKind::Buffer)
      places.device = arg.getBuffer().getDevice()->shared_from_this();
    else if (arg.getKind() == ExecutorArgKind::Value)
      places.haveRawAddresses |=
          arg.getValue().getKind() == GpuArgKind::Buffer ||
          arg.getValue().getKind() == GpuArgKind::RawPointer;
  }
  return places;
}

ExecutionLimits vmjit::getLimits(const ExecutorOptions &options,
                                 const ExecutionRequest &request) {
  ExecutionLimits limits;
  limits.timeout = request.timeout ? request.timeout : options.timeout;
  if (limits.timeout && *limits.timeout <= std::chrono::nanoseconds(0))
    limits.timeout.reset();
  limits.stepBudget =
      request.stepBudget ? request.stepBudget : options.stepBudget;
  if (limits.stepBudget == VMJIT_UNLIMITED_STEPS)
    limits.stepBudget.reset();
  return limits;
}

Execution::Execution(ExecutorState &executor,
                     std::shared_ptr<ProgramState> program,
                     const ExecutionRequest &request, ArgumentPlaces places)
    : executor(executor), program(std::move(program)), request(request),
      places(std::move(places)), limits(getLimits(executor.options, request)) {}

Expected<ExecutionResult> Execution::run(Body body) {
  Error error = runFirst(body);
  if (error) {
    std::string message;
    if (Error final = verifyCanTakeOver(std::move(error), message))
      return std::move(final);
    if (Error failure = takeOver(std::move(message), body))
      return std::move(failure);
  }
  return std::move(result);
}

Expected<std::shared_ptr<GpuCompute>> Execution::chooseDevice() {
  if (places.device) {
    if (request.device && request.device != places.device)
      return makeError(ErrorCode::InvalidArgument,
                       "buffers are on another device than the one that is to "
                       "run the program");
    return places.device;
  }
  if (request.device)
    return request.device;
  return executor.devices.getFirst();
}

Error Execution::runFirst(Body body) {
  progress = FallbackReason::NoDevice;
  mayFallBack = executor.options.cpuFallback && !places.haveRawAddresses;
  Expected<std::shared_ptr<GpuCompute>> device = chooseDevice();
  if (!device)
    return device.takeError();
  bool isHost = (*device)->getType() == DeviceType::Host;
  if (isHost)
    mayFallBack = false;
  if (executor.options.asyncCompile && !isHost && !places.haveRawAddresses) {
    KernelSlot &slot = program->getSlot(*device, limits.needStoppableCode());
    if (!slot.isLoaded.load(std::memory_order_acquire)) {
      if (auto failure = executor.background.request(program, slot)) {
        progress = failure->reason;
        return failure->makeError();
      }
      progress = FallbackReason::Compiling;
      return makeError(ErrorCode::Other, "it will be used when it is ready");
    }
  }
  return runOn(*device, body);
}

Error Execution::runOn(const std::shared_ptr<GpuCompute> &device, Body body) {
  StatisticsRecorder &statistics = executor.statistics;
  KernelSlot &slot = program->getSlot(device, limits.needStoppableCode());
  result.device = device;
  bool isLoaded = slot.isLoaded.load(std::memory_order_acquire);
  statistics.add(isLoaded ? statistics.loadedHits : statistics.loadedMisses);
  if (!isLoaded) {
    KernelOrigin origin;
    Error error = executor.loader.load(*program, slot, origin, progress);
    statistics.addOrigin(origin.compileNanoseconds, origin.loadNanoseconds);
    if (error)
      return error;
    auto time = [&](ExecutionStage stage) -> uint64_t & {
      return result.stageNanoseconds[static_cast<size_t>(stage)];
    };
    time(ExecutionStage::Compile) = origin.compileNanoseconds;
    time(ExecutionStage::Load) = origin.loadNanoseconds;
    result.source = origin.source;
    result.cacheLevel = std::move(origin.cacheLevel);
    result.compileStages = std::move(origin.compileStages);
  }
  Attempt attempt = {.slot = slot,
                     .limits = limits,
                     .mayFallBack = mayFallBack,
                     .controls = executor.controls,
                     .statistics = statistics,
                     .result = result};
  Error error = body(attempt);
  progress = attempt.progress;
  wasLaunched = attempt.wasLaunched;
  return error;
}

/// Errors that another device would not cure, or is not to cure.
static bool isFinal(ErrorCode code) {
  switch (code) {
  case ErrorCode::InvalidArgument:
  case ErrorCode::InvalidProgram:
  case ErrorCode::Timeout:
  case ErrorCode::CacheMiss:
  case ErrorCode::CacheMismatch:
    return true;
  case ErrorCode::ParseError:
  case ErrorCode::Unsupported:
  case ErrorCode::CompilationFailed:
  case ErrorCode::LoadingFailed:
  case ErrorCode::ExecutionFailed:
  case ErrorCode::OutOfMemory:
  case ErrorCode::DeviceUnavailable:
  case ErrorCode::Io:
  case ErrorCode::Other:
    return false;
  }
  llvm_unreachable("every code is handled");
}

Error Execution::verifyCanTakeOver(Error failure, std::string &message) {
  bool isCompiling = progress == FallbackReason::Compiling;
  if (!isCompiling) {
    if (isFinal(getErrorCode(failure)))
      return failure;
    if (executor.options.cpuFallback && places.haveRawAddresses)
      return withContext(std::move(failure),
                         "the host does not take over, as an argument is an "
                         "address on the device");
    if (!mayFallBack)
      return failure;
    if (wasLaunched && places.device)
      return withContext(std::move(failure),
                         "the host does not take over, as buffers on the "
                         "device may be half written");
  }
  message = toString(std::move(failure));
  return Error::success();
}

Error Execution::takeOver(std::string message, Body body) {
  fallback = progress;
  logMessagef(fallback == FallbackReason::Compiling ? LogLevel::Debug
                                                    : LogLevel::Info,
              "The host runs '{0}': {1}: {2}.", program->program.name,
              getFallbackReasonText(fallback), message);
  Expected<std::shared_ptr<GpuCompute>> host = executor.devices.getHost();
  if (!host)
    return withContext(host.takeError(),
                       getFallbackReasonText(fallback) + " (" + message + ")");
  result = {};
  mayFallBack = false;
  if (Error error = runOn(*host, body)) {
    // What no device would have cured has nothing to do with missing ones.
    if (fallback == FallbackReason::NoDevice && isFinal(getErrorCode(error)))
      return error;
    return withContext(std::move(error), "on the host, as " +
                                             getFallbackReasonText(fallback) +
                                             " (" + message + ")");
  }
  result.fallback = fallback;
  result.fallbackMessage = std::move(message);
  return Error::success();
}
