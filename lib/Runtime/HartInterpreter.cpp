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
#include "llvm/ADT/STLExtras.h"

#include <atomic>
#include <numeric>
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
  std::vector<uint64_t> harts = state.getRunningHarts();
  std::vector<std::optional<Error>> errors(harts.size());
  std::atomic<size_t> next = 0;
  auto runNext = [&](const HartRunOptions &own) {
    for (size_t index; (index = next++) < harts.size();)
      errors[index].emplace(
          runHart(state, memory, returnPc, harts[index], own));
  };
  if (harts.size() == 1 || memory.isShared()) {
    runNext(options);
  } else if (!harts.empty()) {
    if (!pool)
      pool = std::make_unique<DefaultThreadPool>();
    // Each thread counts for itself.
    std::vector<std::vector<uint64_t>> counts(
        std::min<size_t>(pool->getMaxConcurrency(), harts.size()));
    std::vector<uint64_t> stepCounts(counts.size());
    for (auto [own, steps] : zip_equal(counts, stepCounts)) {
      own.resize(options.blockCounts.size());
      HartRunOptions ownOptions = options;
      ownOptions.blockCounts = own;
      ownOptions.stepCount = &steps;
      pool->async([&runNext, ownOptions] { runNext(ownOptions); });
    }
    pool->wait();
    for (const std::vector<uint64_t> &own : counts)
      for (auto [sum, count] : zip_equal(options.blockCounts, own))
        sum += count;
    if (options.stepCount)
      *options.stepCount +=
          std::accumulate(stepCounts.begin(), stepCounts.end(), uint64_t(0));
  }
  Error all = Error::success();
  for (std::optional<Error> &error : errors)
    all = joinErrors(std::move(all), std::move(*error));
  return all;
}

Error HartInterpreter::runHart(HartStateArray &state, HartMemory &memory,
                               uint64_t returnPc, uint64_t hart,
                               const HartRunOptions &options) const {
  Expected<GuestMemory> view = memory.makeGuestMemory(hart);
  if (!view)
    return view.takeError();
  Expected<HartState> registers = state.getHart(hart);
  if (!registers)
    return registers.takeError();
  if (Error error = interpreter.runHart(*registers, *view, returnPc, options))
    return error;
  return state.setHart(hart, *registers);
}
