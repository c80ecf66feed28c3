//===- MemoryCallsTest.cpp - Tests of system calls on memory ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestProcess.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::linux_user;

namespace {
class MemoryCalls : public ProcessTest {
protected:
  static constexpr uint64_t kArea = AddressSpace::kMapBase;
  static constexpr uint64_t kAnonymous = 0x22;
  static constexpr uint64_t kFixed = 0x10;
  static constexpr uint64_t kNoReplace = 0x100000;

  int64_t map(uint64_t hint, uint64_t size, uint64_t flags = kAnonymous) {
    return call(222, {hint, size, 3, flags, uint64_t(-1), 0});
  }
};
} // namespace

TEST_F(MemoryCalls, BrkGrowsAndShrinksTheHeap) {
  uint64_t begin = space->getHeap().begin;
  EXPECT_EQ(call(214, {0}), int64_t(begin));
  EXPECT_EQ(call(214, {begin + 100}), int64_t(begin + 100));
  put(begin, "heap");
  // Too much, and below: nothing changes.
  EXPECT_EQ(call(214, {begin + 2 * kPageBytes + 1}), int64_t(begin + 100));
  EXPECT_EQ(call(214, {begin - 1}), int64_t(begin + 100));
  EXPECT_EQ(call(214, {begin + 2}), int64_t(begin + 2));
  EXPECT_EQ(call(214, {begin + 2 * kPageBytes}),
            int64_t(begin + 2 * kPageBytes));
  EXPECT_EQ(get(begin, 4), StringRef("he\0\0", 4));
}

TEST_F(MemoryCalls, MapsAreApartAndComeBack) {
  EXPECT_EQ(map(0, 1), int64_t(kArea));
  EXPECT_EQ(map(0, 2 * kPageBytes), int64_t(kArea + kPageBytes));
  EXPECT_EQ(map(0, 2 * kPageBytes), -12);
  put(kArea, "dirty");
  EXPECT_EQ(call(215, {kArea, 1}), 0);
  EXPECT_EQ(map(0, kPageBytes), int64_t(kArea));
  EXPECT_EQ(get(kArea, 5), std::string(5, '\0'));
}

TEST_F(MemoryCalls, UnmappingCutsMaps) {
  EXPECT_EQ(map(0, 4 * kPageBytes), int64_t(kArea));
  EXPECT_EQ(call(215, {kArea + kPageBytes, kPageBytes}), 0);
  EXPECT_EQ(map(0, 2 * kPageBytes), -12);
  EXPECT_EQ(map(0, kPageBytes), int64_t(kArea + kPageBytes));
  EXPECT_EQ(call(215, {kArea + 1, kPageBytes}), -22);
  EXPECT_EQ(call(215, {kArea, 0}), -22);
  EXPECT_EQ(call(215, {0, UINT64_MAX}), -22);
  EXPECT_EQ(call(215, {kPageBytes, AddressSpace::kStackTop}), -22);
  EXPECT_EQ(call(215, {0, AddressSpace::kStackTop}), 0);
  EXPECT_EQ(map(0, 4 * kPageBytes), int64_t(kArea));
}

TEST_F(MemoryCalls, FixedMapsReplace) {
  EXPECT_EQ(map(0, 2 * kPageBytes), int64_t(kArea));
  put(kArea + kPageBytes, "old");
  EXPECT_EQ(map(kArea + kPageBytes, kPageBytes, kAnonymous | kFixed),
            int64_t(kArea + kPageBytes));
  EXPECT_EQ(get(kArea + kPageBytes, 3), std::string(3, '\0'));
  EXPECT_EQ(map(kArea + 1, kPageBytes, kAnonymous | kFixed), -22);
  EXPECT_EQ(map(kData, kPageBytes, kAnonymous | kFixed), -12);
  EXPECT_EQ(map(kArea + 3 * kPageBytes, 2 * kPageBytes, kAnonymous | kFixed),
            -12);
}

TEST_F(MemoryCalls, MapsThatMustNotReplaceDoNot) {
  EXPECT_EQ(map(kArea + kPageBytes, kPageBytes, kAnonymous | kNoReplace),
            int64_t(kArea + kPageBytes));
  put(kArea + kPageBytes, "kept");
  for (uint64_t first : {uint64_t(0), kPageBytes})
    EXPECT_EQ(map(kArea + first, 2 * kPageBytes, kAnonymous | kNoReplace), -17);
  EXPECT_EQ(
      map(kArea + kPageBytes, kPageBytes, kAnonymous | kNoReplace | kFixed),
      -17);
  EXPECT_EQ(get(kArea + kPageBytes, 4), "kept");
  EXPECT_EQ(map(kArea, kPageBytes, kAnonymous | kNoReplace), int64_t(kArea));
  EXPECT_EQ(map(kArea + 2 * kPageBytes, kPageBytes, kAnonymous | kNoReplace),
            int64_t(kArea + 2 * kPageBytes));
}

TEST_F(MemoryCalls, MapsAreAnonymous) {
  EXPECT_EQ(map(0, 0), -22);
  EXPECT_EQ(map(0, kPageBytes, 0x20), -22);
  EXPECT_EQ(call(222, {0, kPageBytes, 3, kAnonymous, uint64_t(-1), 1}), -22);
  EXPECT_EQ(map(0, UINT64_MAX), -12);
  EXPECT_EQ(call(222, {0, kPageBytes, 1, 2, 1, 0}), -19);
  EXPECT_EQ(call(222, {0, kPageBytes, 1, 2, 7, 0}), -9);
  // The file is looked at before the size.
  EXPECT_EQ(call(222, {0, 0, 1, 2, 7, 0}), -9);
  EXPECT_EQ(call(222, {0, 0, 1, 2, 1, 0}), -22);
}

TEST_F(MemoryCalls, ProtectionIsOfWhatIsThere) {
  EXPECT_EQ(call(226, {kData, kPageBytes, 1}), 0);
  EXPECT_EQ(call(226, {kData + 1, kPageBytes, 1}), -22);
  EXPECT_EQ(call(226, {0, kPageBytes, 1}), -12);
  EXPECT_EQ(call(226, {kData, kPageBytes, 16}), -22);
  EXPECT_EQ(call(226, {kData, 0, 16}), 0);
}
