//===- StatisticsRecorder.h - Counting what an executor does ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Counters that many threads add to at once without waiting for each other.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_EXECUTOR_STATISTICSRECORDER_H
#define VMJIT_LIB_EXECUTOR_STATISTICSRECORDER_H

#include "vmjit/Executor/ExecutorStatistics.h"

#include <atomic>
#include <mutex>

namespace vmjit {

/// A LatencyStatistics that many threads add to.
class LatencyRecorder {
public:
  void add(uint64_t nanoseconds);
  LatencyStatistics get() const;

private:
  std::atomic<uint64_t> total = 0;
  std::atomic<uint64_t> min = UINT64_MAX;
  std::atomic<uint64_t> max = 0;
  std::array<std::atomic<uint64_t>, LatencyStatistics::kBucketCount> buckets =
      {};
};

/// The counters of ExecutorStatistics that are not kept elsewhere. Does nothing
/// if it is off. All functions may be called from any thread.
class StatisticsRecorder {
public:
  using Counter = std::atomic<uint64_t>;

  explicit StatisticsRecorder(bool isOn) : isOn(isOn) {}

  bool isRecording() const { return isOn; }
  void add(Counter &counter) {
    if (isOn)
      counter.fetch_add(1, std::memory_order_relaxed);
  }
  void addFallback(FallbackReason reason) {
    add(fallbacks[static_cast<size_t>(reason)]);
  }
  /// A successful execution that took \p hostNanoseconds.
  void addSuccess(const ExecutionResult &result, uint64_t hostNanoseconds);
  void addStage(ExecutionStage stage, uint64_t nanoseconds) {
    if (isOn)
      stages[static_cast<size_t>(stage)].add(nanoseconds);
  }
  /// What getting code took; 0 for what was not done.
  void addOrigin(uint64_t compileNanoseconds, uint64_t loadNanoseconds);
  void addCompilerStages(llvm::ArrayRef<StageTime> times);
  /// All but what is known elsewhere.
  ExecutorStatistics get() const;

  Counter executions = 0;
  Counter failures = 0;
  Counter timeouts = 0;
  Counter compilations = 0;
  Counter failedCompilations = 0;
  Counter failedBackgroundCompilations = 0;
  Counter loads = 0;
  /// Executions whose code was loaded, or was not.
  Counter loadedHits = 0;
  Counter loadedMisses = 0;

private:
  const bool isOn;
  Counter successes = 0;
  Counter deviceNanoseconds = 0;
  Counter hostNanoseconds = 0;
  std::array<Counter, kFallbackReasonCount> fallbacks = {};
  std::array<LatencyRecorder, kExecutionStageCount> stages;
  mutable std::mutex compilerMutex;
  std::vector<std::pair<std::string, LatencyStatistics>> compilerStages;
};

} // namespace vmjit

#endif // VMJIT_LIB_EXECUTOR_STATISTICSRECORDER_H
