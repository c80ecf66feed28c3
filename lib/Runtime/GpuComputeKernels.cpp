//===- GpuComputeKernels.cpp - Kernels of a device --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Compiling, loading, unloading and launching.
//
//===----------------------------------------------------------------------===//

#include "GpuComputeState.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Regex.h"

using namespace llvm;
using namespace vmjit;

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

/// The place in the program that \p message names; empty if it names none.
/// Verifier and lowering name blocks and ops so.
static std::string findPlace(StringRef message) {
  SmallVector<StringRef> matches;
  Regex place("block 0x[0-9a-f]+([,:] (op [0-9]+|terminator))?");
  return place.match(message, &matches) ? matches.front().str() : "";
}

Expected<GpuKernel> GpuCompute::compileKernel(ProgramCompiler &compiler,
                                              const vmir::Program &program,
                                              CompileOptions options) {
  if (Error error = state->prepare())
    return std::move(error);
  Expected<TargetSpec> target = getTargetImpl();
  if (!target)
    return toGpuError(target.takeError());
  options.target = std::move(*target);
  Expected<CodeObject> object = compiler.compile(program, options);
  if (!object) {
    std::string message = toString(object.takeError());
    return makeGpuError(GpuErrorKind::KernelCompilationFailed, message,
                        {.kernel = program.name, .place = findPlace(message)});
  }
  return loadKernel(*object);
}

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

static Expected<const Entry *> findEntry(const CodeObject &object,
                                         StringRef name) {
  if (name.empty() && object.entries.size() == 1)
    return &object.entries.front();
  const Entry *entry = object.findEntry(name);
  if (!entry)
    return invalidArgument("the code object has no entry '{0}'", name);
  return entry;
}

/// What \p driver says, and \p compiler where it says nothing.
static ResourceUse mergeResources(const ResourceUse &compiler,
                                  const ResourceUse &driver) {
  auto either = [](const auto &first, const auto &second) {
    return first ? first : second;
  };
  return {either(driver.registers, compiler.registers),
          either(driver.scalarRegisters, compiler.scalarRegisters),
          either(driver.spilledRegisters, compiler.spilledRegisters),
          either(driver.staticSharedBytes, compiler.staticSharedBytes),
          either(driver.stackBytes, compiler.stackBytes),
          either(driver.frameBytes, compiler.frameBytes)};
}

/// \p error as a KernelLoadingFailed, unless it is of a kind that says more.
static Error makeLoadingError(StringRef kernel, Error error) {
  GpuError cause = takeGpuError(std::move(error));
  if (cause.getKind() != GpuErrorKind::Other &&
      cause.getKind() != GpuErrorKind::InvalidArgument)
    return make_error<GpuError>(std::move(cause));
  return makeGpuError(GpuErrorKind::KernelLoadingFailed, cause.getMessage(),
                      {.kernel = kernel.str()});
}

Expected<GpuKernel>
GpuCompute::loadKernel(const CodeObject &object, StringRef entryName,
                       std::optional<CodeObject> *compiled) {
  if (Error error = state->prepare())
    return std::move(error);
  state->dropRetired();
  Expected<const Entry *> entry = findEntry(object, entryName);
  if (!entry)
    return entry.takeError();
  const std::string &name = (*entry)->name;
  if (Error error = object.verify())
    return makeLoadingError(name, std::move(error));
  Expected<TargetSpec> target = getTargetImpl();
  if (!target)
    return toGpuError(target.takeError());
  if (object.target != target->kind)
    return makeGpuError(GpuErrorKind::KernelLoadingFailed,
                        formatv("code for {0} cannot run on {1}",
                                object.getTargetName(), state->getSpelling())
                            .str(),
                        {.kernel = name});
  Expected<DriverLoad> load = loadImpl(object, **entry);
  if (!load)
    return makeLoadingError(name, load.takeError());
  auto loaded = std::make_shared<LoadedKernel>();
  loaded->device = shared_from_this();
  loaded->driver = std::move(load->kernel);
  loaded->entry = **entry;
  loaded->entry.resources =
      mergeResources(loaded->entry.resources, load->resources);
  loaded->targetName = object.getTargetName();
  loaded->stateLayout = object.stateLayout;
  if (compiled)
    *compiled = std::move(load->compiled);
  return GpuKernel(std::move(loaded));
}

void GpuCompute::State::retire(std::unique_ptr<DriverKernel> kernel) {
  uint64_t stamp = SubmissionTracker::getStamp();
  if (tracker.isDone(stamp))
    return;
  std::lock_guard lock(mutex);
  retired.push_back({std::move(kernel), stamp});
}

void GpuCompute::State::dropRetired() {
  // Unloaded when nothing is locked.
  SmallVector<Retired> unused;
  std::lock_guard lock(mutex);
  erase_if(retired, [&](Retired &code) {
    if (!tracker.isDone(code.stamp))
      return false;
    unused.push_back(std::move(code));
    return true;
  });
}

//===----------------------------------------------------------------------===//
// Launching
//===----------------------------------------------------------------------===//

namespace {
/// A launch as the driver gets it. Refers to the arguments.
struct CheckedLaunch {
  CheckedLaunch(const Entry &entry, const LaunchConfig &config,
                ArrayRef<GpuArg> args) {
    for (const GpuArg &arg : args)
      values.push_back(const_cast<uint64_t *>(&arg.getBits()));
    launch.grid = config.grid;
    launch.block = config.block;
    launch.sharedBytes = entry.getLaunchSharedBytes(config.dynamicSharedBytes);
    launch.args = values;
    if (!config.control)
      return;
    launch.hostControl =
        static_cast<vmjit_control *>(config.control->getHostPointer());
    // In hart mode the launch record has it.
    if (entry.mode == EntryMode::Kernel)
      launch.control = config.control->getAddress();
  }
  CheckedLaunch(const CheckedLaunch &) = delete;
  CheckedLaunch &operator=(const CheckedLaunch &) = delete;

  DriverLaunch launch;
  SmallVector<void *, 16> values;
};
} // namespace

/// \p error as a KernelExecutionFailed, unless it is of a kind that says more.
static Error makeExecutionError(StringRef kernel, Error error) {
  GpuError cause = takeGpuError(std::move(error));
  if (cause.getKind() != GpuErrorKind::Other)
    return make_error<GpuError>(std::move(cause));
  return makeGpuError(GpuErrorKind::KernelExecutionFailed, cause.getMessage(),
                      {.kernel = kernel.str()});
}

static Error makeTimeoutError(StringRef kernel,
                              std::chrono::nanoseconds timeout, bool hasControl,
                              bool isUnfinished) {
  // What has begun and cannot be stopped is unfinished.
  StringRef what =
      isUnfinished ? hasControl ? "it does not stop" : "it cannot be stopped"
      : hasControl ? "it was stopped"
                   : "it had not begun";
  return makeGpuError(GpuErrorKind::Timeout,
                      "not done after " + describe(timeout) + "; " + what,
                      {.kernel = kernel.str()});
}

Expected<GpuExecutionResult>
GpuCompute::executeKernel(const GpuKernel &kernel, const LaunchConfig &config,
                          ArrayRef<GpuArg> args,
                          std::optional<std::chrono::nanoseconds> timeout) {
  if (Error error = state->prepare())
    return std::move(error);
  if (Error error = state->verifyLaunch(kernel, config, args))
    return std::move(error);
  const Entry &entry = kernel.getEntry();
  CheckedLaunch checked(entry, config, args);
  std::shared_ptr<SubmissionQueue> queue = state->takeQueue();
  queue->submit();
  Expected<DriverExecution> execution =
      executeImpl(*kernel.kernel->driver, entry, checked.launch, timeout);
  if (execution && execution->unfinished) {
    std::lock_guard lock(state->mutex);
    state->unfinished.push_back(
        {std::move(execution->unfinished), std::move(queue)});
    state->mayBeUnfinished = true;
    return makeTimeoutError(entry.name, *timeout, config.control != nullptr,
                            /*isUnfinished=*/true);
  }
  state->giveBack(std::move(queue));
  if (!execution)
    return makeExecutionError(entry.name, execution.takeError());
  if (execution->isTimedOut)
    return makeTimeoutError(entry.name, *timeout, config.control != nullptr,
                            /*isUnfinished=*/false);
  return GpuExecutionResult{execution->deviceNanoseconds};
}

Error GpuCompute::launchKernel(GpuStream &stream, const GpuKernel &kernel,
                               const LaunchConfig &config,
                               ArrayRef<GpuArg> args) {
  if (Error error = state->prepareStream(stream))
    return error;
  if (Error error = state->verifyLaunch(kernel, config, args))
    return error;
  const Entry &entry = kernel.getEntry();
  CheckedLaunch checked(entry, config, args);
  stream.queue->submit();
  Error error = state->launch(*kernel.kernel->driver, entry, checked.launch,
                              *stream.stream);
  return error ? makeExecutionError(entry.name, std::move(error))
               : Error::success();
}
