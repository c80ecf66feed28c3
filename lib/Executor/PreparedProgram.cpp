//===- PreparedProgram.cpp - Programs that are ready to run -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Executor/PreparedProgram.h"

#include "ProgramState.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace vmjit;

const vmir::Program &PreparedProgram::getProgram() const {
  return state->program;
}
EntryMode PreparedProgram::getMode() const { return state->mode; }
const HartStateLayout &PreparedProgram::getStateLayout() const {
  return state->getLayout();
}
std::shared_ptr<HostKernel> PreparedProgram::getHostKernel() const {
  return state->getHostKernel();
}
ArrayRef<StageTime> PreparedProgram::getTimes() const {
  return state->getTimes();
}

StoredFailure StoredFailure::take(Error error, FallbackReason reason) {
  StoredFailure failure;
  failure.code = getErrorCode(error);
  failure.place = getProgramPlace(error);
  failure.message = toString(std::move(error));
  failure.reason = reason;
  return failure;
}

KernelSlot &ProgramState::getSlot(const std::shared_ptr<GpuCompute> &device,
                                  bool isStoppable) {
  std::lock_guard lock(mutex);
  for (const std::unique_ptr<KernelSlot> &slot : slots)
    if (slot->device == device && slot->isStoppable == isStoppable)
      return *slot;
  return *slots.emplace_back(std::make_unique<KernelSlot>(device, isStoppable));
}

std::shared_ptr<HostKernel> ProgramState::getHostKernel() const {
  std::lock_guard lock(mutex);
  for (const std::unique_ptr<KernelSlot> &slot : slots) {
    bool isThere =
        !slot->isStoppable && slot->isLoaded.load(std::memory_order_acquire);
    if (auto kernel = isThere ? slot->kernel->getHostKernel() : nullptr)
      return kernel;
  }
  return nullptr;
}

size_t ProgramState::countLoaded() const {
  std::lock_guard lock(mutex);
  return count_if(slots, [](const std::unique_ptr<KernelSlot> &slot) {
    return slot->isLoaded.load(std::memory_order_relaxed);
  });
}

Error ProgramState::noteLoaded(const HartStateLayout &newLayout,
                               std::vector<StageTime> newTimes) {
  std::lock_guard lock(mutex);
  if (!hasLayout) {
    hasLayout = true;
    layout = newLayout;
    times = std::move(newTimes);
    return Error::success();
  }
  if (mode == EntryMode::Hart && !newLayout.hasWordsOf(layout))
    return makeError(ErrorCode::LoadingFailed,
                     "the code has other words in the state of harts than that "
                     "which was loaded before");
  return Error::success();
}
