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
#include "llvm/Support/Compiler.h"

#ifdef __linux__
#include <sys/mman.h>
#endif

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

/// As many bytes from \p first on, none of them zero but for those of the
/// second page.
static std::vector<uint8_t> makeImage(size_t size, uint8_t first) {
  std::vector<uint8_t> bytes(size);
  for (auto [index, byte] : enumerate(bytes))
    byte = index / 4096 == 1 ? 0 : (first + index) | 1;
  return bytes;
}

/// Fills in \p image at \p address for all harts, lets hart 1 write some of it,
/// and expects that every hart has its own.
static void expectOwnCopies(HartMemory &memory, uint64_t hartCount,
                            uint64_t address, ArrayRef<uint8_t> image) {
  expectSuccess(memory.initialize(address, image));
  std::vector<uint8_t> changed = image.vec();
  for (size_t offset = 0; offset < image.size(); offset += 1000) {
    changed[offset] = 0;
    expectSuccess(memory.write(1, address + offset, changed[offset]));
  }
  std::vector<uint8_t> bytes(image.size());
  for (uint64_t hart : {uint64_t(0), uint64_t(1), hartCount - 1}) {
    expectSuccess(memory.read(hart, address, bytes));
    EXPECT_TRUE(bytes == (hart == 1 ? changed : image.vec()))
        << address << ", hart " << hart;
  }
}

TEST(HartMemory, BeginsWithTheSameForEachHart) {
  std::vector<uint8_t> image = makeImage(0x20000, 1);
  auto isSet = [](uint8_t byte) { return byte != 0; };
  // Where pages of the host begin and end, or not, for all harts or for one.
  for (uint64_t begin : {0x10000, 0x10ff0})
    for (uint64_t size : {0x20000, 0x30000, 0x30010}) {
      HartRegion region = {begin, size};
      for (uint64_t address :
           {begin, (begin + size - image.size()), begin + 0x123}) {
        if (address - begin > size - image.size())
          continue;
        VMJIT_ASSERT_VALUE(HartMemory memory, HartMemory::create(region, 3));
        expectOwnCopies(memory, 3, address, image);
        uint64_t before = address - begin, after = size - before - image.size();
        for (uint64_t hart = 0; hart < 3; ++hart) {
          ArrayRef<uint8_t> bytes = memory.getBytes(0, hart);
          EXPECT_TRUE(none_of(bytes.take_front(before), isSet));
          EXPECT_TRUE(none_of(bytes.take_back(after), isSet));
        }
      }
    }
}

TEST(HartMemory, BeginsWithSeveralPieces) {
  HartRegion regions[] = {{0x10000, 0x60000}, {0x80000, 0x20000, false}};
  VMJIT_ASSERT_VALUE(HartMemory memory, HartMemory::create(regions, 2));
  std::vector<uint8_t> first = makeImage(0x20123, 1);
  std::vector<uint8_t> second = makeImage(0x20000, 77);
  expectOwnCopies(memory, 2, 0x10000, first);
  expectOwnCopies(memory, 2, 0x30123, second);
  std::vector<uint8_t> bytes(first.size());
  expectSuccess(memory.read(0, 0x10000, bytes));
  EXPECT_TRUE(bytes == first);
  expectSuccess(memory.initialize(0x80000, second));
  EXPECT_TRUE(memory.getBytes(1, 1) == ArrayRef(second));
  expectError(memory.initialize(0x90000, second), ErrorCode::InvalidArgument,
              "no memory region has the 131072 bytes at 0x90000");
}

TEST(HartMemory, BeginsWithTheSameForMoreHartsThanTheSystemMapsCopiesFor) {
  constexpr uint64_t kHarts = 9'000;
  std::vector<uint8_t> image = makeImage(18 * 4096, 1);
  HartRegion region = {0x10000, image.size()};
  VMJIT_ASSERT_VALUE(HartMemory memory, HartMemory::create(region, kHarts));
  expectOwnCopies(memory, kHarts, 0x10000, image);
}

#if defined(__linux__) && !LLVM_ADDRESS_SANITIZER_BUILD &&                     \
    !LLVM_THREAD_SANITIZER_BUILD
TEST(HartMemory, CopiesWhereTheProcessCanHaveNoMoreMappings) {
  constexpr size_t kPages = 1 << 17, kPageBytes = 4096;
  std::vector<uint8_t> image = makeImage(18 * kPageBytes, 1);
  HartRegion region = {0x10000, 2 * image.size()};
  VMJIT_ASSERT_VALUE(HartMemory memory, HartMemory::create(region, 50));
  auto *pages = static_cast<uint8_t *>(
      mmap(nullptr, kPages * kPageBytes, PROT_NONE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  ASSERT_NE(pages, MAP_FAILED);
  // Neighbours of different rights are mappings of their own.
  size_t page = 0;
  while (page < kPages &&
         !mprotect(pages + page * kPageBytes, kPageBytes, PROT_READ))
    page += 2;
  if (page < kPages)
    expectOwnCopies(memory, 50, 0x10000, image);
  munmap(pages, kPages * kPageBytes);
  if (page >= kPages)
    GTEST_SKIP() << "vm.max_map_count is more than " << kPages;
}
#endif

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
