//===- BackgroundCompiler.cpp - Getting code while the host runs -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BackgroundCompiler.h"

#include "vmjit/Support/Log.h"

using namespace llvm;
using namespace vmjit;

BackgroundCompiler::~BackgroundCompiler() {
  isStopping = true;
  wait();
}

void BackgroundCompiler::wait() {
  StdThreadPool *pool;
  {
    std::lock_guard lock(mutex);
    pool = threads.get();
  }
  if (pool)
    pool->wait();
}

std::optional<StoredFailure>
BackgroundCompiler::request(std::shared_ptr<ProgramState> program,
                            KernelSlot &slot) {
  {
    std::lock_guard lock(slot.backgroundMutex);
    if (slot.backgroundFailure)
      return std::exchange(slot.backgroundFailure, std::nullopt);
    if (slot.isScheduled)
      return std::nullopt;
    slot.isScheduled = true;
  }
  std::lock_guard lock(mutex);
  if (!threads)
    threads = std::make_unique<StdThreadPool>(hardware_concurrency(1));
  // The slot lives as long as the program.
  threads->async([this, program = std::move(program), &slot] {
    if (!isStopping)
      load(*program, slot);
  });
  return std::nullopt;
}

void BackgroundCompiler::load(ProgramState &program, KernelSlot &slot) {
  KernelOrigin origin;
  auto progress = Progress::Compilation;
  Error error = loader.load(program, slot, origin, progress);
  statistics.addOrigin(origin.compileNanoseconds, origin.loadNanoseconds);
  std::lock_guard lock(slot.backgroundMutex);
  slot.isScheduled = false;
  if (!error)
    return;
  statistics.add(statistics.failedBackgroundCompilations);
  slot.backgroundFailure = StoredFailure::take(std::move(error), progress);
  logMessagef(LogLevel::Warning,
              "Getting code for '{0}' in the background failed: {1}.",
              program.program.name, slot.backgroundFailure->message);
}
