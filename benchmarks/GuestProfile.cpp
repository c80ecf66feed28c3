//===- GuestProfile.cpp - What a RISC-V program executes --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GuestProfile.h"

#include "vmjit/Frontend/RISCV/Lifter.h"
#include "vmjit/Runtime/HartInterpreter.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <set>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::benchmarks;
using vmir::GuestAddr;

/// Where nothing returns to.
static constexpr GuestAddr kReturnPc = UINT64_MAX;

namespace {
/// Interprets everything, and counts how often each block is entered.
class CountingEngine : public linux_user::HartEngine {
public:
  explicit CountingEngine(const GuestWorkload &workload) : workload(workload) {}

  const HartStateLayout &getStateLayout() const override {
    return interpreter ? interpreter->getStateLayout() : emptyLayout;
  }
  Error addCode(ArrayRef<GuestAddr> addresses) override;
  bool hasCode(GuestAddr address) const override {
    return known.count(address) != 0;
  }
  Error run(HartStateArray &state, HartMemory &memory) override {
    if (interpreter)
      return interpreter->run(state, memory, kReturnPc,
                              {.blockCounts = counts});
    // There is no code before the first one was asked for.
    state.word(VMJIT_WORD_STATUS, 0) = VMJIT_EXIT_LeftRegion;
    return Error::success();
  }

  /// Of all blocks, in no order.
  std::vector<GuestProfile::Block> takeBlocks();

private:
  const GuestWorkload &workload;
  vmir::Program program;
  std::set<GuestAddr> known;
  /// For each block of the program.
  std::vector<uint64_t> instructionCounts;
  std::vector<uint64_t> counts;
  std::optional<HartInterpreter> interpreter;
  HartStateLayout emptyLayout;
};
} // namespace

Error CountingEngine::addCode(ArrayRef<GuestAddr> addresses) {
  riscv::LiftOptions options;
  for (GuestAddr address : addresses)
    if (!hasCode(address) && !workload.getImage().getCode(address).empty())
      options.entries.push_back(address);
  if (options.entries.empty())
    return Error::success();
  options.followsCalls = false;
  Expected<riscv::LiftedProgram> lifted =
      riscv::liftProgram(workload.getImage(), workload.getDecoder(), options);
  if (!lifted)
    return lifted.takeError();
  std::vector<vmir::Block> added = std::move(lifted->program.blocks);
  if (known.empty()) {
    program = std::move(lifted->program);
    program.blocks.clear();
    program.segments.clear();
  }
  for (auto [block, instructions] : zip_equal(added, lifted->instructions)) {
    if (!known.insert(block.startPc).second)
      continue;
    program.blocks.push_back(std::move(block));
    instructionCounts.push_back(instructions.size());
  }
  counts.resize(program.blocks.size());
  Expected<HartInterpreter> made = HartInterpreter::create(program);
  if (!made)
    return made.takeError();
  interpreter = std::move(*made);
  return Error::success();
}

std::vector<GuestProfile::Block> CountingEngine::takeBlocks() {
  std::vector<GuestProfile::Block> blocks;
  for (auto [block, instructionCount, count] :
       zip_equal(program.blocks, instructionCounts, counts))
    blocks.push_back({std::move(block), instructionCount, count});
  return blocks;
}

Expected<GuestProfile> benchmarks::profileGuest(const GuestWorkload &workload) {
  GuestProfile profile;
  raw_string_ostream output(profile.output);
  Expected<linux_user::ProcessGroup> group = workload.start({&output});
  if (!group)
    return group.takeError();
  CountingEngine engine(workload);
  if (Error error = group->run(engine))
    return std::move(error);
  profile.status = group->getStatus(0);
  profile.blocks = engine.takeBlocks();
  for (const GuestProfile::Block &block : profile.blocks)
    profile.instructionCount += block.instructionCount * block.entered;
  stable_sort(profile.blocks, [](const GuestProfile::Block &left,
                                 const GuestProfile::Block &right) {
    return left.entered > right.entered;
  });
  return profile;
}
