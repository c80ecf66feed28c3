//===- HartMemoryTest.cpp - Tests of the memory of harts --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/HartMemory.h"

#include "../CodeObject/ErrorExpectations.h"
#include "vmjit/Interpreter/GuestMemory.h"
#include "vmjit/Runtime/HartLaunch.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace vmjit;

static constexpr uint64_t kRead = VMJIT_REGION_READ;

TEST(HartMemory, LaysRegionsOutAsLaunchesNeedThem) {
  HartRegion regions[] = {{0x80001008, 100, true}, {0x1003, 20, false, kRead}};
  VMJIT_ASSERT_VALUE(HartMemory memory, HartMemory::create(regions, 3));
  uint64_t state[3 * VMJIT_WORD_CSR] = {};
  vmjit_hart_launch launch = {};
  launch.abi_version = VMJIT_HART_ABI_VERSION;
  launch.hart_count = 3;
  launch.word_count = VMJIT_WORD_CSR;
  launch.tile = 1;
  launch.state = reinterpret_cast<uintptr_t>(state);
  memory.describe(launch);
  expectSuccess(verifyHartLaunch(launch, {}));
  ASSERT_EQ(launch.region_count, 2u);
  EXPECT_EQ(launch.regions[0].base, 0x1003u);
  EXPECT_EQ(launch.regions[0].hart_stride, 0u);
  EXPECT_EQ(launch.regions[0].flags, kRead);
  EXPECT_EQ(launch.regions[0].data % 16, 3u);
  EXPECT_EQ(launch.regions[1].hart_stride, 112u);
  EXPECT_EQ(launch.regions[1].data % 16, 8u);
  EXPECT_EQ(memory.getStorage(0).size(), 20u);
  EXPECT_EQ(memory.getStorage(1).size(), 2 * 112u + 100);
}

TEST(HartMemory, KeepsHartsApartOnlyInPrivateRegions) {
  HartRegion regions[] = {{0x1000, 16, true}, {0x2000, 16, false}};
  VMJIT_ASSERT_VALUE(HartMemory memory, HartMemory::create(regions, 2));
  expectSuccess(memory.write(1, 0x1004, {1, 2}));
  expectSuccess(memory.write(1, 0x2004, {3, 4}));
  uint8_t bytes[4];
  expectSuccess(memory.read(1, 0x1003, bytes));
  EXPECT_THAT(bytes, testing::ElementsAre(0, 1, 2, 0));
  expectSuccess(memory.read(0, 0x1003, bytes));
  EXPECT_THAT(bytes, testing::ElementsAre(0, 0, 0, 0));
  expectSuccess(memory.read(0, 0x2003, bytes));
  EXPECT_THAT(bytes, testing::ElementsAre(0, 3, 4, 0));
  EXPECT_EQ(memory.getBytes(0, 1)[4], 1);
}

TEST(HartMemory, DescribesOneHart) {
  HartRegion own{0x1008, 0x100}, common{0x8000, 0x40, /*isPrivate=*/false};
  VMJIT_ASSERT_VALUE(HartMemory memory, HartMemory::create({own, common}, 3));
  vmjit_hart_launch launch = {};
  memory.describeHart(launch, 2);
  ASSERT_EQ(launch.region_count, 2u);
  auto getData = [&](size_t region) {
    return reinterpret_cast<uint8_t *>(launch.regions[region].data);
  };
  EXPECT_EQ(getData(0), memory.getBytes(0, 2).data());
  EXPECT_EQ(getData(1), memory.getBytes(1, 0).data());
}

TEST(HartMemory, KnowsWhetherHartsCanMeet) {
  auto isShared = [](HartRegion region) {
    return cantFail(HartMemory::create({{0x8000, 16}, region}, 2)).isShared();
  };
  EXPECT_FALSE(isShared({0x1000, 16}));
  EXPECT_FALSE(isShared({0x1000, 16, false, VMJIT_REGION_READ}));
  EXPECT_TRUE(isShared({0x1000, 16, false, VMJIT_REGION_WRITE}));
}

TEST(HartMemory, ShowsTheInterpreterWhatAHartSees) {
  HartRegion regions[] = {{0x1000, 16, true}, {0x2000, 8, false, kRead}};
  VMJIT_ASSERT_VALUE(HartMemory memory, HartMemory::create(regions, 2));
  VMJIT_ASSERT_VALUE(GuestMemory view, memory.makeGuestMemory(1));
  ASSERT_EQ(view.getRegions().size(), 2u);
  for (auto [index, region] : enumerate(view.getRegions())) {
    EXPECT_EQ(region.base, regions[index].base);
    EXPECT_EQ(region.size, regions[index].size);
    EXPECT_EQ(region.data, memory.getBytes(index, 1).data());
    EXPECT_TRUE(region.readable);
    EXPECT_EQ(region.writable, index == 0);
  }
  expectError(memory.makeGuestMemory(2), ErrorCode::InvalidArgument,
              "there is no hart 2");
}

TEST(HartMemory, ReachesTheLastByteOfTheAddressSpace) {
  HartRegion region = {UINT64_MAX - 15, 16};
  VMJIT_ASSERT_VALUE(HartMemory memory, HartMemory::create(region, 1));
  expectSuccess(memory.write(0, UINT64_MAX, {42}));
  EXPECT_EQ(memory.getBytes(0, 0)[15], 42);
  expectError(memory.write(0, UINT64_MAX, {1, 2}), ErrorCode::InvalidArgument,
              "no memory region");
}

TEST(HartMemory, RejectsAccessesOutsideOfRegions) {
  HartRegion regions[] = {{0x1000, 16}, {0x1010, 16}};
  VMJIT_ASSERT_VALUE(HartMemory memory, HartMemory::create(regions, 1));
  uint8_t bytes[4];
  for (uint64_t address : {uint64_t(0xfff), uint64_t(0x100e), uint64_t(0x101d),
                           uint64_t(0x1020), uint64_t(0)})
    expectError(memory.read(0, address, bytes), ErrorCode::InvalidArgument,
                "no memory region");
  expectError(memory.read(1, 0x1000, bytes), ErrorCode::InvalidArgument,
              "there is no hart 1");
}

TEST(HartMemory, RejectsRegionsThatMakeNoSense) {
  auto expectInvalid = [](ArrayRef<HartRegion> regions, const char *message) {
    expectError(HartMemory::create(regions, 1), ErrorCode::InvalidArgument,
                message);
  };
  expectInvalid({{0x1000, 0}}, "is empty or wraps");
  expectInvalid({{UINT64_MAX - 15, 17}}, "is empty or wraps");
  expectInvalid({{0x1000, 16, true, 4}}, "unknown flags");
  expectInvalid({{0x1008, 16}, {0x1000, 9}}, "overlaps");
  expectInvalid({{0x1000, 16}, {0x1000, 16}}, "overlaps");
  std::vector<HartRegion> many;
  for (uint64_t i = 0; i <= VMJIT_MAX_REGIONS; ++i)
    many.push_back({i * 16, 16});
  expectInvalid(many, "17 memory regions");
  expectError(HartMemory::create({}, 0), ErrorCode::InvalidArgument,
              "at least one hart");
}

TEST(HartMemory, BoundsItsSize) {
  auto expectTooLarge = [](ArrayRef<HartRegion> regions, uint64_t harts,
                           uint64_t maxBytes) {
    expectError(HartMemory::create(regions, harts, maxBytes),
                ErrorCode::OutOfMemory, "takes more than");
  };
  expectTooLarge({{0x1000, 17}}, 1, 16);
  expectTooLarge({{0x1000, 16}, {0x2000, 1}}, 1, 16);
  expectTooLarge({{0x1000, 1}}, 3, 32);
  expectTooLarge({{0x1000, 4096}}, UINT64_MAX, 1 << 20);
  expectTooLarge({{0, UINT64_MAX}}, 1, HartMemory::kDefaultMaxBytes);
  expectTooLarge({{0, UINT64_MAX}}, 2, UINT64_MAX);
  EXPECT_TRUE(bool(HartMemory::create({{0x1000, 1}}, 3, 33)));
  EXPECT_TRUE(bool(HartMemory::create({{0x1000, 32, false}}, 1000, 32)));
}
