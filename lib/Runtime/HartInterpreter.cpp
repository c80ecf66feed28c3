//===- HartInterpreter.cpp - Interpreted state arrays -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Runtime/HartInterpreter.h"

#include "vmjit/Interpreter/GuestMemory.h"
#include "vmjit/Runtime/HartMemory.h"
#include "vmjit/Runtime/HartState.h"
#include "vmjit/VMIR/FloatEnvironment.h"
#include "vmjit/VMIR/GPUCsrs.h"

#include <atomic>
#include <set>

using namespace llvm;
using namespace vmjit;

/// The CSRs that \p blocks name, but those that stand for GPU ops, and \p
/// known.
static std::vector<uint16_t> collectCsrs(ArrayRef<vmir::Block> blocks,
                                         ArrayRef<uint16_t> known) {
  std::set<uint16_t> csrs(known.begin(), known.end());
  auto visit = [&](const auto &op) {
    if constexpr (requires { op.csr; }) {
      if (vmir::getGPUCsr(op.csr) || op.csr == vmir::kBarrierCsr)
        return;
      csrs.insert(getStoredCsr(op.csr));
    }
  };
  for (const vmir::Block &block : blocks) {
    if (vmir::needsFloatEnvironment(block))
      csrs.insert(vmir::kFcsrCsr);
    for (const vmir::Op &op : block.ops)
      std::visit(visit, op);
  }
  return {csrs.begin(), csrs.end()};
}

Expected<HartInterpreter> HartInterpreter::create(vmir::Program program) {
  program.params.reset();
  HartStateLayout layout = {collectCsrs(program.blocks, {}), {}};
  Expected<Interpreter> interpreter = Interpreter::create(std::move(program));
  if (!interpreter)
    return interpreter.takeError();
  return HartInterpreter(std::move(*interpreter), std::move(layout));
}

Error HartInterpreter::addBlocks(std::vector<vmir::Block> blocks) {
  std::vector<uint16_t> csrs = collectCsrs(blocks, layout.csrs);
  if (Error error = interpreter.addBlocks(std::move(blocks)))
    return error;
  layout.csrs = std::move(csrs);
  return Error::success();
}

Error HartInterpreter::run(HartStateArray &state, HartMemory &memory,
                           uint64_t returnPc, const HartRunOptions &options) {
  std::atomic<uint64_t> steps = 0;
  auto runOne = [&](uint64_t hart, MutableArrayRef<uint64_t> counts) {
    uint64_t ownSteps = 0;
    HartRunOptions own = options;
    own.blockCounts = counts;
    own.stepCount = &ownSteps;
    Expected<GuestMemory> view = memory.makeGuestMemory(hart);
    if (!view)
      return view.takeError();
    Error error = runHart(state, *view, returnPc, hart, own);
    steps += ownSteps;
    return error;
  };
  Error error =
      threads.run(state.getRunningHarts(), memory, options.blockCounts, runOne);
  if (options.stepCount)
    *options.stepCount += steps;
  return error;
}

Error HartInterpreter::runHart(HartStateArray &state, GuestMemory &memory,
                               uint64_t returnPc, uint64_t hart,
                               const HartRunOptions &options) const {
  Expected<HartState> registers = state.getHart(hart);
  if (!registers)
    return registers.takeError();
  if (Error error = interpreter.runHart(*registers, memory, returnPc, options))
    return error;
  return state.setHart(hart, *registers);
}
