//===- AddressSpaceTest.cpp - Tests of the memory plan ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/LinuxUser/AddressSpace.h"

#include "../CodeObject/ErrorExpectations.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::linux_user;

static ImageSegment makeSegment(uint64_t address, uint64_t size,
                                bool isWritable,
                                std::vector<uint8_t> bytes = {}) {
  return {address, size, std::move(bytes), isWritable};
}

static constexpr AddressSpaceOptions kSmall = {0x2000, 0x3000, 0x4000};

TEST(AddressSpace, SharesWhatIsNotWritten) {
  ProcessImage image;
  image.segments = {makeSegment(0x10000, 0x1800, false),
                    makeSegment(0x13000, 0x10, true)};
  VMJIT_ASSERT_VALUE(AddressSpace space, AddressSpace::plan(image, kSmall));
  ArrayRef<HartRegion> regions = space.getRegions();
  ASSERT_EQ(regions.size(), 4u);
  EXPECT_EQ(regions[0].base, 0x10000u);
  EXPECT_EQ(regions[0].size, 0x2000u);
  EXPECT_FALSE(regions[0].isPrivate);
  EXPECT_EQ(regions[0].flags, uint64_t(VMJIT_REGION_READ));
  // Data, and the heap behind it.
  EXPECT_EQ(regions[1].base, 0x13000u);
  EXPECT_EQ(regions[1].size, 0x1000u + 0x2000u);
  EXPECT_TRUE(regions[1].isPrivate);
  EXPECT_EQ(space.getHeap().begin, 0x14000u);
  EXPECT_EQ(space.getHeap().end, 0x16000u);
  EXPECT_EQ(regions[2].base, AddressSpace::kMapBase);
  EXPECT_EQ(regions[2].size, 0x3000u);
  EXPECT_EQ(regions[3].base + regions[3].size, AddressSpace::kStackTop);
  EXPECT_EQ(space.getStack().size(), 0x4000u);
}

TEST(AddressSpace, GivesSegmentsOfOnePageOneRegion) {
  ProcessImage image;
  image.segments = {makeSegment(0x10800, 0x100, true),
                    makeSegment(0x10000, 0x400, false)};
  VMJIT_ASSERT_VALUE(AddressSpace space,
                     AddressSpace::plan(image, {0, 0, kPageBytes}));
  ASSERT_EQ(space.getRegions().size(), 2u);
  EXPECT_TRUE(space.getRegions()[0].isPrivate);
  EXPECT_EQ(space.getRegions()[0].size, kPageBytes);
}

TEST(AddressSpace, KeepsNeighboursOfDifferentRightsApart) {
  ProcessImage image;
  image.segments = {makeSegment(0x10000, 0x1000, false),
                    makeSegment(0x11000, 0x1000, true),
                    makeSegment(0x12000, 0x1000, false)};
  VMJIT_ASSERT_VALUE(AddressSpace space,
                     AddressSpace::plan(image, {0, 0, kPageBytes}));
  EXPECT_EQ(space.getRegions().size(), 4u);
}

TEST(AddressSpace, LoadsEachHartsData) {
  ProcessImage image;
  image.segments = {makeSegment(0x10000, 4, false, {1, 2, 3, 4}),
                    makeSegment(0x20000, 8, true, {5, 6})};
  VMJIT_ASSERT_VALUE(AddressSpace space, AddressSpace::plan(image, kSmall));
  VMJIT_ASSERT_VALUE(HartMemory memory,
                     HartMemory::create(space.getRegions(), 3));
  expectSuccess(space.load(image, memory));
  for (uint64_t hart = 0; hart < 3; ++hart) {
    uint8_t text[4], data[4];
    expectSuccess(memory.read(hart, 0x10000, text));
    EXPECT_THAT(text, testing::ElementsAre(1, 2, 3, 4));
    expectSuccess(memory.read(hart, 0x20000, data));
    EXPECT_THAT(data, testing::ElementsAre(5, 6, 0, 0));
  }
}

TEST(AddressSpace, LoadsWhatIsBetweenPagesOfZeros) {
  std::vector<uint8_t> bytes(5 * kPageBytes);
  uint64_t first = 0x20ff0;
  for (size_t offset : {0, 0x200f, 0x2010, 0x4fff})
    bytes[offset] = 1;
  ProcessImage image;
  image.segments = {makeSegment(first, bytes.size(), true, bytes)};
  VMJIT_ASSERT_VALUE(AddressSpace space, AddressSpace::plan(image, kSmall));
  VMJIT_ASSERT_VALUE(HartMemory memory,
                     HartMemory::create(space.getRegions(), 2));
  expectSuccess(space.load(image, memory));
  std::vector<uint8_t> loaded(bytes.size());
  expectSuccess(memory.read(1, first, loaded));
  EXPECT_EQ(loaded, bytes);
}

static ProcessImage makeImage() {
  ProcessImage image;
  image.segments = {makeSegment(0x10000, 0x80000, false),
                    makeSegment(0xa0000, 0x5000, true)};
  return image;
}

TEST(AddressSpace, GivesFewHartsTheDefaults) {
  for (uint64_t harts : {1, 100, 900}) {
    VMJIT_ASSERT_VALUE(AddressSpaceOptions options,
                       AddressSpace::fit(makeImage(), {}, harts));
    EXPECT_EQ(options.heapBytes, AddressSpaceOptions().heapBytes) << harts;
    EXPECT_EQ(options.mapBytes, AddressSpaceOptions().mapBytes) << harts;
    EXPECT_EQ(options.stackBytes, AddressSpaceOptions().stackBytes) << harts;
  }
}

TEST(AddressSpace, GivesManyHartsLess) {
  VMJIT_ASSERT_VALUE(AddressSpaceOptions options,
                     AddressSpace::fit(makeImage(), {}, 10'000));
  EXPECT_EQ(options.heapBytes, uint64_t(512) << 10);
  EXPECT_EQ(options.mapBytes, uint64_t(512) << 10);
  EXPECT_EQ(options.stackBytes, AddressSpace::kMinAreaBytes);
  VMJIT_ASSERT_VALUE(AddressSpace space,
                     AddressSpace::plan(makeImage(), options));
  uint64_t each = 0;
  for (const HartRegion &region : space.getRegions())
    each += region.isPrivate ? region.size : 0;
  EXPECT_LE(each * 10'000, HartMemory::kDefaultMaxBytes - 0x80000);
}

TEST(AddressSpace, KeepsToSizesThatAreWanted) {
  AreaSizes wanted;
  wanted.heapBytes = uint64_t(1) << 20;
  wanted.stackBytes = kPageBytes;
  VMJIT_ASSERT_VALUE(AddressSpaceOptions options,
                     AddressSpace::fit(makeImage(), wanted, 10'000));
  EXPECT_EQ(options.heapBytes, uint64_t(1) << 20);
  EXPECT_EQ(options.mapBytes, uint64_t(512) << 10);
  EXPECT_EQ(options.stackBytes, kPageBytes);
}

TEST(AddressSpace, SaysWhatEachOfTooManyHartsTakes) {
  // 0x5000 bytes of data and three smallest areas.
  expectError(AddressSpace::fit(makeImage(), {}, 1'000'000),
              ErrorCode::OutOfMemory,
              "the memory of 1000000 harts takes more than 17179869184 bytes: "
              "806912 for each hart, and 524288 for all");
  expectError(AddressSpace::fit(makeImage(), {}, UINT64_MAX),
              ErrorCode::OutOfMemory, "harts takes more than");
  AreaSizes wanted;
  wanted.heapBytes = uint64_t(1) << 30;
  expectError(AddressSpace::fit(makeImage(), wanted, 17),
              ErrorCode::OutOfMemory, "17 harts");
  wanted.heapBytes = UINT64_MAX;
  expectError(AddressSpace::fit(makeImage(), wanted, 1),
              ErrorCode::InvalidArgument, "are possible");
}

TEST(AddressSpace, RejectsBadImages) {
  auto plan = [](std::vector<ImageSegment> segments) {
    ProcessImage image;
    image.segments = std::move(segments);
    return AddressSpace::plan(image, kSmall).takeError();
  };
  expectError(
      plan({makeSegment(0x10000, 0x20, false), makeSegment(0x1001f, 1, false)}),
      ErrorCode::InvalidProgram, "0x1001f overlaps another");
  expectError(plan({makeSegment(AddressSpace::kMapBase - 1, 2, false)}),
              ErrorCode::InvalidProgram, "does not lie below");
  expectError(plan({makeSegment(UINT64_MAX, 2, false)}),
              ErrorCode::InvalidProgram, "does not lie below");
  expectError(plan({makeSegment(0x1000, 1, false, {1, 2})}),
              ErrorCode::InvalidProgram, "more bytes than memory");
  std::vector<ImageSegment> many;
  for (uint64_t index = 0; index < 20; ++index)
    many.push_back(makeSegment(0x10000 + index * 0x10000, 1, false));
  expectError(plan(many), ErrorCode::InvalidProgram, "regions");
}

TEST(AddressSpace, RejectsBadOptions) {
  ProcessImage image;
  expectError(AddressSpace::plan(image, {0, 0, 0}), ErrorCode::InvalidArgument,
              "needs a stack");
  expectError(AddressSpace::plan(image, {UINT64_MAX, 0, 4096}),
              ErrorCode::InvalidArgument, "are possible");
}
