//===- LaunchDims.cpp - Sizes of grids and blocks ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The check of a launch's shape.
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/LaunchDims.h"

#include "vmjit/Support/Error.h"

using namespace llvm;
using namespace vmjit;

static bool isWithin(const Dim3 &dim, const Dim3 &limit) {
  return dim.x - 1 < limit.x && dim.y - 1 < limit.y && dim.z - 1 < limit.z;
}

static Error outOfRange(StringRef what, const Dim3 &dim, const Dim3 &limit) {
  return makeErrorf(ErrorCode::InvalidArgument,
                    "a {0} of {1} x {2} x {3} is not within 1 to {4} x {5} x "
                    "{6}",
                    what, dim.x, dim.y, dim.z, limit.x, limit.y, limit.z);
}

Error vmjit::verifyLaunchDims(const Dim3 &grid, const Dim3 &block) {
  if (!isWithin(grid, kMaxGridDim))
    return outOfRange("grid", grid, kMaxGridDim);
  if (!isWithin(block, kMaxBlockDim))
    return outOfRange("block", block, kMaxBlockDim);
  if (block.getCount() > kMaxBlockThreads)
    return makeErrorf(ErrorCode::InvalidArgument,
                      "a block of {0} threads; {1} are possible",
                      block.getCount(), kMaxBlockThreads);
  return Error::success();
}
