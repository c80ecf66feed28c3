//===- FileCallsTest.cpp - Tests of system calls on files -------*- C++ -*-===//
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
using FileCalls = ProcessTest;
} // namespace

TEST_F(FileCalls, WriteGoesToTheStreams) {
  put(kData, "to output, to errors");
  EXPECT_EQ(call(64, {1, kData, 9}), 9);
  EXPECT_EQ(call(64, {2, kData + 11, 9}), 9);
  EXPECT_EQ(outputText, "to output");
  EXPECT_EQ(errorText, "to errors");
  EXPECT_EQ(call(64, {0, kData, 1}), -9);
  EXPECT_EQ(call(64, {3, kData, 1}), -9);
  EXPECT_EQ(call(64, {uint64_t(-1), kData, 1}), -9);
}

TEST_F(FileCalls, WriteStopsAtTheEndOfMemory) {
  put(kText + kPageBytes - 3, "end");
  EXPECT_EQ(call(64, {1, kText + kPageBytes - 3, 100}), 3);
  EXPECT_EQ(outputText, "end");
  EXPECT_EQ(call(64, {1, 0, 5}), -14);
  EXPECT_EQ(call(64, {1, 0, 0}), 0);
}

// A result of -1 that is taken for a size, for one.
TEST_F(FileCalls, RangesThatNoProgramHasAreNotTouched) {
  options.input = "some input";
  constexpr uint64_t end = AddressSpace::kStackTop;
  for (uint64_t size : {end - kData + 1, uint64_t(1) << 63, UINT64_MAX}) {
    EXPECT_EQ(call(64, {1, kData, size}), -14) << size;
    EXPECT_EQ(call(63, {0, kData, size}), -14) << size;
    EXPECT_EQ(call(278, {kData, size, 0}), -14) << size;
  }
  EXPECT_EQ(call(64, {1, UINT64_MAX, 2}), -14);
  EXPECT_EQ(outputText, "");
  EXPECT_EQ(get(kData, 4), std::string(4, '\0'));
  EXPECT_EQ(call(63, {0, kData, end - kData}), 10);
}

TEST_F(FileCalls, DroppedOutputCounts) {
  options.output = nullptr;
  EXPECT_EQ(call(64, {1, kData, 10}), 10);
  EXPECT_EQ(outputText, "");
}

TEST_F(FileCalls, ReadTakesInputInPieces) {
  options.input = "some input";
  EXPECT_EQ(call(63, {0, kData, 4}), 4);
  EXPECT_EQ(call(63, {0, kData + 4, 100}), 6);
  EXPECT_EQ(get(kData, 11), StringRef("some input\0", 11));
  EXPECT_EQ(call(63, {0, kData, 100}), 0);
  EXPECT_EQ(call(63, {1, kData, 100}), -9);
}

TEST_F(FileCalls, ReadNeedsMemoryThatCanBeWritten) {
  options.input = "some input";
  EXPECT_EQ(call(63, {0, kText, 4}), -14);
  EXPECT_EQ(call(63, {0, 0, 4}), -14);
  // Nothing was lost.
  EXPECT_EQ(call(63, {0, kData, 4}), 4);
  EXPECT_EQ(get(kData, 4), "some");
}

TEST_F(FileCalls, VectorsAreTransferredInOrder) {
  options.input = "abcdef";
  uint64_t entries[] = {kData + 0x100, 2, kData + 0x200, 0, kData + 0x300, 3};
  for (auto [index, word] : enumerate(entries))
    putWord(kData + index * 8, word);
  EXPECT_EQ(call(65, {0, kData, 3}), 5);
  EXPECT_EQ(get(kData + 0x100, 2), "ab");
  EXPECT_EQ(get(kData + 0x300, 3), "cde");
  EXPECT_EQ(call(66, {1, kData, 3}), 5);
  EXPECT_EQ(outputText, "abcde");
  EXPECT_EQ(call(66, {1, kData, 1025}), -22);
  EXPECT_EQ(call(66, {1, 0, 1}), -14);
  EXPECT_EQ(call(66, {7, kData, 1}), -9);
  // What was written before something went wrong counts.
  putWord(kData + 16, 0);
  putWord(kData + 24, 1);
  EXPECT_EQ(call(66, {1, kData, 3}), 2);
}

TEST_F(FileCalls, VectorsAreLookedAtBeforeTheyAreTransferred) {
  auto putEntries = [&](uint64_t address, ArrayRef<uint64_t> words) {
    for (auto [index, word] : enumerate(words))
      putWord(address + index * 8, word);
  };
  putEntries(kData, {kData + 0x100, 2, kData + 0x100, uint64_t(1) << 63});
  EXPECT_EQ(call(66, {1, kData, 2}), -22);
  putEntries(kData, {kData + 0x100, 2, kData + 0x100, INT64_MAX});
  EXPECT_EQ(call(66, {1, kData, 2}), -14);
  // The second entry is not there.
  putEntries(kText + kPageBytes - 16, {kData + 0x100, 2});
  EXPECT_EQ(call(66, {1, kText + kPageBytes - 16, 2}), -14);
  EXPECT_EQ(outputText, "");
  EXPECT_EQ(call(66, {1, kText + kPageBytes - 16, 1}), 2);
  // The file is looked at first.
  EXPECT_EQ(call(66, {7, kData, 0}), -9);
  EXPECT_EQ(call(66, {1, kData, 0}), 0);
}

TEST_F(FileCalls, FilesArePipes) {
  EXPECT_EQ(call(80, {1, kData}), 0);
  EXPECT_EQ(get(kData + 16, 4), StringRef("\x80\x11\0\0", 4));
  EXPECT_EQ(call(80, {5, kData}), -9);
  EXPECT_EQ(call(80, {1, kText}), -14);
  EXPECT_EQ(call(62, {1, 0, 0}), -29);
  EXPECT_EQ(call(62, {1, 0, 5}), -22);
  EXPECT_EQ(call(62, {5, 0, 5}), -9);
  EXPECT_EQ(call(29, {1, 0x5413, kData}), -25);
  EXPECT_EQ(call(29, {9, 0x5413, kData}), -9);
}

TEST_F(FileCalls, StatusByAnEmptyPathIsTheFiles) {
  put(kData, StringRef("\0/etc/passwd\0", 13));
  EXPECT_EQ(call(79, {1, kData, kData + 0x100, 0x1000}), 0);
  EXPECT_EQ(call(79, {1, kData, kData + 0x100, 0}), -2);
  EXPECT_EQ(call(79, {1, kData + 1, kData + 0x100, 0x1000}), -2);
  EXPECT_EQ(call(79, {1, 0, kData + 0x100, 0x1000}), -14);
  // AT_SYMLINK_NOFOLLOW, and what is no flag.
  EXPECT_EQ(call(79, {1, kData + 1, kData + 0x100, 0x100}), -2);
  EXPECT_EQ(call(79, {1, kData + 1, kData + 0x100, 0x200}), -22);
}

// Linux takes the number of a file for 32 bits wide.
TEST_F(FileCalls, FilesHaveNumbersOfThirtyTwoBits) {
  constexpr uint64_t high = uint64_t(1) << 32;
  options.input = "ab";
  EXPECT_EQ(call(63, {high, kData, 2}), 2);
  EXPECT_EQ(call(64, {high | 1, kData, 1}), 1);
  EXPECT_EQ(call(64, {high | 2, kData + 1, 1}), 1);
  EXPECT_EQ(outputText, "a");
  EXPECT_EQ(errorText, "b");
  EXPECT_EQ(call(66, {high | 1, kData, 0}), 0);
  EXPECT_EQ(call(80, {high | 1, kData}), 0);
  EXPECT_EQ(call(29, {high, 0x5413, kData}), -25);
  EXPECT_EQ(call(57, {high | 2}), 0);
  EXPECT_EQ(call(57, {2}), -9);
}

TEST_F(FileCalls, ClosedFilesAreGone) {
  EXPECT_EQ(call(57, {1}), 0);
  EXPECT_EQ(call(57, {1}), -9);
  EXPECT_EQ(call(64, {1, kData, 1}), -9);
  EXPECT_EQ(call(64, {2, kData, 1}), 1);
}
