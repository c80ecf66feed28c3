//===- StageClock.h - How long stages take ----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_EXECUTOR_STAGECLOCK_H
#define VMJIT_LIB_EXECUTOR_STAGECLOCK_H

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace vmjit {

/// Measures from its construction on.
class Stopwatch {
public:
  using Clock = std::chrono::steady_clock;

  /// Since the last lap, or the start. At least 1, so that 0 can mean that
  /// something was not done.
  uint64_t lap() {
    Clock::time_point now = Clock::now();
    std::chrono::nanoseconds time = now - last;
    last = now;
    return std::max<uint64_t>(1, time.count());
  }

private:
  Clock::time_point last = Clock::now();
};

/// Adds the time to a sum that passes until it is stopped.
class StageClock {
public:
  explicit StageClock(uint64_t &nanoseconds) : nanoseconds(nanoseconds) {}
  void stop() { nanoseconds += watch.lap(); }

private:
  uint64_t &nanoseconds;
  Stopwatch watch;
};

} // namespace vmjit

#endif // VMJIT_LIB_EXECUTOR_STAGECLOCK_H
