//===- GuestMemoryTest.cpp - Tests of GuestMemory ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Interpreter/GuestMemory.h"

#include "TestHart.h"
#include "vmjit/ABI/Hart.h"

using namespace vmjit;

static constexpr uint64_t kEnd = 0;

TEST(GuestMemory, PrivateRegionsAreCopies) {
  std::vector<uint8_t> bytes(8, 1);
  GuestMemory first, second;
  ASSERT_FALSE(bool(first.addPrivate(0x100, bytes)));
  ASSERT_FALSE(bool(second.addPrivate(0x100, bytes)));
  *first.getRegionList().find(0x107, 1, true) = 9;
  EXPECT_EQ(bytes[7], 1);
  EXPECT_EQ(*second.getRegionList().find(0x107, 1, false), 1);
  GuestMemory moved = std::move(first);
  EXPECT_EQ(*moved.getRegionList().find(0x107, 1, false), 9);
  EXPECT_EQ(moved.getRegions().front().size, 8u);
}

TEST(GuestMemory, SharedRegionsAreTheCallers) {
  std::vector<uint8_t> bytes(8, 1);
  GuestMemory first, second;
  ASSERT_FALSE(bool(first.addShared(0x100, bytes)));
  ASSERT_FALSE(bool(second.addShared(0x200, bytes)));
  *first.getRegionList().find(0x104, 1, true) = 9;
  EXPECT_EQ(*second.getRegionList().find(0x204, 1, false), 9);
}

TEST(GuestMemory, ARegionMayEndWhereAddressesEnd) {
  std::vector<uint8_t> bytes(16, 7);
  GuestMemory memory;
  ASSERT_FALSE(bool(memory.addShared(kEnd - 16, bytes)));
  EXPECT_NE(memory.getRegionList().find(kEnd - 8, 8, false), nullptr);
  EXPECT_EQ(memory.getRegionList().find(kEnd - 7, 8, false), nullptr);
  EXPECT_EQ(memory.getRegionList().find(0, 1, false), nullptr);
}

TEST(GuestMemory, RejectsWrappingAndEmptyRegions) {
  std::vector<uint8_t> bytes(16);
  GuestMemory memory;
  auto [code, message] = takeFailure(memory.addShared(kEnd - 8, bytes));
  EXPECT_EQ(code, ErrorCode::InvalidArgument);
  EXPECT_EQ(message,
            "memory region at 0xfffffffffffffff8 of 16 bytes wraps around");
  EXPECT_EQ(takeFailure(memory.addPrivate(0x100, {})).second,
            "memory region at 0x100 is empty");
}

TEST(GuestMemory, RejectsOverlaps) {
  std::vector<uint8_t> bytes(16);
  GuestMemory memory;
  ASSERT_FALSE(bool(memory.addShared(0x100, bytes)));
  EXPECT_EQ(takeFailure(memory.addPrivate(0x10f, bytes)).second,
            "memory regions at 0x10f and 0x100 overlap");
  EXPECT_EQ(takeFailure(memory.addPrivate(0xf1, bytes)).second,
            "memory regions at 0xf1 and 0x100 overlap");
  EXPECT_FALSE(bool(memory.addShared(0x110, bytes)));
  EXPECT_FALSE(bool(memory.addShared(0xf0, bytes)));
}

TEST(GuestMemory, RejectsARegionTooMany) {
  std::vector<uint8_t> bytes(16);
  GuestMemory memory;
  for (unsigned i = 0; i < VMJIT_MAX_REGIONS; ++i)
    ASSERT_FALSE(bool(memory.addShared(i * 0x100, bytes)));
  EXPECT_EQ(takeFailure(memory.addShared(0x10000, bytes)).second,
            "a memory map has at most 16 regions");
  EXPECT_EQ(memory.getRegions().size(), size_t(VMJIT_MAX_REGIONS));
}
