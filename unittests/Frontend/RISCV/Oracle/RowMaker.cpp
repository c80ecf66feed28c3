//===- RowMaker.cpp - Values to run instructions on -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowMaker.h"

#include "llvm/ADT/STLExtras.h"

#include <cstddef>

using namespace llvm;
using namespace vmjit::riscv;
using namespace vmjit::riscv::oracle;

static uint64_t pickInteger(Random &random) {
  static constexpr uint64_t edges[] = {0,
                                       1,
                                       2,
                                       31,
                                       32,
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
                                       0xffffffff,
                                       0x100000000,
                                       0x7fffffffffffffff,
                                       0x8000000000000000,
                                       0xffffffff80000000,
                                       0xffffffff7fffffff,
                                       0xfffffffffffffffe,
                                       0xffffffffffffffff,
                                       0x8000000000000001};
  if (random() % 2)
    return edges[random() % std::size(edges)];
  // Numbers of every magnitude.
  uint64_t value = random() >> random() % 64;
  return random() % 2 ? value : -value;
}

static uint32_t pickSingle(Random &random) {
  static constexpr uint32_t edges[] = {
      0x00000000, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000,
      0x7fc00000, 0xffc00001, 0x7f800001, 0xffbfffff, 0x00000001, 0x80000001,
      0x007fffff, 0x00800000, 0x7f7fffff, 0xff7fffff, 0x4effffff, 0x4f000000,
      0xcf000000, 0xcf000001, 0x4f7fffff, 0x4f800000, 0x5effffff, 0x5f000000,
      0xdf000000, 0x5f7fffff, 0x5f800000, 0x3f000000, 0xbf7fffff, 0x3fffffff,
      // With others above: next to the least normal number, and to infinity.
      0x3f800001, 0x3f7fffff, 0x73000000, 0x72ffffff};
  if (random() % 2)
    return edges[random() % std::size(edges)];
  if (random() % 2)
    return uint32_t(random());
  // Near each other, so that sums cancel and products stay in range.
  return 0x3f000000 + uint32_t(random() % 0x2000000);
}

static uint64_t pickDouble(Random &random) {
  static constexpr uint64_t edges[] = {
      0x0000000000000000, 0x8000000000000000, 0x3ff0000000000000,
      0xbff0000000000000, 0x7ff0000000000000, 0xfff0000000000000,
      0x7ff8000000000000, 0xfff8000000000001, 0x7ff0000000000001,
      0xfff7ffffffffffff, 0x0000000000000001, 0x8000000000000001,
      0x000fffffffffffff, 0x0010000000000000, 0x7fefffffffffffff,
      0x41dfffffffc00000, 0x41e0000000000000, 0xc1e0000000000000,
      0xc1e0000000200000, 0x41efffffffe00000, 0x41f0000000000000,
      0x43e0000000000000, 0xc3e0000000000000, 0x43f0000000000000,
      0x43dfffffffffffff, 0x43efffffffffffff, 0x3fe0000000000000,
      0xbfefffffffffffff, 0x36a0000000000000, 0x47efffffe0000000,
      0x47effffff0000000, 0x380fffffffffffff, 0x3690000000000000,
      0x3ff0000000000001, 0x3fefffffffffffff, 0x7c90000000000000,
      0x7c8fffffffffffff};
  if (random() % 2)
    return edges[random() % std::size(edges)];
  if (random() % 2)
    return random();
  return 0x3fe0000000000000 + random() % 0x40000000000000;
}

static uint64_t pickFloat(Random &random) {
  if (random() % 2)
    return pickDouble(random);
  uint64_t single = pickSingle(random);
  // A float that is not boxed reads as NaN.
  return random() % 16 == 0 ? single : 0xffffffff00000000 | single;
}

std::optional<size_t> oracle::findInWindow(uint8_t number) {
  auto found = find(kIntegerWindow, number);
  if (found == std::end(kIntegerWindow))
    return std::nullopt;
  return size_t(found - std::begin(kIntegerWindow));
}

/// What the base register of \p instruction has to be, for an access inside of
/// the row's memory or a jump to behind what follows.
static std::optional<uint64_t> makeBase(const DecodedInstruction &instruction,
                                        uint64_t rowAddress, Random &random) {
  Family family = getFamily(*instruction.operation);
  uint64_t memory = rowAddress + offsetof(Row, memory);
  // All accesses have at most 8 bytes.
  uint64_t offset = random() % (sizeof(Row::memory) - 7);
  if (family == Family::Atomic)
    return memory + offset / 8 * 8;
  if (family == Family::Memory)
    return memory + offset - uint64_t(instruction.imm);
  // The lowest bit is dropped.
  if (instruction.operation == Operation::JALR)
    return instruction.pc + kJumpDistance + random() % 2 -
           uint64_t(instruction.imm);
  return std::nullopt;
}

/// fcsr: any that Csr instructions find, else with a rounding mode that there
/// is, and the nearest even one where there is to be no other.
static uint64_t makeFcsr(Family family, bool isExact, Random &random) {
  if (family == Family::Csr)
    return random() % 256;
  return isExact ? random() % 5 << 5 | random() % 32 : 0;
}

Row oracle::makeRow(const DecodedInstruction &instruction, uint64_t rowAddress,
                    bool isExact, Random &random) {
  Row row = {};
  for (uint64_t &x : row.x)
    x = pickInteger(random);
  // Branches and comparisons would hardly ever see equal values.
  if (random() % 4 == 0)
    row.x[random() % std::size(row.x)] = row.x[random() % std::size(row.x)];
  for (uint64_t &f : row.f)
    f = pickFloat(random);
  for (uint64_t &word : row.memory)
    word = random() % 2 ? pickInteger(random) : pickFloat(random);
  row.fcsr = makeFcsr(getFamily(*instruction.operation), isExact, random);
  if (auto base = makeBase(instruction, rowAddress, random))
    if (auto place = findInWindow(instruction.rs1))
      row.x[*place] = *base;
  return row;
}
