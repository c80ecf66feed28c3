//===- ProcessCallsTest.cpp - Tests of the other system calls ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestProcess.h"
#include "llvm/Support/Endian.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::linux_user;

namespace {
class ProcessCalls : public ProcessTest {
protected:
  uint64_t getWord(uint64_t address) {
    return support::endian::read64le(get(address, 8).data());
  }
};
} // namespace

TEST_F(ProcessCalls, ExitKeepsEightBits) {
  EXPECT_EQ(getProcess().getStatus(), ProcessStatus());
  call(94, {0x1234});
  EXPECT_EQ(getProcess().getStatus(),
            (ProcessStatus{ProcessStatus::Exited, 0x34}));
}

TEST_F(ProcessCalls, SignalsToItselfEndIt) {
  options.processId = 7;
  EXPECT_EQ(call(129, {8, 9}), -3);
  EXPECT_EQ(call(129, {7, 65}), -22);
  EXPECT_EQ(call(129, {7, 0}), 0);
  EXPECT_EQ(call(129, {7, 17}), 0);
  EXPECT_EQ(call(130, {1, 6}), -3);
  EXPECT_EQ(call(131, {7, 8, 6}), -3);
  EXPECT_EQ(call(130, {0, 6}), -22);
  EXPECT_EQ(call(130, {uint64_t(-7), 6}), -22);
  EXPECT_EQ(call(131, {0, 7, 6}), -22);
  EXPECT_EQ(call(131, {7, 0, 6}), -22);
  EXPECT_EQ(getProcess().getStatus(), ProcessStatus());
  call(131, {7, 7, 6});
  EXPECT_EQ(getProcess().getStatus(),
            (ProcessStatus{ProcessStatus::Killed, 6}));
}

TEST_F(ProcessCalls, SaysWhoItIs) {
  options.processId = 7;
  EXPECT_EQ(call(172), 7);
  EXPECT_EQ(call(173), 0);
  EXPECT_EQ(call(178), 7);
  EXPECT_EQ(call(96, {kData}), 7);
  EXPECT_EQ(call(174), 1000);
  EXPECT_EQ(call(160, {kData}), 0);
  EXPECT_EQ(get(kData, 6), StringRef("Linux\0", 6));
  EXPECT_EQ(get(kData + 4 * 65, 8), StringRef("riscv64\0", 8));
  EXPECT_EQ(call(160, {kText}), -14);
}

TEST_F(ProcessCalls, NobodyWaitsForAFutex) {
  putWord(kData, 5);
  EXPECT_EQ(call(98, {kData, 1, 1}), 0);
  EXPECT_EQ(call(98, {kData, 129, 1}), 0);
  EXPECT_EQ(call(98, {kData, 10, 1, 0, 0, UINT32_MAX}), 0);
  // No bits to wake or to wait for.
  EXPECT_EQ(call(98, {kData, 10, 1}), -22);
  EXPECT_EQ(call(98, {kData, 9, 5}), -22);
  EXPECT_EQ(call(98, {uint64_t(-8), 1, 1}), -14);
  // Somebody else would have to change it.
  EXPECT_EQ(call(98, {kData, 128, 4}), -11);
  EXPECT_EQ(call(98, {kData, 128, 5}), -38);
  EXPECT_EQ(call(98, {kData + 2, 0, 0}), -22);
  EXPECT_EQ(call(98, {0, 0, 0}), -14);
  EXPECT_EQ(call(98, {kData, 5, 0}), -38);
}

TEST_F(ProcessCalls, ClocksAreThoseGiven) {
  using namespace std::chrono_literals;
  auto elapsed = std::make_shared<std::chrono::nanoseconds>(5s);
  options.clock = [elapsed](Clock clock) {
    return *elapsed + (clock == Clock::Realtime ? 100s : 0s);
  };
  getProcess();
  *elapsed = 7s + 123456789ns;
  EXPECT_EQ(call(113, {0, kData}), 0);
  EXPECT_EQ(getWord(kData), 107u);
  EXPECT_EQ(getWord(kData + 8), 123456789u);
  EXPECT_EQ(call(113, {1, kData}), 0);
  EXPECT_EQ(getWord(kData), 7u);
  // Since the start.
  EXPECT_EQ(call(113, {2, kData}), 0);
  EXPECT_EQ(getWord(kData), 2u);
  EXPECT_EQ(call(169, {kData, 0}), 0);
  EXPECT_EQ(getWord(kData), 107u);
  EXPECT_EQ(getWord(kData + 8), 123456u);
  EXPECT_EQ(call(169, {0, kData}), 0);
  EXPECT_EQ(getWord(kData), 0u);
  EXPECT_EQ(call(169, {kText, 0}), -14);
  EXPECT_EQ(call(113, {11, kData}), 0);
  EXPECT_EQ(getWord(kData), 107u);
  EXPECT_EQ(call(113, {99, kData}), -22);
  EXPECT_EQ(call(113, {0, kText}), -14);
}

TEST_F(ProcessCalls, RandomBytesFollowTheSeed) {
  options.seed = 42;
  EXPECT_EQ(call(278, {kData, 16, 0}), 16);
  std::string first = get(kData, 16);
  EXPECT_NE(first, std::string(16, '\0'));
  EXPECT_EQ(call(278, {kData, 16, 0}), 16);
  EXPECT_NE(get(kData, 16), first);
  process.reset();
  EXPECT_EQ(call(278, {kData, 16, 0}), 16);
  EXPECT_EQ(get(kData, 16), first);
  options.seed = 43;
  process.reset();
  EXPECT_EQ(call(278, {kData, 16, 0}), 16);
  EXPECT_NE(get(kData, 16), first);
  EXPECT_EQ(call(278, {kText, 16, 0}), -14);
  EXPECT_EQ(call(278, {kData, 16, 8}), -22);
  // GRND_RANDOM and GRND_INSECURE.
  EXPECT_EQ(call(278, {kData, 16, 6}), -22);
}

// Linux takes ids, flags and the like for 32 bits wide.
TEST_F(ProcessCalls, IntsHaveThirtyTwoBits) {
  constexpr uint64_t high = uint64_t(1) << 32;
  putWord(kData, 5);
  EXPECT_EQ(call(129, {high | 1, high}), 0);
  EXPECT_EQ(call(131, {high | 1, high | 1, high | 17}), 0);
  EXPECT_EQ(getProcess().getStatus(), ProcessStatus());
  EXPECT_EQ(call(98, {kData, high | 1, 1}), 0);
  EXPECT_EQ(call(113, {high, kData}), 0);
  EXPECT_EQ(call(113, {high | 99, kData}), -22);
  EXPECT_EQ(call(278, {kData, 8, high | 1}), 8);
}

// Nothing a program passes may do more than that it gets an answer.
TEST_F(ProcessCalls, AnyArgumentsAreAnswered) {
  options.output = options.errors = nullptr;
  options.input = "some input";
  static constexpr uint64_t numbers[] = {
#define VMJIT_SYSTEM_CALL(Number, Name, ArgumentCount) Number,
#include "vmjit/LinuxUser/SystemCalls.def"
  };
  const uint64_t heap = space->getHeap().begin;
  const uint64_t values[] = {0,
                             1,
                             2,
                             3,
                             0x22,
                             0x32,
                             0x100022,
                             kPageBytes,
                             kPageBytes + 1,
                             kText,
                             kData,
                             kData + kPageBytes - 1,
                             heap,
                             heap + 3 * kPageBytes,
                             AddressSpace::kMapBase,
                             AddressSpace::kMapBase + kPageBytes,
                             AddressSpace::kStackTop - 1,
                             AddressSpace::kStackTop,
                             INT64_MAX,
                             uint64_t(1) << 63,
                             UINT64_MAX - kPageBytes + 1,
                             UINT64_MAX};
  std::mt19937_64 random(1);
  for (int round = 0; round < 50'000; ++round) {
    std::array<uint64_t, 6> arguments;
    for (uint64_t &argument : arguments)
      argument = values[random() % std::size(values)];
    uint64_t number = numbers[random() % std::size(numbers)];
    int64_t result = call(number, arguments);
    EXPECT_GE(result, -38) << number;
  }
  uint64_t end = call(214, {0});
  EXPECT_GE(end, heap);
  EXPECT_LE(end, space->getHeap().end);
}

TEST_F(ProcessCalls, OthersAreNotServed) {
  EXPECT_EQ(call(56, {0, kData, 0, 0}), -38);
  EXPECT_EQ(call(UINT64_MAX), -38);
}

TEST_F(ProcessCalls, TraceHasEachCall) {
  std::string text;
  raw_string_ostream os(text);
  options.trace = &os;
  call(64, {1, kData, 3});
  call(64, {5, kData, 3});
  call(214, {0});
  call(99, {1, 2, 3, 4, 5, 6});
  call(94, {3});
  EXPECT_EQ(text, "hart 0: write(0x1, 0x12000, 0x3) = 3\n"
                  "hart 0: write(0x5, 0x12000, 0x3) = -EBADF\n"
                  "hart 0: brk(0x0) = 77824\n"
                  "hart 0: system call 99(0x1, 0x2, 0x3, 0x4, 0x5, 0x6) = "
                  "-ENOSYS\n"
                  "hart 0: exit_group(0x3)\n");
}
