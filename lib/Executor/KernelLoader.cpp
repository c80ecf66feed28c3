//===- KernelLoader.cpp - Getting code onto devices -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelLoader.h"

#include "StageClock.h"

#include "vmjit/Cache/CompileKey.h"
#include "vmjit/Support/EnvOptions.h"
#include "vmjit/Support/Log.h"

using namespace llvm;
using namespace vmjit;

/// What is being loaded.
struct KernelLoader::Request {
  const ProgramState &program;
  const KernelSlot &slot;
  const GpuDeviceInfo &info;
  CompileOptions options;
  /// None without a cache.
  std::optional<CacheKey> key;

  GpuCompute &getDevice() const { return *slot.device; }
  std::string describe() const {
    return formatv("'{0}' for {1} ({2} mode)", program.program.name,
                   info.getSpelling(), getEntryModeName(program.mode));
  }
};

/// Callers' mistakes have been found by now: what is invalid is the device's
/// target or its code, with which the host may fare better.
static Error blameDevice(Error error, ErrorCode code) {
  if (getErrorCode(error) != ErrorCode::InvalidArgument)
    return error;
  return makeError(code, toString(std::move(error)));
}

/// Whether compiling once more would fail in the same way.
static bool isLasting(ErrorCode code) {
  return code == ErrorCode::InvalidProgram || code == ErrorCode::Unsupported ||
         code == ErrorCode::CompilationFailed;
}

Error KernelLoader::load(ProgramState &program, KernelSlot &slot,
                         KernelOrigin &origin, Progress &progress) {
  std::lock_guard lock(slot.mutex);
  // Another thread may have had the lock.
  if (slot.isLoaded.load(std::memory_order_relaxed))
    return Error::success();
  if (slot.lastingFailure) {
    progress = slot.lastingFailure->reason;
    return slot.lastingFailure->makeError();
  }
  Error error = loadLocked(program, slot, origin, progress);
  if (error && progress == Progress::Compilation &&
      isLasting(getErrorCode(error))) {
    slot.lastingFailure = StoredFailure::take(std::move(error), progress);
    return slot.lastingFailure->makeError();
  }
  return error;
}

Error KernelLoader::loadLocked(ProgramState &program, KernelSlot &slot,
                               KernelOrigin &origin, Progress &progress) {
  progress = Progress::Initialization;
  if (Error error = slot.device->initialize())
    return error;
  Expected<GpuDeviceInfo> info = slot.device->deviceInfo();
  if (!info)
    return info.takeError();
  progress = Progress::Compilation;
  Request request = {program, slot, *info, {}, std::nullopt};
  Expected<CompileOptions> options = resolve(request);
  if (!options)
    return blameDevice(options.takeError(), ErrorCode::CompilationFailed);
  request.options = std::move(*options);
  if (cache) {
    // Hashing a program takes long enough to do it once.
    if (!slot.key) {
      CompileKeyContext context;
      context.switches = getCodeChangingEnvironment();
      slot.key = makeCompileKey(program.program, request.options, context);
    }
    request.key = slot.key;
  }
  Expected<GpuKernel> kernel = getKernel(request, origin, progress);
  if (!kernel)
    return kernel.takeError();
  std::vector<StageTime> times = origin.compileStages;
  if (origin.source == ExecutionSource::Cache)
    times.push_back({"cache", origin.compileNanoseconds});
  times.push_back({"load", origin.loadNanoseconds});
  if (Error error =
          program.noteLoaded(kernel->getStateLayout(), std::move(times)))
    return error;
  slot.sharesHostMemory = info->sharesHostMemory;
  slot.kernel = std::move(*kernel);
  slot.isLoaded.store(true, std::memory_order_release);
  statistics.add(statistics.loads);
  return Error::success();
}

Expected<CompileOptions> KernelLoader::resolve(const Request &request) {
  Expected<TargetSpec> target = request.getDevice().getTarget();
  if (!target)
    return target.takeError();
  CompileOptions options;
  options.target = std::move(*target);
  options.optLevel = optLevel;
  options.mode = request.program.mode;
  options.stoppable = request.slot.isStoppable;
  if (compiler)
    return compiler->resolve(request.program.program, options);
  options.target.resolveNative();
  return options;
}

/// What the driver's own code depends on, besides what it was made of.
static std::string describeDriver(const GpuDeviceInfo &info) {
  ComputeCapability chip = info.computeCapability.value_or(ComputeCapability());
  return formatv("{0} {1}, {2}.{3}", getDeviceTypeName(info.type),
                 info.driverVersion, chip.major, chip.minor);
}

Expected<GpuKernel> KernelLoader::getKernel(const Request &request,
                                            KernelOrigin &origin,
                                            Progress &progress) {
  // What the driver made of PTX is loaded much faster than PTX.
  std::optional<CacheKey> driverKey;
  if (request.key &&
      getPayloadKind(request.options.target.kind) == PayloadKind::PTX) {
    driverKey = request.key->with("driver-code", describeDriver(request.info));
    if (auto kernel = loadDriverCode(*driverKey, request, origin))
      return std::move(*kernel);
  }
  StageClock compileClock(origin.compileNanoseconds);
  Expected<std::shared_ptr<const CodeObject>> object =
      getObject(request, origin);
  compileClock.stop();
  if (!object)
    return blameDevice(object.takeError(), ErrorCode::CompilationFailed);

  progress = Progress::Loading;
  StageClock loadClock(origin.loadNanoseconds);
  std::optional<CodeObject> compiled;
  Expected<GpuKernel> kernel =
      request.getDevice().loadKernel(**object, "", &compiled);
  loadClock.stop();
  if (!kernel)
    return blameDevice(kernel.takeError(), ErrorCode::LoadingFailed);
  if (driverKey && compiled)
    if (Error error = cache->store(*driverKey, std::move(*compiled)))
      logMessagef(LogLevel::Warning,
                  "The driver's code of {0} is not kept: {1}.",
                  request.describe(), toString(std::move(error)));
  return kernel;
}

/// None if there is no such code, or the driver does not want it any more.
std::optional<GpuKernel> KernelLoader::loadDriverCode(const CacheKey &key,
                                                      const Request &request,
                                                      KernelOrigin &origin) {
  StageClock compileClock(origin.compileNanoseconds);
  std::optional<CodeCacheResult> found = cache->lookup(key);
  compileClock.stop();
  if (!found)
    return std::nullopt;
  StageClock loadClock(origin.loadNanoseconds);
  Expected<GpuKernel> kernel = request.getDevice().loadKernel(*found->object);
  loadClock.stop();
  if (!kernel) {
    logMessagef(LogLevel::Warning,
                "The driver does not load its own code of {0}: {1}.",
                request.describe(), toString(kernel.takeError()));
    cache->remove(key);
    return std::nullopt;
  }
  origin.source = ExecutionSource::Cache;
  origin.cacheLevel = found->sourceName.str();
  return std::move(*kernel);
}

Expected<std::shared_ptr<const CodeObject>>
KernelLoader::getObject(const Request &request, KernelOrigin &origin) {
  origin.source = ExecutionSource::Compiled;
  if (!request.key) {
    Expected<CodeObject> object = compile(request, origin);
    if (!object)
      return object.takeError();
    return std::make_shared<CodeObject>(std::move(*object));
  }
  Expected<CodeCacheResult> result = cache->getOrCompile(
      *request.key, [&] { return compile(request, origin); });
  if (!result)
    return result.takeError();
  switch (result->source) {
  case CodeSource::Memory:
  case CodeSource::Level:
    origin.source = ExecutionSource::Cache;
    origin.cacheLevel = result->sourceName.str();
    break;
  case CodeSource::Compiled:
  case CodeSource::OtherThread:
    break;
  }
  return std::move(result->object);
}

Expected<CodeObject> KernelLoader::compile(const Request &request,
                                           KernelOrigin &origin) {
  if (!compiler)
    return makeErrorf(ErrorCode::CacheMiss,
                      "there is no code of {0}, and no compiler",
                      request.describe());
  statistics.add(statistics.compilations);
  uint64_t nanoseconds = 0;
  StageClock clock(nanoseconds);
  Expected<CodeObject> object = compiler->compile(
      request.program.program, request.options, &origin.compileStages);
  clock.stop();
  if (!object) {
    statistics.add(statistics.failedCompilations);
    return object.takeError();
  }
  statistics.addCompilerStages(origin.compileStages);
  logMessagef(LogLevel::Debug, "Compiled {0} in {1} us.", request.describe(),
              nanoseconds / 1000);
  return object;
}
