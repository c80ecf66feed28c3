//===- HartThreadPool.cpp - Harts on the threads of the host ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/HartThreadPool.h"

#include "vmjit/Runtime/HartMemory.h"
#include "llvm/ADT/STLExtras.h"

#include <atomic>
#include <optional>

using namespace llvm;
using namespace vmjit;

Error HartThreadPool::run(ArrayRef<uint64_t> harts, const HartMemory &memory,
                          MutableArrayRef<uint64_t> counts, Body body) {
  std::vector<std::optional<Error>> errors(harts.size());
  std::atomic<size_t> next = 0;
  auto runNext = [&](MutableArrayRef<uint64_t> own) {
    for (size_t i; (i = next.fetch_add(1)) < harts.size();)
      errors[i].emplace(body(harts[i], own));
  };
  if (harts.size() <= 1 || memory.isShared()) {
    runNext(counts);
  } else {
    if (!pool)
      pool = std::make_unique<DefaultThreadPool>();
    threadCounts.resize(
        std::min<size_t>(pool->getMaxConcurrency(), harts.size()));
    for (std::vector<uint64_t> &own : threadCounts) {
      own.assign(counts.size(), 0);
      pool->async([&] { runNext(own); });
    }
    pool->wait();
    for (const std::vector<uint64_t> &own : threadCounts)
      for (auto [sum, count] : zip_equal(counts, own))
        sum += count;
  }
  Error all = Error::success();
  for (std::optional<Error> &error : errors)
    all = joinErrors(std::move(all), std::move(*error));
  return all;
}
