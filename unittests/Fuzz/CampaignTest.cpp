//===- CampaignTest.cpp - Many random programs in a row ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Fuzz/Campaign.h"
#include "ErrorExpectations.h"
#include "gtest/gtest.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::fuzz;

namespace {
using CheckResult = Expected<std::optional<Difference>>;

bool hasOp(const vmir::Program &program, StringRef name) {
  for (const vmir::Block &block : program.blocks)
    for (const vmir::Op &op : block.ops)
      if (getOpInfo(op).name == name)
        return true;
  return false;
}

/// As if an engine got Select wrong, but did not compile it beside Fadd.
CheckResult failOnSelect(const vmir::Program &program, const HartInputs &) {
  if (!hasOp(program, "Select"))
    return std::nullopt;
  if (!hasOp(program, "Fadd"))
    return Difference{"elsewhere", "another difference"};
  return Difference{"host at -O3",
                    std::to_string(program.blocks.size()) + " blocks"};
}

TEST(Campaign, FindsNothingWhereThereIsNothing) {
  CampaignOptions options;
  options.count = 10;
  options.harts = 3;
  uint64_t calls = 0;
  VMJIT_ASSERT_VALUE(std::optional<Finding> finding,
                     runCampaign(options,
                                 [&](const vmir::Program &program,
                                     const HartInputs &inputs) -> CheckResult {
                                   EXPECT_EQ(inputs.harts.size(), 3u);
                                   EXPECT_EQ(program,
                                             generateProgram(1 + calls));
                                   ++calls;
                                   return std::nullopt;
                                 }));
  EXPECT_FALSE(finding);
  EXPECT_EQ(calls, 10u);
}

TEST(Campaign, StopsAtTheFirstDifference) {
  CampaignOptions options;
  options.count = 500;
  VMJIT_ASSERT_VALUE(std::optional<Finding> finding,
                     runCampaign(options, failOnSelect));
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->program, generateProgram(finding->seed));
  EXPECT_TRUE(hasOp(finding->program, "Select"));
  for (uint64_t seed = options.firstSeed; seed < finding->seed; ++seed)
    EXPECT_FALSE(hasOp(generateProgram(seed), "Select"));
}

/// The first seed whose program has both of the ops.
uint64_t findSeedWithBoth() {
  for (uint64_t seed = 0; seed < 10000; ++seed) {
    vmir::Program program = generateProgram(seed);
    if (hasOp(program, "Select") && hasOp(program, "Fadd"))
      return seed;
  }
  ADD_FAILURE() << "no program has both ops";
  return 0;
}

TEST(Campaign, ReducesToTheSameDifference) {
  CampaignOptions options;
  options.firstSeed = findSeedWithBoth();
  options.reduce = true;
  VMJIT_ASSERT_VALUE(std::optional<Finding> finding,
                     runCampaign(options, failOnSelect));
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->seed, options.firstSeed);
  EXPECT_EQ(finding->difference.where, "host at -O3");
  // It tells of the program as it is now.
  EXPECT_EQ(finding->difference.what,
            std::to_string(finding->program.blocks.size()) + " blocks");
  size_t opCount = 0;
  for (const vmir::Block &block : finding->program.blocks)
    opCount += block.ops.size();
  EXPECT_EQ(opCount, 2u);
}

TEST(Campaign, ChecksAProgramThatIsGiven) {
  vmir::Program program;
  program.blocks.push_back({0,
                            {vmir::ops::Nop{}, vmir::ops::Select{5, 6, 7, 8}},
                            vmir::terms::Ret{}});
  CampaignOptions options;
  VMJIT_ASSERT_VALUE(std::optional<Finding> finding,
                     checkProgram(7, program, options, failOnSelect));
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->seed, 7u);
  EXPECT_EQ(finding->program, program);
  options.reduce = true;
  VMJIT_ASSERT_VALUE(finding, checkProgram(7, program, options, failOnSelect));
  ASSERT_TRUE(finding);
  program.blocks[0].ops.erase(program.blocks[0].ops.begin());
  EXPECT_EQ(finding->program, program);

  expectError(checkProgram(7, vmir::Program(), options, failOnSelect),
              ErrorCode::InvalidProgram, "at least one block");
  options.harts = 0;
  expectError(checkProgram(7, program, options, failOnSelect),
              ErrorCode::InvalidArgument, "number of harts");
}

TEST(Campaign, GoesOnAtZeroAfterTheLastSeed) {
  CampaignOptions options;
  options.firstSeed = UINT64_MAX;
  options.count = 2;
  std::vector<vmir::Program> programs;
  VMJIT_ASSERT_VALUE(std::optional<Finding> finding,
                     runCampaign(options,
                                 [&](const vmir::Program &program,
                                     const HartInputs &) -> CheckResult {
                                   programs.push_back(program);
                                   return std::nullopt;
                                 }));
  EXPECT_FALSE(finding);
  ASSERT_EQ(programs.size(), 2u);
  EXPECT_EQ(programs[0], generateProgram(UINT64_MAX));
  EXPECT_EQ(programs[1], generateProgram(0));
}

TEST(Campaign, PassesErrorsOnWithTheSeed) {
  CampaignOptions options;
  options.firstSeed = 42;
  expectError(
      runCampaign(options,
                  [](const vmir::Program &, const HartInputs &) -> CheckResult {
                    return makeError(ErrorCode::OutOfMemory, "full");
                  }),
      ErrorCode::OutOfMemory, "seed 42: full");
}

TEST(Campaign, RejectsOptionsOutOfRange) {
  auto expectRejected = [](auto change, const std::string &part) {
    CampaignOptions options;
    change(options);
    expectError(runCampaign(options, failOnSelect), ErrorCode::InvalidArgument,
                part);
  };
  expectRejected([](CampaignOptions &options) { options.harts = 0; },
                 "number of harts");
  expectRejected([](CampaignOptions &options) { options.harts = 1 << 20; },
                 "number of harts");
  expectRejected(
      [](CampaignOptions &options) { options.generator.maxBlocks = 0; },
      "room for a block");
  expectRejected(
      [](CampaignOptions &options) { options.generator.maxOpsPerBlock = 0; },
      "room for a block");
}
} // namespace
