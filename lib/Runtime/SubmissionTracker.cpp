//===- SubmissionTracker.cpp - What work is under way -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SubmissionTracker.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVectorExtras.h"

#include <algorithm>
#include <atomic>

using namespace llvm;
using namespace vmjit;

static std::atomic<uint64_t> lastSubmission = 0;

uint64_t SubmissionQueue::submit(KernelName kernel) {
  std::lock_guard lock(mutex);
  last = ++lastSubmission;
  if (firstPending == 0)
    firstPending = last;
  if (kernel)
    noteLaunch(std::move(kernel));
  return last;
}

void SubmissionQueue::noteLaunch(KernelName kernel) {
  auto found = find_if(
      launches, [&](const Launches &known) { return known.kernel == kernel; });
  if (found != launches.end())
    found->last = last;
  else if (launches.size() < kMaxNames)
    launches.push_back({std::move(kernel), last, last});
  else
    others = {nullptr, others.last ? others.first : last, last};
}

uint64_t SubmissionQueue::getLast() const {
  std::lock_guard lock(mutex);
  return last;
}

void SubmissionQueue::finish(uint64_t submission) {
  std::lock_guard lock(mutex);
  if (last <= submission)
    firstPending = 0;
  else if (firstPending != 0)
    firstPending = std::max(firstPending, submission + 1);
  erase_if(launches,
           [&](const Launches &known) { return known.last <= submission; });
  if (others.last <= submission)
    others = {};
}

bool SubmissionQueue::isDone(uint64_t submission) const {
  std::lock_guard lock(mutex);
  return firstPending == 0 || firstPending > submission;
}

std::string SubmissionQueue::getPendingKernels(uint64_t submission) const {
  std::lock_guard lock(mutex);
  std::string names;
  for (const Launches &known : launches)
    if (known.first <= submission)
      names += (names.empty() ? "" : ", ") + *known.kernel;
  if (others.last != 0 && others.first <= submission)
    names += names.empty() ? "..." : ", ...";
  return names;
}

uint64_t SubmissionTracker::getStamp() { return lastSubmission; }

void SubmissionTracker::add(std::shared_ptr<SubmissionQueue> queue) {
  std::lock_guard lock(mutex);
  dropUnused();
  if (!is_contained(queues, queue))
    queues.push_back(std::move(queue));
}

void SubmissionTracker::dropUnused() {
  erase_if(queues, [](const std::shared_ptr<SubmissionQueue> &queue) {
    return queue.use_count() == 1 && queue->isDone(~uint64_t(0));
  });
}

SmallVector<SubmissionTracker::Position> SubmissionTracker::getPositions() {
  std::lock_guard lock(mutex);
  return map_to_vector(queues,
                       [](const std::shared_ptr<SubmissionQueue> &queue) {
                         return Position(queue, queue->getLast());
                       });
}

bool SubmissionTracker::isDone(uint64_t stamp) {
  std::lock_guard lock(mutex);
  return all_of(queues, [&](const std::shared_ptr<SubmissionQueue> &queue) {
    return queue->isDone(stamp);
  });
}
