//===- ReducerTest.cpp - Smaller programs that still fail -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Fuzz/Reducer.h"
#include "vmjit/Fuzz/ProgramGenerator.h"
#include "vmjit/VMIR/Verifier.h"
#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"

using namespace vmjit;
using namespace vmjit::fuzz;
using namespace vmjit::vmir;

namespace {
template <class IROp> uint64_t countOps(const Program &program) {
  uint64_t count = 0;
  for (const Block &block : program.blocks)
    count += llvm::count_if(block.ops, [](const Op &op) {
      return std::holds_alternative<IROp>(op);
    });
  return count;
}

/// Ten blocks of ten ops, one of them a division and one a multiplication.
Program makeProgram() {
  Program program;
  program.entry = 0x1000;
  for (uint64_t i = 0; i < 10; ++i) {
    Block block;
    block.startPc = 0x1000 + 0x10 * i;
    block.ops.assign(10, ops::Add{5, 6, 7});
    block.term = terms::CondJmp{5, 0x1000, 0x1010};
    program.blocks.push_back(std::move(block));
  }
  program.blocks[4].ops[3] = ops::Div{5, 6, 7, true};
  program.blocks[7].ops[8] = ops::Mul{5, 6, 7};
  return program;
}

TEST(Reducer, LeavesOnlyWhatThePredicateWants) {
  auto fails = [](const Program &program) {
    return countOps<ops::Div>(program) > 0 && countOps<ops::Mul>(program) > 0;
  };
  Program reduced = reduceProgram(makeProgram(), fails);
  EXPECT_TRUE(fails(reduced));
  EXPECT_FALSE(findViolation(reduced));
  // The entry, which has to be there, and the blocks of the two ops.
  ASSERT_EQ(reduced.blocks.size(), 3u);
  EXPECT_EQ(reduced.blocks[0], (Block{0x1000, {}, terms::Ret{}}));
  EXPECT_EQ(reduced.blocks[1],
            (Block{0x1040, {ops::Div{5, 6, 7, true}}, terms::Ret{}}));
  EXPECT_EQ(reduced.blocks[2],
            (Block{0x1070, {ops::Mul{5, 6, 7}}, terms::Ret{}}));
}

TEST(Reducer, MakesTerminatorsSimpler) {
  auto reduceTerminator = [](Terminator term, FailurePredicate fails) {
    Program program;
    program.blocks.push_back({0, {}, term});
    return reduceProgram(std::move(program), fails).blocks[0].term;
  };
  // Whoever wants a jump to 0x20 keeps it, in the simplest form.
  auto jumpsThere = [](const Program &program) {
    const Terminator &term = program.blocks[0].term;
    if (auto *jump = std::get_if<terms::Jmp>(&term))
      return jump->target == 0x20;
    if (auto *jump = std::get_if<terms::CondJmp>(&term))
      return jump->targetTrue == 0x20 || jump->targetFalse == 0x20;
    auto *call = std::get_if<terms::Call>(&term);
    return call && call->target == 0x20;
  };
  Terminator jump = terms::Jmp{0x20};
  EXPECT_EQ(reduceTerminator(terms::CondJmp{5, 0x20, 0x10}, jumpsThere), jump);
  EXPECT_EQ(reduceTerminator(terms::CondJmp{5, 0x10, 0x20}, jumpsThere), jump);
  EXPECT_EQ(reduceTerminator(terms::Call{0x20, 0x10}, jumpsThere), jump);
  EXPECT_EQ(reduceTerminator(jump, jumpsThere), jump);
  auto always = [](const Program &) { return true; };
  EXPECT_EQ(reduceTerminator(terms::Fault{7}, always),
            Terminator(terms::Ret()));
}

TEST(Reducer, KeepsAProgramThatCannotBeSmaller) {
  Program original = makeProgram();
  auto fails = [&](const Program &program) { return program == original; };
  EXPECT_EQ(reduceProgram(original, fails), original);
}

TEST(Reducer, ShowsThePredicateOnlyValidPrograms) {
  auto fails = [](const Program &program) {
    EXPECT_FALSE(findViolation(program));
    return countOps<ops::Div>(program) > 0;
  };
  for (uint64_t seed = 0; seed < 20; ++seed)
    reduceProgram(generateProgram(seed), fails);
}

TEST(Reducer, StopsAfterItsAttempts) {
  uint64_t calls = 0;
  auto fails = [&](const Program &) {
    ++calls;
    return false;
  };
  Program original = makeProgram();
  EXPECT_EQ(reduceProgram(original, fails, {.maxAttempts = 10}), original);
  // A candidate without the entry counts, but is not shown.
  EXPECT_LE(calls, 10u);
  EXPECT_GT(calls, 0u);
  EXPECT_EQ(reduceProgram(original, fails, {.maxAttempts = 0}), original);
}
} // namespace
