//===- PstateTest.cpp - Tests of ARM condition flags ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

using namespace vmjit;

TEST(Pstate, FlagsAreBits31To28) {
  HartState state;
  state.nzcv = 0xa0000000;
  state.x[1] = 0xffffffff5fffffff;
  state = runOps({ops::ReadPstateFlags{3}, ops::WritePstateFlags{1},
                  ops::ReadPstateFlags{4}},
                 state);
  EXPECT_EQ(state.x[3], 0xa0000000u);
  EXPECT_EQ(state.x[4], 0x50000000u);
  EXPECT_EQ(state.nzcv, 0x50000000u);
}

TEST(Pstate, OtherBitsReadAsZero) {
  HartState state;
  state.nzcv = 0xffffffff;
  EXPECT_EQ(runOps({ops::ReadPstateFlags{3}}, state).x[3], 0xf0000000u);
}

TEST(Pstate, ConditionsAreThoseOfARM) {
  // Bit i is whether the condition holds where NZCV is i.
  const uint16_t holds[16] = {
      0xf0f0, // EQ: Z
      0x0f0f, // NE: !Z
      0xcccc, // CS: C
      0x3333, // CC: !C
      0xff00, // MI: N
      0x00ff, // PL: !N
      0xaaaa, // VS: V
      0x5555, // VC: !V
      0x0c0c, // HI: C and !Z
      0xf3f3, // LS: !C or Z
      0xaa55, // GE: N = V
      0x55aa, // LT: N != V
      0x0a05, // GT: !Z and N = V
      0xf5fa, // LE: Z or N != V
      0xffff, // AL
      0xffff, // AL
  };
  for (unsigned cond = 0; cond < 16; ++cond) {
    // All flags, and the number of the condition with other high bits.
    std::vector<vmir::Op> code;
    for (uint64_t nzcv = 0; nzcv < 16; ++nzcv) {
      code.insert(code.end(),
                  {ops::MovImm{1, nzcv << 28}, ops::WritePstateFlags{1},
                   ops::EvalCondition{3, uint8_t(cond | nzcv << 4)},
                   ops::SllImm{3, 3, uint8_t(nzcv)}, ops::Or{4, 4, 3}});
    }
    EXPECT_EQ(runOps(code).x[4], holds[cond]) << cond;
  }
}
