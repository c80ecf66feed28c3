//===- HartInputsTest.cpp - What random harts start with --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Fuzz/HartInputs.h"
#include "ErrorExpectations.h"
#include "vmjit/Fuzz/ProgramGenerator.h"
#include "vmjit/Interpreter/GuestMemory.h"
#include "vmjit/Interpreter/Interpreter.h"
#include "gtest/gtest.h"

#include <map>
#include <set>

using namespace vmjit;
using namespace vmjit::fuzz;

namespace {
TEST(HartInputs, AreTheSameForTheSameSeed) {
  vmir::Program program = generateProgram(7);
  HartInputs first = generateInputs(7, program, 5);
  HartInputs second = generateInputs(7, program, 5);
  EXPECT_EQ(first.harts, second.harts);
  EXPECT_EQ(first.contents, second.contents);
  EXPECT_NE(first.harts, generateInputs(8, program, 5).harts);
}

TEST(HartInputs, HaveTheBytesOfAllRegions) {
  HartInputs inputs = generateInputs(1, generateProgram(1), 3);
  EXPECT_EQ(inputs.harts.size(), 3u);
  ASSERT_EQ(inputs.contents.size(), inputs.regions.size());
  for (size_t i = 0; i < inputs.regions.size(); ++i)
    EXPECT_EQ(inputs.contents[i].size(),
              inputs.regions[i].size * (inputs.regions[i].isPrivate ? 3 : 1));
}

TEST(HartInputs, LeaveTheZeroRegisterZero) {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    vmir::Program program = generateProgram(seed);
    bool anySet = false;
    for (const HartState &hart : generateInputs(seed, program, 8).harts)
      anySet |= hart.x[0] != 0;
    EXPECT_EQ(anySet, !program.zeroReg) << "seed " << seed;
  }
}

TEST(HartInputs, StartSomeHartsWithCallsAndReservations) {
  bool anyReservation = false, anyCsr = false, anyShallow = false,
       anyDeep = false;
  for (const HartState &hart :
       generateInputs(3, generateProgram(3), 200).harts) {
    anyReservation |= hart.reservation.size != 0;
    anyCsr |= !hart.csrs.empty();
    anyShallow |= hart.callStack.empty();
    anyDeep |= hart.callStack.size() == vmir::kCallStackDepth;
    EXPECT_LE(hart.callStack.size(), vmir::kCallStackDepth);
  }
  EXPECT_TRUE(anyReservation && anyCsr && anyShallow && anyDeep);
}

/// Runs \p hart of \p inputs and returns how it ended.
ExitRecord runHart(const vmir::Program &program, const HartInputs &inputs,
                   uint64_t hart, uint64_t stepLimit = 2000) {
  Interpreter interpreter = llvm::cantFail(Interpreter::create(program));
  GuestMemory memory;
  for (size_t i = 0; i < inputs.regions.size(); ++i) {
    const HartRegion &region = inputs.regions[i];
    llvm::ArrayRef<uint8_t> bytes = inputs.contents[i];
    expectSuccess(memory.addPrivate(
        region.base,
        bytes.slice(region.isPrivate ? hart * region.size : 0, region.size),
        region.flags & VMJIT_REGION_READ, region.flags & VMJIT_REGION_WRITE));
  }
  HartState state = inputs.harts[hart];
  expectSuccess(interpreter.runHart(state, memory, inputs.returnPc,
                                    {.stepLimit = stepLimit}));
  return state.exit;
}

TEST(HartInputs, LetHartsEndInEveryWayAndMostlyByReturning) {
  constexpr uint64_t seedCount = 1500, hartCount = 6;
  std::map<ExitStatus, uint64_t> counts;
  for (uint64_t seed = 0; seed < seedCount; ++seed) {
    vmir::Program program = generateProgram(seed);
    HartInputs inputs = generateInputs(seed, program, hartCount);
    for (uint64_t hart = 0; hart < hartCount; ++hart)
      ++counts[runHart(program, inputs, hart).status];
  }
  for (auto [status, count] : counts)
    RecordProperty(getExitStatusText(status).str(), std::to_string(count));
#define VMJIT_EXIT_STATUS(Name, Number, Text)                                  \
  if (ExitStatus::Name != ExitStatus::Running &&                               \
      ExitStatus::Name != ExitStatus::OutOfFuel &&                             \
      ExitStatus::Name != ExitStatus::Interrupted)                             \
    EXPECT_GT(counts[ExitStatus::Name], 0u) << Text;
#include "vmjit/ABI/ExitStatus.def"
  EXPECT_EQ(counts[ExitStatus::Running], 0u);
  // By accident at most.
  EXPECT_LT(counts[ExitStatus::OutOfFuel], seedCount * hartCount / 1000);
  EXPECT_GT(counts[ExitStatus::Return], seedCount * hartCount / 4);
}

TEST(HartInputs, HaveBudgetsThatManyHartsUseUp) {
  constexpr uint64_t seedCount = 500, hartCount = 4;
  uint64_t budgets = 0, stopped = 0;
  for (uint64_t seed = 0; seed < seedCount; ++seed) {
    vmir::Program program = generateProgram(seed);
    HartInputs inputs = generateInputs(seed, program, hartCount);
    if (!inputs.stepBudget)
      continue;
    ++budgets;
    for (uint64_t hart = 0; hart < hartCount; ++hart)
      stopped += runHart(program, inputs, hart, *inputs.stepBudget).status ==
                 ExitStatus::OutOfFuel;
  }
  RecordProperty("stopped", std::to_string(stopped));
  EXPECT_GT(budgets, seedCount / 3);
  EXPECT_LT(budgets, 2 * seedCount / 3);
  EXPECT_GT(stopped, budgets * hartCount / 20);
}
} // namespace
