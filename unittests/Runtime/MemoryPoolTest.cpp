//===- MemoryPoolTest.cpp - Tests of freed memory and of what uses it *- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MemoryPool.h"

#include "llvm/ADT/STLExtras.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace llvm;
using namespace vmjit;
using testing::ElementsAre;
using testing::IsEmpty;

static PooledMemory makeMemory(uint64_t address, uint64_t capacity) {
  PooledMemory memory;
  memory.allocation.address = address;
  memory.capacity = capacity;
  return memory;
}

static std::vector<uint64_t> getAddresses(ArrayRef<PooledMemory> blocks) {
  std::vector<uint64_t> addresses;
  for (const PooledMemory &block : blocks)
    addresses.push_back(block.allocation.address);
  return addresses;
}

namespace {
class MemoryPoolTest : public testing::Test {
protected:
  MemoryPoolTest() { pool.setLimit(1 << 20, evicted); }

  void put(uint64_t address, uint64_t capacity) {
    pool.put(makeMemory(address, capacity), evicted);
  }
  /// The address of what is taken; 0 for nothing.
  uint64_t take(uint64_t capacity) {
    std::optional<PooledMemory> memory =
        pool.take(MemoryKind::Device, capacity);
    return memory ? memory->allocation.address : 0;
  }
  std::shared_ptr<SubmissionQueue> makeQueue() {
    auto queue = std::make_shared<SubmissionQueue>();
    tracker.add(queue);
    return queue;
  }

  SubmissionTracker tracker;
  MemoryPool pool{tracker};
  SmallVector<PooledMemory> evicted;
};
} // namespace

TEST_F(MemoryPoolTest, ClassesHoldTheirSizesWithLittleWaste) {
  const uint64_t sizes[] = {1,
                            255,
                            256,
                            257,
                            1000,
                            4096,
                            4097,
                            uint64_t(1) << 33,
                            (uint64_t(1) << 33) + 1,
                            MemoryPool::kMaxBytes};
  for (uint64_t size : sizes) {
    uint64_t capacity = MemoryPool::getClass(size);
    EXPECT_GE(capacity, size);
    EXPECT_LE(capacity - size, std::max<uint64_t>(255, capacity / 5)) << size;
    EXPECT_EQ(capacity % 256, 0u) << size;
    EXPECT_EQ(MemoryPool::getClass(capacity), capacity) << size;
  }
}

TEST_F(MemoryPoolTest, HandsOutMemoryOfTheSameClassAndKind) {
  put(0x1000, 512);
  EXPECT_EQ(take(256), 0u);
  EXPECT_EQ(pool.take(MemoryKind::Pinned, 512), std::nullopt);
  EXPECT_EQ(take(512), 0x1000u);
  EXPECT_EQ(take(512), 0u);
}

TEST_F(MemoryPoolTest, KeepsMemoryUntilEarlierWorkIsDone) {
  auto queue = makeQueue();
  uint64_t first = queue->submit();
  put(0x1000, 512);
  EXPECT_EQ(take(512), 0u);
  // Later work does not matter, earlier work does.
  queue->submit();
  EXPECT_EQ(take(512), 0u);
  queue->finish(first);
  EXPECT_EQ(take(512), 0x1000u);
}

TEST_F(MemoryPoolTest, WaitsForAllQueues) {
  auto a = makeQueue();
  auto b = makeQueue();
  a->submit();
  uint64_t last = b->submit();
  put(0x1000, 512);
  b->finish(last);
  EXPECT_EQ(take(512), 0u);
  for (auto &[queue, position] : tracker.getPositions())
    queue->finish(position);
  EXPECT_EQ(take(512), 0x1000u);
}

TEST_F(MemoryPoolTest, WorkOfQueuesThatAreGoneStillCounts) {
  auto queue = makeQueue();
  uint64_t last = queue->submit();
  std::weak_ptr<SubmissionQueue> watch = queue;
  put(0x1000, 512);
  queue.reset();
  makeQueue();
  EXPECT_EQ(take(512), 0u);
  watch.lock()->finish(last);
  EXPECT_EQ(take(512), 0x1000u);
  makeQueue();
  EXPECT_TRUE(watch.expired());
}

TEST_F(MemoryPoolTest, EvictsTheLongestKeptBeyondTheLimit) {
  pool.setLimit(1024, evicted);
  put(0x1000, 512);
  put(0x2000, 256);
  EXPECT_THAT(evicted, IsEmpty());
  put(0x3000, 512);
  EXPECT_THAT(getAddresses(evicted), ElementsAre(0x1000));
  EXPECT_EQ(pool.getStatistics().pooledBytes, 768u);
  evicted.clear();
  pool.setLimit(0, evicted);
  EXPECT_THAT(getAddresses(evicted), ElementsAre(0x2000, 0x3000));
}

TEST_F(MemoryPoolTest, EvictsNothingThatWorkMayUse) {
  pool.setLimit(0, evicted);
  auto queue = makeQueue();
  uint64_t last = queue->submit();
  put(0x1000, 512);
  pool.drain(evicted);
  EXPECT_THAT(evicted, IsEmpty());
  queue->finish(last);
  pool.drain(evicted);
  EXPECT_THAT(getAddresses(evicted), ElementsAre(0x1000));
}

TEST_F(MemoryPoolTest, CountsWhatIsUsedAndKept) {
  pool.countAllocation(512, /*isHit=*/false);
  pool.countAllocation(256, /*isHit=*/true);
  pool.countFree(512);
  put(0x1000, 512);
  GpuMemoryStatistics statistics = pool.getStatistics();
  EXPECT_EQ(statistics.usedBytes, 256u);
  EXPECT_EQ(statistics.peakUsedBytes, 768u);
  EXPECT_EQ(statistics.pooledBytes, 512u);
  EXPECT_EQ(statistics.allocationCount, 2u);
  EXPECT_EQ(statistics.poolHitCount, 1u);
}

TEST(GpuArg, HoldsValuesInTheLowestBytes) {
  EXPECT_EQ(GpuArg::i32(-1).getBits(), 0xffffffffu);
  EXPECT_EQ(GpuArg::i64(-1).getBits(), ~uint64_t(0));
  EXPECT_EQ(GpuArg::u8(200).getBits(), 200u);
  EXPECT_EQ(GpuArg::f32(1).getBits(), 0x3f800000u);
  EXPECT_EQ(GpuArg::f64(1).getBits(), 0x3ff0000000000000u);
  EXPECT_EQ(GpuArg::rawPointer(64).getBits(), 64u);
}

TEST(GpuArg, IsAcceptedByParametersOfItsType) {
  using Param = vmir::ParamType;
  struct Row {
    GpuArg arg;
    std::vector<Param> accepted;
  };
  Row rows[] = {{GpuArg::u8(1), {Param::I32}},
                {GpuArg::u32(1), {Param::I32}},
                {GpuArg::i32(1), {Param::I32}},
                {GpuArg::u64(1), {Param::I64}},
                {GpuArg::i64(1), {Param::I64}},
                {GpuArg::f32(1), {Param::F32}},
                {GpuArg::f64(1), {Param::F64}},
                {GpuArg::rawPointer(1), {Param::Buffer}},
                {GpuArg::buffer(GpuBuffer()), {Param::Buffer}}};
  for (const Row &row : rows)
    for (Param param :
         {Param::I32, Param::I64, Param::F32, Param::F64, Param::Buffer})
      EXPECT_EQ(row.arg.isAcceptedBy(param), is_contained(row.accepted, param))
          << getGpuArgKindName(row.arg.getKind()).str() << " as "
          << vmir::getParamTypeName(param).str();
}
