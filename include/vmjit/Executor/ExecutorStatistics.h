//===- ExecutorStatistics.h - What an executor has done ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// A snapshot of the counters of an executor, as values, as text for people, and
// as JSON whose keys are always in the same order.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_EXECUTOR_EXECUTORSTATISTICS_H
#define VMJIT_EXECUTOR_EXECUTORSTATISTICS_H

#include "vmjit/Executor/ExecutionResult.h"

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace vmjit {

/// How long something took, over all times that it was done.
struct LatencyStatistics {
  uint64_t count = 0;
  uint64_t totalNanoseconds = 0;
  /// 0 if count is.
  uint64_t minNanoseconds = 0;
  uint64_t maxNanoseconds = 0;
  /// Index i counts those of less than 2^i and at least 2^(i-1) nanoseconds;
  /// the last one all that took longer.
  static constexpr size_t kBucketCount = 40;
  std::array<uint64_t, kBucketCount> buckets = {};

  double getMeanNanoseconds() const;
  /// Which time \p percent of 100 did not exceed, to a factor of two, but never
  /// more than the maximum.
  uint64_t getPercentileNanoseconds(double percent) const;
  void add(uint64_t nanoseconds);
  /// The index of the bucket that counts \p nanoseconds.
  static size_t getBucket(uint64_t nanoseconds);
};

/// Lookups at a level of caching.
struct CacheLevelCounts {
  /// "loaded" for code that devices have loaded, else the level's name.
  std::string name;
  uint64_t hits = 0;
  uint64_t misses = 0;

  /// Hits by lookups; 0 without lookups.
  double getHitRate() const;
};

/// The counters of an executor. Each of them is exact; as executions may be
/// under way, they need not be of one moment.
struct ExecutorStatistics {
  /// Calls of execute and executeHarts; each is a success or a failure once it
  /// is over. The caller's own mistakes are failures, too.
  uint64_t executions = 0;
  uint64_t successes = 0;
  uint64_t failures = 0;
  /// Failures by timeout.
  uint64_t timeouts = 0;
  /// Executions that the host took over, whether it succeeded or not, by
  /// reason.
  std::array<uint64_t, kFallbackReasonCount> fallbacks = {};
  /// Calls of the compiler, and those of them that failed.
  uint64_t compilations = 0;
  uint64_t failedCompilations = 0;
  /// Compilations in the background that gave no code, or code that the device
  /// did not load.
  uint64_t failedBackgroundCompilations = 0;
  /// Code that a device loaded, and what was dropped for more recent code.
  uint64_t loads = 0;
  uint64_t evictions = 0;
  /// Kernels that devices now have loaded for programs that are remembered.
  uint64_t loadedKernels = 0;

  /// In the order of lookups.
  std::vector<CacheLevelCounts> cacheLevels;
  /// Of successful executions: on the device, and from call to return.
  uint64_t deviceNanoseconds = 0;
  uint64_t hostNanoseconds = 0;
  /// By ExecutionStage.
  std::array<LatencyStatistics, kExecutionStageCount> stages;
  /// The compiler's own stages, in the order in which they were first seen.
  std::vector<std::pair<std::string, LatencyStatistics>> compilerStages;

  uint64_t getFallbackCount() const;
  /// Of executions that are over; 0 without any.
  double getSuccessRate() const;
  double getFallbackRate() const;
  /// Of all code that was asked for, what did not have to be compiled.
  double getCacheHitRate() const;

  /// Lines of a name and a value.
  void print(llvm::raw_ostream &os) const;
  /// One JSON object.
  void printJSON(llvm::raw_ostream &os) const;
};

} // namespace vmjit

#endif // VMJIT_EXECUTOR_EXECUTORSTATISTICS_H
