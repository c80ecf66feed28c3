//===- MemoryPool.h - Freed memory that is handed out again -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Bookkeeping only: what is to go back to the driver is handed to the caller,
// so that no lock is held while the driver works.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_MEMORYPOOL_H
#define VMJIT_LIB_RUNTIME_MEMORYPOOL_H

#include "SubmissionTracker.h"

#include "vmjit/Runtime/GpuCompute.h"

#include <deque>
#include <list>
#include <map>

namespace vmjit {

/// Memory of a size class, as the driver allocated it.
struct PooledMemory {
  DriverAllocation allocation;
  MemoryKind kind = MemoryKind::Device;
  /// Its size class.
  uint64_t capacity = 0;
  /// When it was freed; see SubmissionTracker.
  uint64_t stamp = 0;
};

/// The freed memory of a device, by size class. Thread-safe.
class MemoryPool {
public:
  /// The largest size that has a class.
  static constexpr uint64_t kMaxBytes = uint64_t(1) << 56;
  static constexpr uint64_t kMinClassBytes = 256;

  explicit MemoryPool(SubmissionTracker &tracker) : tracker(tracker) {}

  /// The size class of \p size, which is at most kMaxBytes: four for each power
  /// of two, so that at most a fifth of memory is unused.
  static uint64_t getClass(uint64_t size);

  /// Freed memory of a class that no work uses any more; none if there is none.
  std::optional<PooledMemory> take(MemoryKind kind, uint64_t capacity);
  /// Keeps \p memory, whose stamp is set here. What the limit leaves no room
  /// for, the longest kept first, is added to \p evicted.
  void put(PooledMemory memory, llvm::SmallVectorImpl<PooledMemory> &evicted);
  /// Takes everything out that no work uses any more.
  void drain(llvm::SmallVectorImpl<PooledMemory> &evicted);
  /// Takes everything out.
  void drainAll(llvm::SmallVectorImpl<PooledMemory> &evicted);
  /// As put, for what is there already.
  void setLimit(uint64_t bytes, llvm::SmallVectorImpl<PooledMemory> &evicted);
  bool isEmpty();

  /// Counts an allocation that was handed out, and one that came back.
  void countAllocation(uint64_t capacity, bool isHit);
  void countFree(uint64_t capacity);
  GpuMemoryStatistics getStatistics();

private:
  using Blocks = std::list<PooledMemory>;
  using Class = std::pair<MemoryKind, uint64_t>;

  PooledMemory remove(Blocks::iterator block);
  void evictDownTo(uint64_t bytes,
                   llvm::SmallVectorImpl<PooledMemory> &evicted);

  SubmissionTracker &tracker;
  std::mutex mutex;
  /// The longest kept first, here and in each class; so stamps ascend, and
  /// where the first is in use, all are.
  Blocks blocks;
  std::map<Class, std::deque<Blocks::iterator>> classes;
  uint64_t limit = 0;
  GpuMemoryStatistics statistics;
};

} // namespace vmjit

#endif // VMJIT_LIB_RUNTIME_MEMORYPOOL_H
