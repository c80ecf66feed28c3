//===- ProgramGeneratorTest.cpp - Random valid programs ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Fuzz/ProgramGenerator.h"
#include "vmjit/VMIR/GPUCsrs.h"
#include "vmjit/VMIR/Verifier.h"
#include "gtest/gtest.h"

#include <set>

using namespace vmjit;
using namespace vmjit::fuzz;
using namespace vmjit::vmir;

namespace {
constexpr uint64_t seedCount = 1500;

TEST(ProgramGenerator, MakesValidHartModePrograms) {
  for (uint64_t seed = 0; seed < seedCount; ++seed) {
    Program program = generateProgram(seed);
    std::optional<Violation> violation = findViolation(program);
    EXPECT_FALSE(violation) << "seed " << seed << ": " << violation->message;
    EXPECT_FALSE(program.isKernelMode());
  }
}

TEST(ProgramGenerator, MakesTheSameProgramOfTheSameSeed) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    EXPECT_EQ(generateProgram(seed), generateProgram(seed));
    EXPECT_NE(generateProgram(seed), generateProgram(seed + 1));
  }
}

TEST(ProgramGenerator, MakesEveryOpAndTerminatorThatCanBeCompared) {
  std::set<std::string> found;
  for (uint64_t seed = 0; seed < seedCount; ++seed)
    for (const Block &block : generateProgram(seed).blocks) {
      for (const Op &op : block.ops)
        found.insert(getOpInfo(op).name.str());
      found.insert(getTerminatorName(block.term).str());
    }
  for (const OpInfo &info : getOpInfos()) {
    bool isComparable =
        (info.family != Family::Gpu && info.family != Family::Fenv) ||
        info.name == "Fence";
    EXPECT_EQ(found.count(info.name.str()), isComparable) << info.name.str();
  }
#define VMIR_TERMINATOR(Name, Fields) EXPECT_TRUE(found.count(#Name)) << #Name;
#include "vmjit/VMIR/Opcodes.def"
}

TEST(ProgramGenerator, NamesNoCsrOfTheGrid) {
  for (uint64_t seed = 0; seed < 300; ++seed)
    for (const Block &block : generateProgram(seed).blocks)
      for (const Op &op : block.ops)
        std::visit(
            [](const auto &op) {
              if constexpr (requires { op.csr; }) {
                EXPECT_FALSE(getGPUCsr(op.csr));
                EXPECT_NE(op.csr, kBarrierCsr);
              }
            },
            op);
}

TEST(ProgramGenerator, KeepsWithinItsOptions) {
  GeneratorOptions options;
  options.maxBlocks = 3;
  options.maxOpsPerBlock = 2;
  // A loop head has three ops more, a sequence goes two beyond the end.
  constexpr size_t maxOps = 2 + 3 + 2;
  std::set<size_t> blockCounts;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    Program program = generateProgram(seed, options);
    blockCounts.insert(program.blocks.size());
    for (const Block &block : program.blocks)
      EXPECT_LE(block.ops.size(), maxOps);
  }
  EXPECT_EQ(blockCounts, (std::set<size_t>{1, 2, 3}));
}

TEST(ProgramGenerator, WritesTheLoopCounterOnlyInLoopHeads) {
  auto writesCounter = [](const Op &op) {
    bool writes = false;
    std::visit(
        [&](const auto &op) {
          forEachField(op, [&](auto tag, llvm::StringRef, const auto &value) {
            if constexpr (std::is_same_v<decltype(tag), field::XDst>)
              writes |= canonicalReg(value) == kLoopCounterReg;
          });
        },
        op);
    return writes;
  };
  for (uint64_t seed = 0; seed < 300; ++seed)
    for (const Block &block : generateProgram(seed).blocks)
      for (size_t i = 0; i < block.ops.size(); ++i)
        EXPECT_EQ(writesCounter(block.ops[i]), i == 0 && isLoopHead(block))
            << "seed " << seed << ", op " << i;
}

TEST(ProgramGenerator, TellsLoopHeads) {
  Block block;
  EXPECT_FALSE(isLoopHead(block));
  block.ops = {ops::AddImm{kLoopCounterReg, kLoopCounterReg, 1}};
  EXPECT_FALSE(isLoopHead(block));
  block.ops = {ops::AddImm{kLoopCounterReg, kLoopCounterReg, -1}};
  EXPECT_TRUE(isLoopHead(block));
}
} // namespace
