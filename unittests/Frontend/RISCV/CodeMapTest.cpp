//===- CodeMapTest.cpp - Tests of the discovery of RISC-V code --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestCode.h"
#include "llvm/ADT/STLExtras.h"
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

static bool isLeader(const CodeMap &map, GuestAddr pc) {
  return map.leaders.count(pc) != 0;
}

static std::string getFailure(llvm::ArrayRef<GuestAddr> entries,
                              size_t maxInstructions) {
  auto map = discoverCode(makeImage({nop, nop, nop, ret}), getDecoder(),
                          entries, {.maxInstructions = maxInstructions});
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

TEST(CodeMap, SplitsBlocksWhereOverlappingCodeMeets) {
  // lui a0, 16, in the middle of which is c.nop; nop; ret
  for (auto entries : {std::vector<GuestAddr>{kBase, kBase + 2},
                       std::vector<GuestAddr>{kBase + 2, kBase}}) {
    CodeMap map = discover(makeImage({0x00010537, nop, ret}), entries);
    EXPECT_THAT(map.leaders, ElementsAre(kBase, kBase + 2, kBase + 4));
    EXPECT_EQ(map.instructions.size(), 4u);
  }
}

// Else a small file could ask for any amount of memory.
TEST(CodeMap, BoundsTheTargetsOfAllJumpTables) {
  constexpr GuestAddr table = 0x10000;
  constexpr size_t jumps = 300;
  // lui a2, 1; bgeu a0, a2, 24; slli a0, a0, 3; lui a3, 16; add a0, a0, a3;
  // ld a0, 0(a0); jr a0; ret
  const uint32_t code[] = {0x00001637, 0x00c57c63, 0x00351513, 0x000106b7,
                           0x00d50533, 0x00053503, 0x00050067, ret};
  std::vector<uint32_t> words;
  std::vector<GuestAddr> entries;
  for (size_t jump = 0; jump < jumps; ++jump) {
    entries.push_back(kBase + words.size() * 4);
    words.insert(words.end(), std::begin(code), std::end(code));
  }
  GuestImage image = makeImage(words);
  ImageRegion region;
  region.addr = table;
  for (uint64_t entry = 0; entry < kMaxJumpTableEntries; ++entry)
    for (uint32_t word : {uint32_t(kBase), 0u})
      for (uint8_t byte : makeBytes(word))
        region.bytes.push_back(byte);
  llvm::cantFail(image.addRegion(std::move(region)));
  CodeMap map = discover(image, entries);
  EXPECT_EQ(map.indirectTargets.size(), kMaxJumpTargets / kMaxJumpTableEntries);
  EXPECT_EQ(map.indirectTargets.begin()->second.size(), kMaxJumpTableEntries);
}

//===----------------------------------------------------------------------===//
// Functions that only pointers lead to
//===----------------------------------------------------------------------===//

static constexpr GuestAddr kData = 0x8000;
static constexpr uint32_t call = 0x000500e7, jump = 0x00050067; // a0

/// An image of \p words, with the address of its fifth instruction, which is a
/// function, in its data, \p offset bytes from where it could be.
static GuestImage makeImageWithPointer(llvm::ArrayRef<uint32_t> words,
                                       unsigned offset = 0) {
  GuestImage image = makeImage(words);
  ImageRegion region;
  region.addr = kData;
  region.bytes.resize(16);
  for (auto [index, byte] : llvm::enumerate(makeBytes(uint32_t(kBase + 16))))
    region.bytes[offset + index] = byte;
  region.isWritable = true;
  llvm::cantFail(image.addRegion(std::move(region)));
  image.addDataRange(kData, 16);
  image.addFunction(kBase + 16);
  return image;
}

TEST(CodeMap, FollowsPointersInDataIfACallMayGoThere) {
  for (uint32_t through : {call, jump})
    EXPECT_TRUE(isLeader(
        discover(makeImageWithPointer({through, ret, nop, nop, nop, ret})),
        kBase + 16));
  EXPECT_TRUE(isLeader(
      discover(makeImageWithPointer({call, ret, nop, nop, nop, ret}, 8)),
      kBase + 16));
  // Not aligned.
  EXPECT_FALSE(isLeader(
      discover(makeImageWithPointer({call, ret, nop, nop, nop, ret}, 4)),
      kBase + 16));
}

TEST(CodeMap, FollowsNoPointersWithoutSuchACall) {
  // ret and jr t0 are returns; jal is a call that tells where it goes.
  for (uint32_t through : {ret, 0x00028067u, 0x008000efu})
    EXPECT_FALSE(isLeader(
        discover(makeImageWithPointer({through, ret, ret, nop, nop, ret})),
        kBase + 16));
}

TEST(CodeMap, FollowsNoPointersUnlessItMay) {
  GuestImage image = makeImageWithPointer({call, ret, nop, nop, nop, ret});
  for (DiscoveryOptions options : {DiscoveryOptions{.followsPointers = false},
                                   DiscoveryOptions{.followsCalls = false}}) {
    CodeMap map =
        llvm::cantFail(discoverCode(image, getDecoder(), {kBase}, options));
    EXPECT_FALSE(isLeader(map, kBase + 16));
  }
}

TEST(CodeMap, FollowsAddressesThatCodeMakes) {
  // auipc a1, 0; addi a1, a1, 16; jalr a0; ret; nop; ret
  GuestImage image = makeImage({0x00000597, 0x01058593, call, ret, nop, ret});
  EXPECT_FALSE(isLeader(discover(image), kBase + 16));
  image.addFunction(kBase + 16);
  EXPECT_TRUE(isLeader(discover(image), kBase + 16));
  // Something else happens to a1 between: mv a1, a2
  image = makeImage({0x00000597, 0x00060593, 0x01458593, call, ret, ret});
  image.addFunction(kBase + 20);
  EXPECT_FALSE(isLeader(discover(image), kBase + 20));
}

TEST(CodeMap, FollowsAddressesRelativeToGp) {
  // addi a1, gp, -16; jalr a0; ret; nop; ret
  GuestImage image = makeImage({0xff018593, call, ret, nop, ret});
  image.addFunction(kBase + 12);
  EXPECT_FALSE(isLeader(discover(image), kBase + 12));
  image.addSymbol("__global_pointer$", kBase + 28);
  EXPECT_TRUE(isLeader(discover(image), kBase + 12));
}

TEST(CodeMap, FollowsWhatPointedFunctionsMake) {
  // The function makes the address of another: auipc a1, 0; addi a1, a1, 12
  GuestImage image = makeImageWithPointer(
      {call, ret, nop, nop, 0x00000597, 0x00c58593, ret, nop, ret});
  image.addFunction(kBase + 28);
  EXPECT_TRUE(isLeader(discover(image), kBase + 28));
}
