//===- GeneratedProgram.cpp - Programs of any size --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GeneratedProgram.h"
#include "vmjit/VMIR/Builder.h"
#include "vmjit/VMIR/JSON.h"

#include <random>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::benchmarks;
using namespace vmjit::vmir;

namespace {
constexpr GuestAddr kFirstPc = 0x10000;
constexpr GuestAddr kBlockStride = 44;
constexpr unsigned kOpsPerBlock = 10;
constexpr size_t kBlocksPerLoop = 4;
/// A temporary of its block, for conditions and addresses.
constexpr RegId kTemporary = 32;
constexpr RegId kLoadBase = 10;
constexpr RegId kStoreBase = 11;

class Generator {
public:
  Generator(size_t numBlocks, EntryMode mode) : numBlocks(numBlocks) {
    if (mode == EntryMode::Kernel)
      builder.setParams({ParamType::Buffer, ParamType::Buffer, ParamType::I64});
  }

  Expected<std::string> generate(GeneratedEnd end);

private:
  void generateBlock(size_t index);
  void generateIntegerOp();
  size_t pickTarget(size_t index);

  uint64_t pick(uint64_t bound) { return random() % bound; }
  /// One of the registers that hold values: x12 to x31.
  RegId pickReg() { return RegId(12 + pick(20)); }
  GuestAddr getPc(size_t index) const {
    return kFirstPc + index * kBlockStride;
  }

  size_t numBlocks;
  std::minstd_rand random;
  IRBuilder builder{"generated"};
};
} // namespace

void Generator::generateIntegerOp() {
  RegId dst = pickReg(), lhs = pickReg(), rhs = pickReg();
  switch (pick(12)) {
  case 0:
    builder.Add(dst, lhs, rhs);
    return;
  case 1:
    builder.Sub(dst, lhs, rhs);
    return;
  case 2:
    builder.Mul(dst, lhs, rhs);
    return;
  case 3:
    builder.And(dst, lhs, rhs);
    return;
  case 4:
    builder.Or(dst, lhs, rhs);
    return;
  case 5:
    builder.Xor(dst, lhs, rhs);
    return;
  case 6:
    builder.Sll(dst, lhs, rhs);
    return;
  case 7:
    builder.SraImm(dst, lhs, uint8_t(pick(64)));
    return;
  case 8:
    builder.CmpLtU(dst, lhs, rhs);
    return;
  case 9:
    builder.Select(dst, lhs, rhs, pickReg());
    return;
  case 10:
    builder.MovImm(dst, random());
    return;
  default:
    builder.AddImm(dst, lhs, int64_t(pick(4096)) - 2048);
    return;
  }
}

/// Where the conditional jump of a block goes if it does not fall through. Four
/// blocks are the body of a loop, some of its second blocks are loops
/// themselves, and the rest jumps forward, at most to the start of the next
/// loop.
size_t Generator::pickTarget(size_t index) {
  size_t next = index / kBlocksPerLoop * kBlocksPerLoop + kBlocksPerLoop;
  switch (index % kBlocksPerLoop) {
  case kBlocksPerLoop - 1:
    return next - kBlocksPerLoop;
  case 1:
    if (pick(2))
      return index;
    [[fallthrough]];
  default:
    return std::min(index + 2 + pick(next - index - 1), numBlocks);
  }
}

void Generator::generateBlock(size_t index) {
  builder.createBlock(getPc(index));
  builder.Load(pickReg(), kLoadBase, int64_t(8 * pick(128)), 8, MemFlags());
  for (unsigned i = 3; i != kOpsPerBlock; ++i)
    generateIntegerOp();
  builder.CmpLt(kTemporary, pickReg(), pickReg());
  builder.Store(pickReg(), kStoreBase, int64_t(8 * pick(128)), 8, MemFlags());
  builder.CondJmp(kTemporary, getPc(pickTarget(index)), getPc(index + 1));
}

Expected<std::string> Generator::generate(GeneratedEnd end) {
  for (size_t i = 0; i != numBlocks; ++i)
    generateBlock(i);
  builder.createBlock(getPc(numBlocks));
  if (end == GeneratedEnd::Ret)
    builder.Ret();
  else
    builder.JmpReg(kReturnAddressReg, 0);
  Expected<Program> program = builder.build();
  if (!program)
    return program.takeError();
  std::string text;
  raw_string_ostream os(text);
  writeProgram(os, *program);
  return text;
}

Expected<std::string> benchmarks::generateProgram(size_t numOps, EntryMode mode,
                                                  GeneratedEnd end) {
  return Generator(numOps / kOpsPerBlock, mode).generate(end);
}
