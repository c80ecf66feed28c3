//===- LaunchDimsTest.cpp - Tests of the limits of launches -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/LaunchDims.h"

#include "../CodeObject/ErrorExpectations.h"

using namespace vmjit;

TEST(LaunchDims, AcceptsTheLimits) {
  expectSuccess(verifyLaunchDims({1}, {1}));
  expectSuccess(verifyLaunchDims(kMaxGridDim, {1024}));
  expectSuccess(verifyLaunchDims({1}, {4, 4, 64}));
  EXPECT_EQ(kMaxGridDim.getCount(), 0x7fffffffULL * 65535 * 65535);
}

TEST(LaunchDims, RejectsWhatIsOutOfRange) {
  struct {
    Dim3 grid, block;
    const char *message;
  } cases[] = {
      {{0}, {1}, "a grid of 0 x 1 x 1"},
      {{1, 0}, {1}, "a grid"},
      {{1, 1, 0}, {1}, "a grid"},
      {{0x80000000u}, {1}, "a grid"},
      {{1, 65536}, {1}, "a grid"},
      {{1, 1, 65536}, {1}, "a grid"},
      {{1}, {0}, "a block of 0 x 1 x 1"},
      {{1}, {1025}, "a block"},
      {{1}, {1, 1, 65}, "a block"},
      {{1}, {32, 33}, "a block of 1056 threads"},
  };
  for (const auto &test : cases)
    expectError(verifyLaunchDims(test.grid, test.block),
                ErrorCode::InvalidArgument, test.message);
}
