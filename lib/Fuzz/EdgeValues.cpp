//===- EdgeValues.cpp - Values that are worth trying ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EdgeValues.h"

using namespace vmjit;
using namespace vmjit::fuzz;

static constexpr uint64_t integers[] = {0,
                                        1,
                                        2,
                                        3,
                                        7,
                                        31,
                                        32,
                                        33,
                                        63,
                                        64,
                                        0x7f,
                                        0x80,
                                        0xff,
                                        0x7fff,
                                        0x8000,
                                        0xffff,
                                        0x7fffffff,
                                        0x80000000,
                                        0xfffffffe,
                                        0xffffffff,
                                        0x100000000,
                                        0x0102030405060708,
                                        0x7f80ff0001807fff,
                                        0x7fffffff80000000,
                                        0x7fffffffffffffff,
                                        0x8000000000000000,
                                        0x8000000080000000,
                                        0xffffffff00000000,
                                        0xffffffff7fffffff,
                                        0xffffffff80000000,
                                        0xfffffffffffffffe,
                                        0xffffffffffffffff};

static constexpr uint64_t doubles[] = {
    0x0000000000000000, 0x8000000000000000,                     // zeroes
    0x3ff0000000000000, 0xbff0000000000000, 0x3fe0000000000000, // 1, -1, 0.5
    0x4000000000000000, 0x3ff8000000000000, 0x4004000000000000, // 2, 1.5, 2.5
    0x7ff0000000000000, 0xfff0000000000000,                     // infinities
    0x7ff8000000000000, 0xfff8000000000000, 0x7ff8000000000123, // quiet NaNs
    0x7ff0000000000001, 0xfff4000000000000,                     // signalling
    0x0000000000000001, 0x800fffffffffffff, 0x0010000000000000, // tiny
    0x7fefffffffffffff, 0xffefffffffffffff,                     // huge
    0x41dfffffffc00000, 0x41e0000000000000, 0x41efffffffe00000, // 2^31, 2^32
    0xc1e0000000200000, 0x43e0000000000000, 0x43f0000000000000, // 2^63, 2^64
    0xc3e0000000000001, 0x3fefffffffffffff, 0xbfefffffffffffff,
    0x36a0000000000000, 0x47efffffe0000000, 0x3ff0000010000000, // f32 edges
    0x400921fb54442d18};

static constexpr uint32_t floats[] = {
    0x00000000, 0x80000000, 0x3f800000, 0xbf800000, 0x3f000000, 0x40200000,
    0x7f800000, 0xff800000, 0x7fc00000, 0xffc00000, 0x7fc00123, 0x7f800001,
    0xffa00000, 0x00000001, 0x807fffff, 0x00800000, 0x7f7fffff, 0xff7fffff,
    0x4f000000, 0xcf000000, 0x4f800000, 0x5f000000, 0xdf000000, 0x5f800000,
    0x3f7fffff, 0x3fc00000, 0x34000000, 0x40490fdb};

uint64_t fuzz::pickInteger(Random &random) {
  switch (random.below(8)) {
  case 0:
    return random.next();
  case 1:
    // Small ones, also below 0.
    return random.below(64) - 32;
  case 2:
    return random.next() >> random.below(64);
  case 3:
    return pickFloat(random);
  default:
    return random.pick(integers);
  }
}

uint64_t fuzz::pickFloat(Random &random) {
  constexpr uint64_t box = 0xffffffff00000000;
  switch (random.below(8)) {
  case 0:
    return random.next();
  case 1:
    return box | random.next();
  case 2:
    // Not boxed, so it is no f32.
    return random.pick(floats);
  case 3:
  case 4:
    return box | random.pick(floats);
  default:
    return random.pick(doubles);
  }
}

uint64_t fuzz::pickAddress(Random &random) {
  // Mostly a region that may be read and written.
  const HartRegion &region =
      memoryMap[random.oneIn(6) ? random.below(std::size(memoryMap))
                                : random.below(2)];
  switch (random.below(32)) {
  case 0:
    return region.base + region.size - random.below(9);
  case 1:
    return region.base - random.below(9);
  case 2:
    return region.base + random.below(region.size);
  case 3:
    return random.next();
  default:
    return region.base + 8 * random.below(region.size / 8);
  }
}
