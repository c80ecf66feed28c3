//===- MemoryPool.cpp - Freed memory that is handed out again ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MemoryPool.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace llvm;
using namespace vmjit;

uint64_t MemoryPool::getClass(uint64_t size) {
  assert(size != 0 && size <= kMaxBytes && "no class");
  uint64_t step = std::max(kMinClassBytes, bit_floor(size - 1) / 4);
  return alignTo(size, step);
}

PooledMemory MemoryPool::remove(Blocks::iterator block) {
  auto it = classes.find({block->kind, block->capacity});
  assert(it != classes.end() && it->second.front() == block &&
         "only the longest kept leaves");
  it->second.pop_front();
  if (it->second.empty())
    classes.erase(it);
  PooledMemory memory = *block;
  blocks.erase(block);
  statistics.pooledBytes -= memory.capacity;
  return memory;
}

std::optional<PooledMemory> MemoryPool::take(MemoryKind kind,
                                             uint64_t capacity) {
  std::lock_guard lock(mutex);
  auto it = classes.find({kind, capacity});
  if (it == classes.end() || !tracker.isDone(it->second.front()->stamp))
    return std::nullopt;
  return remove(it->second.front());
}

void MemoryPool::evictDownTo(uint64_t bytes,
                             SmallVectorImpl<PooledMemory> &evicted) {
  while (statistics.pooledBytes > bytes && tracker.isDone(blocks.front().stamp))
    evicted.push_back(remove(blocks.begin()));
}

void MemoryPool::put(PooledMemory memory,
                     SmallVectorImpl<PooledMemory> &evicted) {
  std::lock_guard lock(mutex);
  memory.stamp = SubmissionTracker::getStamp();
  auto block = blocks.insert(blocks.end(), memory);
  classes[{memory.kind, memory.capacity}].push_back(block);
  statistics.pooledBytes += memory.capacity;
  evictDownTo(limit, evicted);
}

void MemoryPool::drain(SmallVectorImpl<PooledMemory> &evicted) {
  std::lock_guard lock(mutex);
  evictDownTo(0, evicted);
}

void MemoryPool::drainAll(SmallVectorImpl<PooledMemory> &evicted) {
  std::lock_guard lock(mutex);
  while (!blocks.empty())
    evicted.push_back(remove(blocks.begin()));
}

void MemoryPool::setLimit(uint64_t bytes,
                          SmallVectorImpl<PooledMemory> &evicted) {
  std::lock_guard lock(mutex);
  limit = bytes;
  evictDownTo(limit, evicted);
}

bool MemoryPool::isEmpty() {
  std::lock_guard lock(mutex);
  return blocks.empty();
}

void MemoryPool::countAllocation(uint64_t capacity, bool isHit) {
  std::lock_guard lock(mutex);
  ++statistics.allocationCount;
  statistics.poolHitCount += isHit;
  statistics.usedBytes += capacity;
  statistics.peakUsedBytes =
      std::max(statistics.peakUsedBytes, statistics.usedBytes);
}

void MemoryPool::countFree(uint64_t capacity) {
  std::lock_guard lock(mutex);
  statistics.usedBytes -= capacity;
}

GpuMemoryStatistics MemoryPool::getStatistics() {
  std::lock_guard lock(mutex);
  return statistics;
}
