//===- RISCVEngineTurns.cpp - Running harts by turns ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In a turn, a hart goes back and forth between compiled code and the
// interpreter until it ends or has used up its steps. On the host, each hart
// has its whole turn on one thread, which finds its memory in its caches.
// Elsewhere compiled code runs for all harts at once, and each hart crosses but
// once in a turn.
//
// How long turns are depends on counts only, not on time, so that the same
// blocks are compiled each time a program is run.
//
//===----------------------------------------------------------------------===//

#include "vmjit/LinuxUser/RISCVEngine.h"

#include "vmjit/Interpreter/GuestMemory.h"
#include "vmjit/Runtime/BlockCompletion.h"
#include "vmjit/Runtime/GpuCompute.h"
#include "vmjit/Runtime/HartMemory.h"
#include "vmjit/Runtime/HartState.h"
#include "vmjit/Runtime/Host/HostKernel.h"
#include "vmjit/Support/Error.h"

#include <algorithm>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::linux_user;

/// How far a hart is interpreted in a turn, at least and at most.
static constexpr uint64_t kMinTurnSteps = 1'000;
static constexpr uint64_t kMaxTurnSteps = 50'000;
/// To go from compiled code to the interpreter takes as long as so many ops.
static constexpr uint64_t kCrossingOps = 200;

/// The steps of a turn of each of \p hartCount harts: about as many blocks are
/// entered until more are to be compiled.
uint64_t RISCVEngine::getTurnSteps(uint64_t hartCount) const {
  if (interpretsAll())
    return std::numeric_limits<uint64_t>::max();
  uint64_t left = compileThreshold - std::min(enteredCount, compileThreshold);
  return std::clamp(left / std::max<uint64_t>(hartCount, 1), kMinTurnSteps,
                    kMaxTurnSteps);
}

/// The block that \p hart is at the start of; none if it is inside of one, or
/// at none that there is.
std::optional<size_t> RISCVEngine::findNextBlock(const HartStateArray &state,
                                                 uint64_t hart) const {
  auto found = blockAt.find(state.word(VMJIT_WORD_NEXT_PC, hart));
  if (state.word(VMJIT_WORD_NEXT_OP, hart) != 0 || found == blockAt.end())
    return std::nullopt;
  return found->second;
}

/// Makes \p hart Running if it has used up its steps, or only gone from one
/// part to the other, and returns the block that it is at the start of then.
/// Adds to \p counts what it costs to go to the interpreter.
std::optional<size_t>
RISCVEngine::resume(HartStateArray &state, uint64_t hart,
                    MutableArrayRef<uint64_t> counts) const {
  uint64_t &status = state.word(VMJIT_WORD_STATUS, hart);
  if (status != VMJIT_EXIT_OutOfFuel && status != VMJIT_EXIT_LeftRegion)
    return std::nullopt;
  std::optional<size_t> block = findNextBlock(state, hart);
  if (status == VMJIT_EXIT_OutOfFuel) {
    status = VMJIT_EXIT_Running;
  } else if (block) {
    status = VMJIT_EXIT_Running;
    if (!isEntry[*block])
      counts[*block] += kCrossingOps / getOpCount(program.blocks[*block]);
  }
  return block;
}

/// Runs compiled code for all harts at once, on whatever device.
Error RISCVEngine::launchAll(HartStateArray &state, HartMemory &memory) {
  std::vector<uint64_t> harts = state.getRunningHarts();
  // The program as a whole has every block that a hart may be inside of.
  if (Error error = completeBlocks(program, state, memory, kReturnPc))
    return error;
  Expected<ExecutionResult> result = options.executor->executeHarts(
      *prepared, state, memory, kReturnPc, options.request);
  if (!result)
    return result.takeError();
  // Harts would stay where they are for ever.
  if (result->device->getType() == DeviceType::Mock)
    return makeError(ErrorCode::InvalidArgument,
                     "the mock device runs no code");
  for (uint64_t hart : harts)
    resume(state, hart, blockCounts);
  return Error::success();
}

/// Runs compiled code for \p hart on this thread.
Error RISCVEngine::launchHart(HartStateArray &state, HartMemory &memory,
                              uint64_t hart) const {
  vmjit_hart_launch launch = {};
  launch.abi_version = VMJIT_HART_ABI_VERSION;
  launch.return_pc = kReturnPc;
  state.describeHart(launch, hart);
  memory.describeHart(launch, hart);
  return hostKernel->launchHarts(launch, /*blockSize=*/1);
}

/// Runs \p hart until it ends or has taken \p turnSteps. Any number of threads
/// may, with counts and a hart of their own.
Error RISCVEngine::takeTurn(HartStateArray &state, HartMemory &memory,
                            uint64_t hart, uint64_t turnSteps,
                            MutableArrayRef<uint64_t> counts) const {
  const uint64_t &status = state.word(VMJIT_WORD_STATUS, hart);
  Expected<GuestMemory> view = memory.makeGuestMemory(hart);
  if (!view)
    return view.takeError();
  std::optional<size_t> block = findNextBlock(state, hart);
  uint64_t steps = 0;
  do {
    if (hostKernel && block && isEntry[*block]) {
      if (Error error = launchHart(state, memory, hart))
        return error;
      block = resume(state, hart, counts);
      // Going there and back takes time, too.
      ++steps;
    }
    if (status != VMJIT_EXIT_Running || steps >= turnSteps)
      return Error::success();
    HartRunOptions run;
    run.stepLimit = turnSteps - steps;
    run.blockCounts = counts;
    run.stepCount = &steps;
    if (Error error = interpreter->runHart(state, *view, kReturnPc, hart, run))
      return error;
    block = resume(state, hart, counts);
  } while (hostKernel && status == VMJIT_EXIT_Running && steps < turnSteps);
  return Error::success();
}

Error RISCVEngine::run(HartStateArray &state, HartMemory &memory) {
  std::vector<uint64_t> harts = state.getRunningHarts();
  // Nothing else looks at harts if there is no code at all.
  if (!interpreter)
    for (uint64_t hart : harts)
      state.word(VMJIT_WORD_STATUS, hart) = VMJIT_EXIT_LeftRegion;
  if (!interpreter || harts.empty())
    return Error::success();
  // The interpreter leaves at compiled blocks, also where compiling failed.
  if (!prepared && compiledBlockCount != 0)
    if (Error error = compile())
      return error;
  if (prepared && !hostKernel) {
    if (Error error = launchAll(state, memory))
      return error;
    harts = state.getRunningHarts();
  }
  uint64_t turnSteps = getTurnSteps(harts.size());
  auto takeOne = [&](uint64_t hart, MutableArrayRef<uint64_t> counts) {
    return takeTurn(state, memory, hart, turnSteps, counts);
  };
  if (Error error = threads.run(harts, memory, blockCounts, takeOne))
    return error;
  if (Error error = keepFloatEnvironment(state, memory))
    return error;
  bool isChosen = interpreter && choosesFrequent() && chooseFrequent();
  return isChosen ? compile() : Error::success();
}
