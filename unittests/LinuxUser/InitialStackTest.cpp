//===- InitialStackTest.cpp - Tests of the stack of a new process -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/LinuxUser/InitialStack.h"

#include "../CodeObject/ErrorExpectations.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::linux_user;

namespace {
class InitialStackTest : public testing::Test {
protected:
  InitialStackTest() {
    image.entry = 0x10078;
    image.programHeaders = 0x10040;
    image.programHeaderCount = 4;
    space.emplace(cantFail(AddressSpace::plan(image, {0, 0, 2 * kPageBytes})));
    memory.emplace(cantFail(HartMemory::create(space->getRegions(), 2)));
  }

  uint64_t getWord(uint64_t address) {
    uint8_t bytes[8];
    cantFail(memory->read(1, address, bytes));
    return support::endian::read64le(bytes);
  }
  std::string getString(uint64_t address) {
    std::string string;
    for (uint8_t byte;; string += static_cast<char>(byte)) {
      cantFail(memory->read(1, address++, byte));
      if (byte == 0)
        return string;
    }
  }

  ProcessImage image;
  std::optional<AddressSpace> space;
  std::optional<HartMemory> memory;
};
} // namespace

TEST_F(InitialStackTest, HasWhatTheStartOfAProgramReads) {
  InitialStack contents;
  contents.arguments = {"program", "", "x y"};
  contents.environment = {"HOME=/"};
  for (auto [index, byte] : enumerate(contents.randomBytes))
    byte = static_cast<uint8_t>(index + 1);
  VMJIT_ASSERT_VALUE(uint64_t pointer,
                     writeInitialStack(contents, image, *space, *memory, 1));
  EXPECT_EQ(pointer % 16, 0u);
  uint64_t next = pointer;
  auto take = [&] {
    uint64_t word = getWord(next);
    next += 8;
    return word;
  };
  EXPECT_EQ(take(), 3u);
  EXPECT_EQ(getString(take()), "program");
  EXPECT_EQ(getString(take()), "");
  EXPECT_EQ(getString(take()), "x y");
  EXPECT_EQ(take(), 0u);
  EXPECT_EQ(getString(take()), "HOME=/");
  EXPECT_EQ(take(), 0u);
  std::map<uint64_t, uint64_t> auxiliary;
  for (uint64_t type = take(); type != 0; type = take())
    auxiliary[type] = take();
  EXPECT_EQ(auxiliary[3], 0x10040u);
  EXPECT_EQ(auxiliary[4], 56u);
  EXPECT_EQ(auxiliary[5], 4u);
  EXPECT_EQ(auxiliary[6], 4096u);
  EXPECT_EQ(auxiliary.count(7), 1u);
  EXPECT_EQ(auxiliary[7], 0u);
  EXPECT_EQ(auxiliary.count(8), 1u);
  EXPECT_EQ(auxiliary[8], 0u);
  EXPECT_EQ(auxiliary[9], 0x10078u);
  EXPECT_EQ(auxiliary[16], 0x112du);
  EXPECT_EQ(getString(auxiliary[31]), "program");
  EXPECT_EQ(getWord(auxiliary[25]), 0x0807060504030201u);
  EXPECT_EQ(getWord(auxiliary[25] + 8), 0x100f0e0d0c0b0a09u);
}

TEST_F(InitialStackTest, RefusesWhatDoesNotFit) {
  InitialStack contents;
  contents.arguments = {std::string(kPageBytes / 2, 'x')};
  expectError(writeInitialStack(contents, image, *space, *memory, 0),
              ErrorCode::InvalidArgument, "a quarter of the stack");
  contents.arguments = {std::string("a\0b", 3)};
  expectError(writeInitialStack(contents, image, *space, *memory, 0),
              ErrorCode::InvalidArgument, "null byte");
}
