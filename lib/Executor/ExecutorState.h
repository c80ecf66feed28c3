//===- ExecutorState.h - The parts of an executor ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_EXECUTOR_EXECUTORSTATE_H
#define VMJIT_LIB_EXECUTOR_EXECUTORSTATE_H

#include "BackgroundCompiler.h"
#include "ControlBlocks.h"
#include "DeviceChoice.h"
#include "ProgramTable.h"

namespace vmjit {

/// Each part can be used from any thread.
struct ExecutorState {
  ExecutorState(ExecutorOptions options, ExecutorResources resources)
      : options(std::move(options)),
        cache(this->options.useCache ? std::move(resources.cache) : nullptr),
        devices(this->options.device, resources),
        statistics(this->options.monitoring),
        programs(this->options.maxLoadedPrograms),
        loader(this->options.optLevel, std::move(resources.compiler), cache,
               statistics),
        background(loader, statistics) {}

  const ExecutorOptions options;
  /// Null if there is none.
  const std::shared_ptr<CodeCache> cache;
  DeviceChoice devices;
  StatisticsRecorder statistics;
  ControlBlocks controls;
  ProgramTable programs;
  KernelLoader loader;
  /// The last one: it works with the others until it is destroyed.
  BackgroundCompiler background;
};

} // namespace vmjit

#endif // VMJIT_LIB_EXECUTOR_EXECUTORSTATE_H
