//===- SubmissionTracker.h - What work is under way -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Work is numbered as it is submitted, process-wide, so that numbers of several
// devices can be compared. What was given back after submission n, memory or
// code, can be reused once all work up to n is done. Nobody has to be told when
// work is done: it is known once somebody has waited for it or asked.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_SUBMISSIONTRACKER_H
#define VMJIT_LIB_RUNTIME_SUBMISSIONTRACKER_H

#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace vmjit {

/// The work of a stream, or of blocking executions that follow each other.
/// Thread-safe.
class SubmissionQueue {
public:
  /// The name of a kernel, shared by its launches.
  using KernelName = std::shared_ptr<const std::string>;

  /// Numbers work that is about to be submitted, a launch of \p kernel if that
  /// is not null.
  uint64_t submit(KernelName kernel = nullptr);
  /// The last work that was submitted; 0 if there was none.
  uint64_t getLast() const;
  /// Says that all work up to \p submission is done.
  void finish(uint64_t submission);
  /// Whether no work up to \p submission is under way.
  bool isDone(uint64_t submission) const;
  /// The names of the kernels that were launched up to \p submission and may be
  /// under way, separated by ", ", for an error of one of them; with "..." at
  /// the end if there are many. Empty if there are none.
  std::string getPendingKernels(uint64_t submission) const;

private:
  /// Launches of a kernel that may be under way: the first and the last.
  struct Launches {
    KernelName kernel;
    uint64_t first = 0;
    uint64_t last = 0;
  };
  /// Names beyond these are not kept.
  static constexpr unsigned kMaxNames = 4;

  void noteLaunch(KernelName kernel);

  mutable std::mutex mutex;
  llvm::SmallVector<Launches, kMaxNames> launches;
  /// The same of all kernels whose names are not kept; without a name.
  Launches others;
  /// The first that may not be done; 0 for none.
  uint64_t firstPending = 0;
  uint64_t last = 0;
};

/// All queues whose work may use what a device gave out. Thread-safe.
class SubmissionTracker {
public:
  /// The number of what is given back now.
  static uint64_t getStamp();

  void add(std::shared_ptr<SubmissionQueue> queue);
  /// A queue and how far it had got.
  using Position = std::pair<std::shared_ptr<SubmissionQueue>, uint64_t>;
  /// Where all queues are now; to be finished when all their work is done.
  llvm::SmallVector<Position> getPositions();
  /// Whether all work up to \p stamp is done. If so, it is for lower stamps.
  bool isDone(uint64_t stamp);

private:
  void dropUnused();

  std::mutex mutex;
  llvm::SmallVector<std::shared_ptr<SubmissionQueue>> queues;
};

} // namespace vmjit

#endif // VMJIT_LIB_RUNTIME_SUBMISSIONTRACKER_H
