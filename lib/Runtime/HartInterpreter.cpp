//===- HartInterpreter.cpp - Harts of a state array, interpreted -*- C++
//-*-===//
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
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ThreadPool.h"

#include <set>

using namespace llvm;
using namespace vmjit;

/// The CSRs that \p program names, but those that stand for GPU ops.
static std::vector<uint16_t> collectCsrs(const vmir::Program &program) {
  std::set<uint16_t> csrs;
  auto visit = [&](const auto &op) {
    if constexpr (requires { op.csr; }) {
      if (vmir::getGPUCsr(op.csr) || op.csr == vmir::kBarrierCsr)
        return;
      csrs.insert(getStoredCsr(op.csr));
    }
  };
  for (const vmir::Block &block : program.blocks)
    for (const vmir::Op &op : block.ops)
      std::visit(visit, op);
  if (vmir::needsFloatEnvironment(program))
    csrs.insert(vmir::kFcsrCsr);
  return {csrs.begin(), csrs.end()};
}

Expected<HartInterpreter> HartInterpreter::create(vmir::Program program) {
  program.params.reset();
  HartStateLayout layout = {collectCsrs(program), {}};
  Expected<Interpreter> interpreter = Interpreter::create(std::move(program));
  if (!interpreter)
    return interpreter.takeError();
  return HartInterpreter(std::move(*interpreter), std::move(layout));
}

static bool isMemoryShared(const HartMemory &memory) {
  return any_of(memory.getRegions(), [](const HartRegion &region) {
    return !region.isPrivate && (region.flags & VMJIT_REGION_WRITE);
  });
}

Error HartInterpreter::run(HartStateArray &state, HartMemory &memory,
                           uint64_t returnPc, const RunOptions &options) const {
  std::vector<uint64_t> harts;
  for (uint64_t hart = 0;
       hart < state.getHartCount() && harts.size() < options.maxHarts; ++hart)
    if (state.word(VMJIT_WORD_STATUS, hart) == VMJIT_EXIT_Running)
      harts.push_back(hart);
  std::vector<std::optional<Error>> errors(harts.size());
  auto run = [&](size_t index) {
    RunOptions own = options;
    if (index != 0)
      own.blockCounts = {};
    errors[index].emplace(runHart(state, memory, returnPc, own, harts[index]));
  };
  if (harts.size() == 1 || isMemoryShared(memory)) {
    for (size_t index = 0; index < harts.size(); ++index)
      run(index);
  } else {
    DefaultThreadPool pool;
    for (size_t index = 0; index < harts.size(); ++index)
      pool.async(run, index);
    pool.wait();
  }
  Error all = Error::success();
  for (std::optional<Error> &error : errors)
    all = joinErrors(std::move(all), std::move(*error));
  return all;
}

Error HartInterpreter::runHart(HartStateArray &state, HartMemory &memory,
                               uint64_t returnPc, const RunOptions &options,
                               uint64_t hart) const {
  Expected<GuestMemory> view = memory.makeGuestMemory(hart);
  if (!view)
    return view.takeError();
  Expected<HartState> registers = state.getHart(hart);
  if (!registers)
    return registers.takeError();
  if (Error error =
          interpreter.runHart(*registers, *view, returnPc, options.stepLimit,
                              /*stopWord=*/nullptr, options.blockCounts))
    return error;
  return state.setHart(hart, *registers);
}
