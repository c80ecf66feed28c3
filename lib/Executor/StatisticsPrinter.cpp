//===- StatisticsPrinter.cpp - Statistics as text and JSON ------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Executor/ExecutorStatistics.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"

using namespace llvm;
using namespace vmjit;

/// Calls \p visit with the name and value of each plain counter, in the order
/// in which they are printed.
template <class Visitor>
static void forEachCounter(const ExecutorStatistics &statistics,
                           Visitor visit) {
  visit("executions", statistics.executions);
  visit("successes", statistics.successes);
  visit("failures", statistics.failures);
  visit("timeouts", statistics.timeouts);
  visit("fallbacks", statistics.getFallbackCount());
  visit("compilations", statistics.compilations);
  visit("failed-compilations", statistics.failedCompilations);
  visit("failed-background-compilations",
        statistics.failedBackgroundCompilations);
  visit("loads", statistics.loads);
  visit("evictions", statistics.evictions);
  visit("loaded-kernels", statistics.loadedKernels);
  visit("device-ns", statistics.deviceNanoseconds);
  visit("host-ns", statistics.hostNanoseconds);
}

template <class Visitor>
static void forEachRate(const ExecutorStatistics &statistics, Visitor visit) {
  visit("success-rate", statistics.getSuccessRate());
  visit("fallback-rate", statistics.getFallbackRate());
  visit("cache-hit-rate", statistics.getCacheHitRate());
}

/// As forEachCounter, for reasons but None.
template <class Visitor>
static void forEachFallback(const ExecutorStatistics &statistics,
                            Visitor visit) {
  for (size_t index = 1; index < kFallbackReasonCount; ++index)
    visit(getFallbackReasonName(static_cast<FallbackReason>(index)),
          statistics.fallbacks[index]);
}

/// As forEachCounter, for stages, the compiler's own as "compile.<name>".
template <class Visitor>
static void forEachStage(const ExecutorStatistics &statistics, Visitor visit) {
  for (auto [index, latency] : enumerate(statistics.stages)) {
    auto stage = static_cast<ExecutionStage>(index);
    visit(getExecutionStageName(stage).str(), latency);
    if (stage == ExecutionStage::Compile)
      for (const auto &[name, time] : statistics.compilerStages)
        visit("compile." + name, time);
  }
}

/// What is printed of a latency besides its count.
template <class Visitor>
static void forEachTime(const LatencyStatistics &latency, Visitor visit) {
  visit("total", latency.totalNanoseconds);
  visit("min", latency.minNanoseconds);
  visit("p50", latency.getPercentileNanoseconds(50));
  visit("p99", latency.getPercentileNanoseconds(99));
  visit("max", latency.maxNanoseconds);
}

void ExecutorStatistics::print(raw_ostream &os) const {
  auto printName = [&](StringRef name) { os << left_justify(name, 32); };
  forEachCounter(*this, [&](StringRef name, uint64_t value) {
    printName(name);
    os << value << "\n";
  });
  forEachFallback(*this, [&](StringRef name, uint64_t value) {
    if (value > 0) {
      printName(("fallbacks." + name).str());
      os << value << "\n";
    }
  });
  forEachRate(*this, [&](StringRef name, double value) {
    printName(name);
    os << format("%.1f%%\n", value * 100);
  });
  for (const CacheLevelCounts &level : cacheLevels) {
    printName("cache." + level.name);
    os << level.hits << " hits, " << level.misses << " misses\n";
  }
  forEachStage(*this, [&](StringRef name, const LatencyStatistics &latency) {
    if (latency.count == 0)
      return;
    printName(("stage." + name).str());
    os << latency.count << " times";
    forEachTime(latency, [&](StringRef time, uint64_t nanoseconds) {
      os << ", " << time
         << format(" %.3f ms", static_cast<double>(nanoseconds) / 1e6);
    });
    os << "\n";
  });
}

void ExecutorStatistics::printJSON(raw_ostream &os) const {
  json::OStream json(os, /*IndentSize=*/2);
  json.object([&] {
    forEachCounter(*this, [&](StringRef name, uint64_t value) {
      json.attribute(name, value);
    });
    json.attributeObject("fallbacks-by-reason", [&] {
      forEachFallback(*this, [&](StringRef name, uint64_t value) {
        json.attribute(name, value);
      });
    });
    forEachRate(*this, [&](StringRef name, double value) {
      json.attribute(name, value);
    });
    json.attributeArray("cache-levels", [&] {
      for (const CacheLevelCounts &level : cacheLevels)
        json.object([&] {
          json.attribute("name", level.name);
          json.attribute("hits", level.hits);
          json.attribute("misses", level.misses);
        });
    });
    json.attributeObject("stages", [&] {
      forEachStage(
          *this, [&](StringRef name, const LatencyStatistics &latency) {
            json.attributeObject(name, [&] {
              json.attribute("count", latency.count);
              forEachTime(latency, [&](StringRef time, uint64_t nanoseconds) {
                json.attribute((time + "-ns").str(), nanoseconds);
              });
            });
          });
    });
  });
  os << "\n";
}
