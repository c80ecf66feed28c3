//===- GpuCompute.cpp - A device --------------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Initialization, what a device is, and its end.
//
//===----------------------------------------------------------------------===//

#include "GpuComputeState.h"

using namespace llvm;
using namespace vmjit;

GpuCompute::GpuCompute(DeviceType type, unsigned index)
    : type(type), index(index), state(std::make_unique<State>(*this)) {}

GpuCompute::~GpuCompute() {
  assert(state->isClosed && "a driver's destructor has to call close()");
}

//===----------------------------------------------------------------------===//
// Readiness
//===----------------------------------------------------------------------===//

/// \p error as a DeviceInitializationFailed.
static GpuError makeInitializationError(DeviceType type, Error error) {
  GpuError cause = takeGpuError(std::move(error));
  if (cause.getKind() == GpuErrorKind::DeviceInitializationFailed)
    return cause;
  std::optional<DriverStatus> driver;
  if (const DriverStatus *status = cause.getDriverStatus())
    driver = *status;
  return GpuError(GpuErrorKind::DeviceInitializationFailed,
                  driver ? cause.getReason() : cause.getMessage(),
                  {.deviceType = type}, std::move(driver));
}

Error GpuCompute::initialize() {
  if (state->readiness == State::Readiness::Ready)
    return Error::success();
  std::lock_guard lock(state->initializeMutex);
  if (state->readiness == State::Readiness::Ready)
    return Error::success();
  if (state->readiness == State::Readiness::Failed)
    return make_error<GpuError>(*state->initializeError);
  Error error = initializeImpl();
  if (!error) {
    Expected<GpuDeviceInfo> info = queryInfoImpl();
    if (info)
      state->info = std::move(*info);
    else
      error = info.takeError();
  }
  if (error) {
    state->initializeError = makeInitializationError(type, std::move(error));
    state->readiness = State::Readiness::Failed;
    return make_error<GpuError>(*state->initializeError);
  }
  state->info.type = type;
  state->info.index = index;
  SmallVector<PooledMemory> none;
  if (Expected<GpuMemoryInfo> memory = queryMemoryImpl())
    state->pool.setLimit(memory->totalBytes / 4, none);
  else
    consumeError(memory.takeError());
  state->readiness = State::Readiness::Ready;
  return Error::success();
}

bool GpuCompute::State::hasUnfinishedWork() {
  if (!mayBeUnfinished)
    return false;
  // Destroyed when nothing is locked.
  SmallVector<Unfinished> done;
  std::lock_guard lock(mutex);
  for (auto it = unfinished.begin(); it != unfinished.end();) {
    if (!it->work->isDone()) {
      ++it;
      continue;
    }
    it->queue->finish(it->queue->getLast());
    idleQueues.push_back(it->queue);
    done.push_back(std::move(*it));
    it = unfinished.erase(it);
  }
  mayBeUnfinished = !unfinished.empty();
  return mayBeUnfinished;
}

Error GpuCompute::State::prepare() {
  if (readiness != Readiness::Ready)
    if (Error error = device.initialize())
      return error;
  if (device.isLost)
    return makeGpuError(GpuErrorKind::NoDeviceAvailable,
                        device.getSpelling() +
                            " was lost by an earlier failure");
  if (hasUnfinishedWork())
    return makeGpuError(GpuErrorKind::NoDeviceAvailable,
                        device.getSpelling() +
                            " is lost to a kernel that does not "
                            "end");
  return Error::success();
}

bool GpuCompute::isAvailable() {
  Error error = state->prepare();
  bool isReady = !error;
  consumeError(std::move(error));
  return isReady;
}

Expected<GpuDeviceInfo> GpuCompute::deviceInfo() {
  if (Error error = initialize())
    return std::move(error);
  GpuDeviceInfo info = state->info;
  Expected<GpuMemoryInfo> memory = queryMemoryImpl();
  if (!memory)
    return toGpuError(memory.takeError());
  info.memory = *memory;
  return info;
}

Expected<TargetSpec> GpuCompute::getTarget() {
  if (Error error = initialize())
    return std::move(error);
  return getTargetImpl();
}

//===----------------------------------------------------------------------===//
// Waiting
//===----------------------------------------------------------------------===//

void GpuCompute::State::keepError(Error error) {
  if (!error)
    return;
  GpuError kept = takeGpuError(std::move(error));
  std::lock_guard lock(mutex);
  if (!keptError)
    keptError = std::move(kept);
}

Error GpuCompute::State::waitForAll() {
  SmallVector<SubmissionTracker::Position> positions = tracker.getPositions();
  Error error = device.synchronizeImpl();
  std::string kernels;
  for (auto &[queue, submission] : positions) {
    std::string names = error ? queue->getPendingKernels(submission) : "";
    if (!names.empty())
      kernels += (kernels.empty() ? "" : ", ") + names;
    // Work that failed is over, too.
    queue->finish(submission);
  }
  return nameKernels(std::move(error), kernels);
}

Error GpuCompute::synchronize() {
  if (Error error = state->prepare())
    return error;
  state->keepError(state->waitForAll());
  state->dropRetired();
  std::optional<GpuError> kept;
  {
    std::lock_guard lock(state->mutex);
    std::swap(kept, state->keptError);
  }
  return kept ? make_error<GpuError>(std::move(*kept)) : Error::success();
}

//===----------------------------------------------------------------------===//
// The end
//===----------------------------------------------------------------------===//

void GpuCompute::close() {
  state->isClosed = true;
  if (state->readiness != State::Readiness::Ready)
    return;
  // Streams and buffers keep the device alive, so that the only work there can
  // be is that of executions which do not end.
  bool isBusy = state->hasUnfinishedWork();
  SmallVector<PooledMemory> memory;
  state->pool.drainAll(memory);
  state->idleLanes.clear();
  if (isBusy) {
    // It may use this memory and code as long as the process lives.
    for (State::Unfinished &unfinished : state->unfinished)
      (void)unfinished.work.release();
    for (State::Retired &retired : state->retired)
      (void)retired.kernel.release();
    return;
  }
  state->retired.clear();
  consumeError(state->returnToDriver(memory));
}
