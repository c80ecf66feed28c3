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

using namespace llvm;
using namespace vmjit;

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

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
    Error error = object.takeError();
    GpuErrorSubject subject = {.kernel = program.name,
                               .place = getProgramPlace(error)};
    return makeGpuError(GpuErrorKind::KernelCompilationFailed,
                        toString(std::move(error)), std::move(subject));
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
                                object.getTargetName(), getSpelling())
                            .str(),
                        {.kernel = name});
  Expected<DriverLoad> load = loadImpl(object, **entry);
  if (!load)
    return makeLoadingError(name, load.takeError());
  auto loaded = std::make_shared<LoadedKernel>();
  loaded->device = shared_from_this();
  loaded->driver = std::move(load->kernel);
  loaded->entry = **entry;
  loaded->name = std::make_shared<const std::string>(name);
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
    return withKernel(execution.takeError(), entry.name);
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
  stream.queue->submit(kernel.kernel->name);
  return withKernel(state->launch(*kernel.kernel->driver, entry, checked.launch,
                                  *stream.stream),
                    entry.name);
}
