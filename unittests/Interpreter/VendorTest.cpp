//===- VendorTest.cpp - Tests of vendor ops ---------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestHart.h"

using namespace vmjit;

TEST(Vendor, OpsAreUnsupportedExits) {
  for (const vmir::Op &op : std::initializer_list<vmir::Op>{
           ops::VendorLoad{3, 1, 8, "amx", 1},
           ops::VendorStore{3, 1, 8, "amx", 1},
           ops::VendorMatrixOp{3, "mul", 0, 1, 2, "bf16"},
           ops::VendorConfig{"amx", 0, "rows=8"},
           ops::VendorVectorOp{3, "dot", 1, 2, "dsp"}}) {
    HartState state = runOps({ops::MovImm{3, 7}, op, ops::MovImm{3, 8}});
    EXPECT_EQ(state.exit, exitAtOp(ExitStatus::Unsupported, 1))
        << vmir::getOpInfo(op).name.str();
    EXPECT_EQ(state.x[3], 7u);
  }
}
