//===- StatisticsRecorder.cpp - Counting what an executor does --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StatisticsRecorder.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace vmjit;

static constexpr std::memory_order relaxed = std::memory_order_relaxed;

void LatencyRecorder::add(uint64_t nanoseconds) {
  total.fetch_add(nanoseconds, relaxed);
  uint64_t seen = min.load(relaxed);
  while (nanoseconds < seen &&
         !min.compare_exchange_weak(seen, nanoseconds, relaxed)) {
  }
  seen = max.load(relaxed);
  while (nanoseconds > seen &&
         !max.compare_exchange_weak(seen, nanoseconds, relaxed)) {
  }
  buckets[LatencyStatistics::getBucket(nanoseconds)].fetch_add(1, relaxed);
}

LatencyStatistics LatencyRecorder::get() const {
  LatencyStatistics result;
  for (auto [bucket, counter] : zip_equal(result.buckets, buckets)) {
    bucket = counter.load(relaxed);
    result.count += bucket;
  }
  result.totalNanoseconds = total.load(relaxed);
  result.maxNanoseconds = max.load(relaxed);
  result.minNanoseconds = result.count == 0 ? 0 : min.load(relaxed);
  return result;
}

void StatisticsRecorder::addSuccess(const ExecutionResult &result,
                                    uint64_t nanoseconds) {
  if (!isOn)
    return;
  successes.fetch_add(1, relaxed);
  deviceNanoseconds.fetch_add(result.deviceNanoseconds, relaxed);
  hostNanoseconds.fetch_add(nanoseconds, relaxed);
}

void StatisticsRecorder::addOrigin(uint64_t compileNanoseconds,
                                   uint64_t loadNanoseconds) {
  if (compileNanoseconds > 0)
    addStage(ExecutionStage::Compile, compileNanoseconds);
  if (loadNanoseconds > 0)
    addStage(ExecutionStage::Load, loadNanoseconds);
}

void StatisticsRecorder::addCompilerStages(ArrayRef<StageTime> times) {
  if (!isOn)
    return;
  std::lock_guard lock(compilerMutex);
  for (const StageTime &time : times) {
    auto found = find_if(compilerStages, [&](const auto &entry) {
      return entry.first == time.stage;
    });
    if (found == compilerStages.end())
      found = compilerStages.insert(found, {time.stage, LatencyStatistics()});
    found->second.add(time.nanoseconds);
  }
}

ExecutorStatistics StatisticsRecorder::get() const {
  ExecutorStatistics result;
  result.executions = executions.load(relaxed);
  result.successes = successes.load(relaxed);
  result.failures = failures.load(relaxed);
  result.timeouts = timeouts.load(relaxed);
  for (auto [count, counter] : zip_equal(result.fallbacks, fallbacks))
    count = counter.load(relaxed);
  result.compilations = compilations.load(relaxed);
  result.failedCompilations = failedCompilations.load(relaxed);
  result.failedBackgroundCompilations =
      failedBackgroundCompilations.load(relaxed);
  result.loads = loads.load(relaxed);
  result.cacheLevels.push_back({.name = "loaded",
                                .hits = loadedHits.load(relaxed),
                                .misses = loadedMisses.load(relaxed)});
  result.deviceNanoseconds = deviceNanoseconds.load(relaxed);
  result.hostNanoseconds = hostNanoseconds.load(relaxed);
  for (auto [latency, recorder] : zip_equal(result.stages, stages))
    latency = recorder.get();
  std::lock_guard lock(compilerMutex);
  result.compilerStages = compilerStages;
  return result;
}
