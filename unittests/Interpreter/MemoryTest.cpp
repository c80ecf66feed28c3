//===- MemoryTest.cpp - Tests of loads and stores ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

using namespace vmjit;

namespace {
using MemoryOps = HartWithMemory;
} // namespace

TEST_F(MemoryOps, LoadsAreLittleEndianAndZeroExtended) {
  run({ops::Load{2, 1, 0, 1}, ops::Load{3, 1, 1, 2}, ops::Load{4, 1, 4, 4},
       ops::Load{5, 1, 8, 8}});
  EXPECT_EQ(state.x[2], 0x80u);
  EXPECT_EQ(state.x[3], 0x8281u);
  EXPECT_EQ(state.x[4], 0x87868584u);
  EXPECT_EQ(state.x[5], 0x8f8e8d8c8b8a8988u);
}

TEST_F(MemoryOps, StoresWriteTheLowBytes) {
  state.x[2] = 0x1122334455667788;
  std::vector<uint8_t> expected = bytes;
  expected[0] = 0x88;
  expected[3] = 0x88;
  expected[4] = 0x77;
  EXPECT_EQ(run({ops::Store{2, 1, 0, 1}, ops::Store{2, 1, 3, 2}}).status,
            ExitStatus::Return);
  EXPECT_EQ(bytes, expected);
  run({ops::Store{2, 1, 4, 4}, ops::Load{3, 1, 4, 8}});
  EXPECT_EQ(state.x[3], 0x8b8a898855667788u);
  run({ops::Store{2, 1, 8, 8}, ops::Load{3, 1, 8, 8}});
  EXPECT_EQ(state.x[3], 0x1122334455667788u);
}

TEST_F(MemoryOps, AddressesWrap) {
  state.x[6] = kBase + 8;
  run({ops::Load{2, 6, -8, 1}});
  EXPECT_EQ(state.x[2], 0x80u);
  state.x[6] = -16;
  run({ops::Load{2, 6, kBase + 16, 1}});
  EXPECT_EQ(state.x[2], 0x80u);
}

TEST_F(MemoryOps, TheBaseMayBeTheDestination) {
  run({ops::Load{1, 1, 0, 1}});
  EXPECT_EQ(state.x[1], 0x80u);
}

TEST_F(MemoryOps, MisalignedIsLegalWithNaturalAlignmentInHartMode) {
  run({ops::Load{2, 1, 1, 8}});
  EXPECT_EQ(state.x[2], 0x8887868584838281u);
}

TEST_F(MemoryOps, ExplicitAlignmentIsChecked) {
  vmir::MemFlags align4{.align = 4};
  EXPECT_EQ(run({ops::Load{2, 1, 4, 8, align4}}).status, ExitStatus::Return);
  EXPECT_EQ(run({ops::Nop{}, ops::Load{2, 1, 2, 1, align4}}),
            exitAtOp(ExitStatus::AlignFault, 1, kBase + 2));
  EXPECT_EQ(run({ops::Store{2, 1, 6, 2, align4}}),
            exitAtOp(ExitStatus::AlignFault, 0, kBase + 6));
  EXPECT_EQ(run({ops::Load{2, 1, 3, 8, {.align = 1}}}).status,
            ExitStatus::Return);
  // Any number is an alignment: kBase is 1 modulo 3.
  EXPECT_EQ(run({ops::Load{2, 1, 2, 1, {.align = 3}}}).status,
            ExitStatus::Return);
  EXPECT_EQ(run({ops::Load{2, 1, 0, 1, {.align = 3}}}).status,
            ExitStatus::AlignFault);
}

TEST_F(MemoryOps, VolatileAndFencesDoNotChangeTheAccess) {
  vmir::MemFlags flags{.isVolatile = true,
                       .fenceBefore = true,
                       .fenceAfter = true,
                       .order = vmir::MemOrder::SeqCst};
  run({ops::Load{2, 1, 0, 1, flags}, ops::Store{2, 1, 1, 1, flags}});
  EXPECT_EQ(bytes[1], 0x80);
}

TEST_F(MemoryOps, SizesWithoutMeaningAreBadOps) {
  for (uint8_t size : {0, 3, 5, 16, 255}) {
    EXPECT_EQ(run({ops::Load{2, 1, 0, size}}),
              exitAtOp(ExitStatus::BadOp, 0, 0));
    EXPECT_EQ(run({ops::Store{2, 1, 0, size}}),
              exitAtOp(ExitStatus::BadOp, 0, 0));
  }
  for (uint8_t size : {0, 1, 2, 3, 16}) {
    EXPECT_EQ(run({ops::Fload{2, 1, 0, size}}),
              exitAtOp(ExitStatus::BadOp, 0, 0));
    EXPECT_EQ(run({ops::Fstore{2, 1, 0, size}}),
              exitAtOp(ExitStatus::BadOp, 0, 0));
  }
}

TEST_F(MemoryOps, FaultsArePrecise) {
  ExitRecord exit = run({ops::MovImm{5, 1}, ops::Store{5, 1, 0, 1},
                         ops::Load{5, 1, 9, 8}, ops::MovImm{6, 1}});
  EXPECT_EQ(exit, exitAtOp(ExitStatus::MemoryFault, 2, kBase + 9, 8));
  EXPECT_EQ(state.x[5], 1u);
  EXPECT_EQ(state.x[6], 0u);
  EXPECT_EQ(bytes[0], 1);
}

TEST_F(MemoryOps, AccessesEndWithTheRegion) {
  EXPECT_EQ(run({ops::Load{2, 1, 15, 1}}).status, ExitStatus::Return);
  EXPECT_EQ(run({ops::Load{2, 1, 15, 2}}),
            exitAtOp(ExitStatus::MemoryFault, 0, kBase + 15, 2));
  EXPECT_EQ(run({ops::Load{2, 1, 16, 1}}),
            exitAtOp(ExitStatus::MemoryFault, 0, kBase + 16, 1));
  EXPECT_EQ(run({ops::Load{2, 1, -1, 1}}),
            exitAtOp(ExitStatus::MemoryFault, 0, kBase - 1, 1));
  std::vector<uint8_t> before = bytes;
  EXPECT_EQ(run({ops::Store{2, 1, -1, 4}}),
            exitAtOp(ExitStatus::MemoryFault, 0, kBase - 1, 4, true));
  EXPECT_EQ(run({ops::Fload{2, 1, 12, 8}}),
            exitAtOp(ExitStatus::MemoryFault, 0, kBase + 12, 8));
  EXPECT_EQ(run({ops::Fstore{2, 1, 13, 4}}),
            exitAtOp(ExitStatus::MemoryFault, 0, kBase + 13, 4, true));
  EXPECT_EQ(bytes, before);
}

TEST_F(MemoryOps, ALoadIntoTheZeroRegisterStillFaults) {
  EXPECT_EQ(run({ops::Load{0, 1, 0, 1}}).status, ExitStatus::Return);
  EXPECT_EQ(run({ops::Load{0, 1, 16, 1}}).status, ExitStatus::MemoryFault);
}

TEST_F(MemoryOps, RegionsPermitReadsAndWritesSeparately) {
  mapRomAndPort();
  port.assign(8, 0);
  state.x[5] = kRom;
  state.x[6] = kPort;
  EXPECT_EQ(run({ops::Load{2, 5, 0, 8}}).status, ExitStatus::Return);
  EXPECT_EQ(run({ops::Store{2, 5, 0, 8}}),
            exitAtOp(ExitStatus::MemoryFault, 0, kRom, 8, true));
  EXPECT_EQ(run({ops::Store{2, 6, 0, 8}}).status, ExitStatus::Return);
  EXPECT_EQ(run({ops::Load{2, 6, 0, 8}}),
            exitAtOp(ExitStatus::MemoryFault, 0, kPort, 8));
  EXPECT_EQ(port, rom);
}

TEST_F(MemoryOps, AnAccessDoesNotSpanAdjacentRegions) {
  std::vector<uint8_t> next(16, 0);
  ASSERT_FALSE(bool(memory.addShared(kBase + 16, next)));
  EXPECT_EQ(run({ops::Load{2, 1, 12, 8}}),
            exitAtOp(ExitStatus::MemoryFault, 0, kBase + 12, 8));
  EXPECT_EQ(run({ops::Load{2, 1, 16, 8}}).status, ExitStatus::Return);
}

TEST_F(MemoryOps, FloatAccesses) {
  state.f[2] = f32::kUnboxedOne;
  run({ops::Fload{3, 1, 0, 4}, ops::Fload{4, 1, 8, 8}, ops::Fstore{2, 1, 0, 4},
       ops::Fstore{4, 1, 4, 8}});
  EXPECT_EQ(state.f[3], box(0x83828180));
  EXPECT_EQ(state.f[4], 0x8f8e8d8c8b8a8988u);
  const std::vector<uint8_t> expected = {0,    0,    0x80, 0x3f, 0x88, 0x89,
                                         0x8a, 0x8b, 0x8c, 0x8d, 0x8e, 0x8f,
                                         0x8c, 0x8d, 0x8e, 0x8f};
  EXPECT_EQ(bytes, expected);
}

TEST_F(MemoryOps, AtomicAccessesAreNaturallyAligned) {
  vmir::MemFlags atomic{.atomic = true, .order = vmir::MemOrder::SeqCst};
  EXPECT_EQ(run({ops::Load{2, 1, 8, 8, atomic}, ops::Store{2, 1, 0, 8, atomic},
                 ops::Load{3, 1, 3, 1, atomic}})
                .status,
            ExitStatus::Return);
  EXPECT_EQ(state.x[2], 0x8f8e8d8c8b8a8988u);
  EXPECT_EQ(state.x[3], 0x8bu);
  EXPECT_EQ(run({ops::Load{2, 1, 4, 8, atomic}}),
            exitAtOp(ExitStatus::AlignFault, 0, kBase + 4));
  EXPECT_EQ(run({ops::Store{2, 1, 1, 2, atomic}}),
            exitAtOp(ExitStatus::AlignFault, 0, kBase + 1));
}

TEST_F(MemoryOps, AnExplicitAlignmentOfAnAtomicAccessIsOneMore) {
  vmir::MemFlags align8{.atomic = true, .align = 8};
  vmir::MemFlags align1{.atomic = true, .align = 1};
  EXPECT_EQ(run({ops::Load{2, 1, 4, 4, align8}}),
            exitAtOp(ExitStatus::AlignFault, 0, kBase + 4));
  EXPECT_EQ(run({ops::Load{2, 1, 8, 4, align8}}).status, ExitStatus::Return);
  EXPECT_EQ(run({ops::Load{2, 1, 2, 4, align1}}),
            exitAtOp(ExitStatus::AlignFault, 0, kBase + 2));
}

TEST_F(MemoryOps, SizeThenAlignmentThenTheMapAreChecked) {
  vmir::MemFlags flags{.atomic = true, .align = 4};
  EXPECT_EQ(run({ops::Load{2, 0, 1, 3, flags}}),
            exitAtOp(ExitStatus::BadOp, 0));
  EXPECT_EQ(run({ops::Load{2, 0, 1, 4, flags}}),
            exitAtOp(ExitStatus::AlignFault, 0, 1));
  EXPECT_EQ(run({ops::Load{2, 0, 4, 4, flags}}),
            exitAtOp(ExitStatus::MemoryFault, 0, 4, 4));
}
