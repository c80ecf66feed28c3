//===- CodeMapTest.cpp - Tests of the discovery of RISC-V code --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestCode.h"
#include "gmock/gmock.h"

using namespace vmjit;
using namespace vmjit::riscv;
using namespace vmjit::riscv::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

static constexpr uint32_t nop = 0x00000013, ret = 0x00008067;

static CodeMap discover(const GuestImage &image,
                        std::vector<GuestAddr> entries = {kBase}) {
  return llvm::cantFail(discoverCode(image, getDecoder(), entries));
}

static std::string getFailure(llvm::ArrayRef<GuestAddr> entries,
                              size_t maxInstructions) {
  auto map = discoverCode(makeImage({nop, nop, nop, ret}), getDecoder(),
                          entries, maxInstructions);
  return map ? "" : llvm::toString(map.takeError());
}

TEST(CodeMap, SplitsBlocksWhereTheyAreEntered) {
  // nop; nop; bne a0, x0, -4; ret
  CodeMap map = discover(makeImage({nop, nop, 0xfe051ee3, ret}));
  EXPECT_THAT(map.leaders, ElementsAre(kBase, kBase + 4, kBase + 12));
  EXPECT_EQ(map.instructions.size(), 4u);
}

TEST(CodeMap, FollowsCallsAndWhatIsBehindThem) {
  // jal ra, 8; ret; nop; ret
  CodeMap map = discover(makeImage({0x008000ef, ret, nop, ret}));
  EXPECT_THAT(map.leaders, ElementsAre(kBase, kBase + 4, kBase + 8));
}

TEST(CodeMap, FollowsCallsThroughARegisterWithAConstant) {
  // auipc ra, 0; jalr ra, 16(ra); ret; nop; ret
  CodeMap map = discover(makeImage({0x00000097, 0x010080e7, ret, nop, ret}));
  EXPECT_THAT(map.leaders, ElementsAre(kBase, kBase + 8, kBase + 16));
  EXPECT_THAT(map.indirectTargets.at(kBase + 4), ElementsAre(kBase + 16));
}

TEST(CodeMap, StopsAtWhatIsNoInstruction) {
  CodeMap map = discover(makeImage({nop, 0xffffffff, nop}));
  EXPECT_EQ(map.instructions.size(), 2u);
}

TEST(CodeMap, LeavesOutCodeThatIsNotReached) {
  CodeMap map = discover(makeImage({ret, nop, ret}));
  EXPECT_EQ(map.instructions.size(), 1u);
}

TEST(CodeMap, ReportsEntriesWithoutCode) {
  EXPECT_THAT(getFailure({kBase + 1}, 100), HasSubstr("0x1001 is odd"));
  EXPECT_THAT(getFailure({0x9000}, 100), HasSubstr("no code at 0x9000"));
  EXPECT_THAT(getFailure({}, 100), HasSubstr("no entry"));
}

TEST(CodeMap, StopsAtTheLimit) {
  EXPECT_THAT(getFailure({kBase}, 3), HasSubstr("more than 3 instructions"));
  EXPECT_EQ(getFailure({kBase}, 4), "");
}
