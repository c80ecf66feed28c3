//===- ExecutorStatistics.cpp - What an executor has done -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What follows from the counters.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Executor/ExecutorStatistics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace llvm;
using namespace vmjit;

static double divide(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0
                    : static_cast<double>(part) / static_cast<double>(whole);
}

size_t LatencyStatistics::getBucket(uint64_t nanoseconds) {
  return std::min<size_t>(llvm::bit_width(nanoseconds), kBucketCount - 1);
}

double LatencyStatistics::getMeanNanoseconds() const {
  return divide(totalNanoseconds, count);
}

uint64_t LatencyStatistics::getPercentileNanoseconds(double percent) const {
  auto wanted = static_cast<uint64_t>(std::ceil(
      std::clamp(percent, 0.0, 100.0) / 100 * static_cast<double>(count)));
  uint64_t seen = 0;
  for (auto [index, bucket] : llvm::enumerate(buckets)) {
    seen += bucket;
    if (bucket > 0 && seen >= wanted)
      return index + 1 == kBucketCount
                 ? maxNanoseconds
                 : std::min(maxNanoseconds, uint64_t(1) << index);
  }
  return maxNanoseconds;
}

void LatencyStatistics::add(uint64_t nanoseconds) {
  minNanoseconds =
      count == 0 ? nanoseconds : std::min(minNanoseconds, nanoseconds);
  maxNanoseconds = std::max(maxNanoseconds, nanoseconds);
  totalNanoseconds += nanoseconds;
  ++count;
  ++buckets[getBucket(nanoseconds)];
}

double CacheLevelCounts::getHitRate() const {
  return divide(hits, hits + misses);
}

uint64_t ExecutorStatistics::getFallbackCount() const {
  return std::accumulate(fallbacks.begin(), fallbacks.end(), uint64_t(0));
}

double ExecutorStatistics::getSuccessRate() const {
  return divide(successes, successes + failures);
}

double ExecutorStatistics::getFallbackRate() const {
  return divide(getFallbackCount(), successes + failures);
}

double ExecutorStatistics::getCacheHitRate() const {
  uint64_t hits = 0;
  for (const CacheLevelCounts &level : cacheLevels)
    hits += level.hits;
  return divide(hits, hits + compilations);
}
