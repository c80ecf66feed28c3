//===- InterpreterDevice.cpp - Running in the interpreter -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device.h"
#include "vmjit/Interpreter/GuestMemory.h"
#include "vmjit/Interpreter/Interpreter.h"
#include "vmjit/Interpreter/Kernel.h"
#include "vmjit/VMIR/GPUCsrs.h"
#include "llvm/Support/ThreadPool.h"

#include <set>

using namespace llvm;
using namespace vmjit;

/// Adds the CSR that \p op names, if it is one of \p OpTs, unless it stands for
/// a GPU op.
template <class... OpTs>
static void addCsr(const vmir::Op &op, std::set<uint16_t> &csrs) {
  auto add = [&](uint16_t csr) {
    if (vmir::getGPUCsr(csr) || csr == vmir::kBarrierCsr)
      return;
    // fflags and frm are views of fcsr.
    csrs.insert(csr == 1 || csr == 2 ? 3 : csr);
  };
  auto visit = [&](const auto *found) {
    if (found)
      add(found->csr);
  };
  (visit(std::get_if<OpTs>(&op)), ...);
}

/// The CSRs that \p program names, ascending.
static std::vector<uint16_t> collectCsrs(const vmir::Program &program) {
  using namespace vmir::ops;
  std::set<uint16_t> csrs;
  for (const vmir::Block &block : program.blocks)
    for (const vmir::Op &op : block.ops)
      addCsr<CsrRead, CsrWrite, CsrSet, CsrClear, CsrWriteImm, CsrSetImm,
             CsrClearImm>(op, csrs);
  return {csrs.begin(), csrs.end()};
}

namespace {
class InterpretedProgram : public LoadedProgram {
public:
  InterpretedProgram(Interpreter interpreter,
                     std::optional<uint64_t> stepBudget)
      : interpreter(std::move(interpreter)), stepBudget(stepBudget),
        layout({collectCsrs(this->interpreter.getProgram()), {}}) {}

  const HartStateLayout &getStateLayout() const override { return layout; }

  /// Harts run in parallel, unless they share memory that they can change: the
  /// interpreter's accesses are not atomic.
  Error runHarts(HartStateArray &state, HartMemory &memory,
                 uint64_t returnPc) override {
    if (isMemoryShared(memory)) {
      for (uint64_t hart = 0; hart < state.getHartCount(); ++hart)
        if (Error error = runHart(state, memory, returnPc, hart))
          return error;
      return Error::success();
    }
    return runInParallel(state, memory, returnPc);
  }

  Error runKernel(const LaunchShape &shape,
                  KernelArguments &arguments) override {
    KernelLaunch launch;
    launch.grid = shape.grid;
    launch.block = shape.block;
    launch.dynamicSharedBytes = shape.dynamicSharedBytes;
    launch.stepLimit = stepBudget;
    for (KernelArguments::Argument &argument : arguments.getArguments()) {
      KernelArgument value;
      value.type = argument.type;
      value.bits = argument.bits;
      value.buffer = argument.bytes;
      launch.arguments.push_back(value);
    }
    Expected<KernelResult> result = interpreter.runKernel(launch);
    if (!result)
      return result.takeError();
    return checkKernelResult(*result);
  }

private:
  static bool isMemoryShared(HartMemory &memory) {
    return any_of(memory.getRegions(), [](const HartRegion &region) {
      return !region.isPrivate && (region.flags & VMJIT_REGION_WRITE);
    });
  }

  Error runInParallel(HartStateArray &state, HartMemory &memory,
                      uint64_t returnPc) {
    DefaultThreadPool pool;
    std::vector<Error> errors;
    for (uint64_t hart = 0; hart < state.getHartCount(); ++hart)
      errors.push_back(Error::success());
    for (uint64_t hart = 0; hart < state.getHartCount(); ++hart)
      pool.async([&, hart] {
        consumeError(std::move(errors[hart]));
        errors[hart] = runHart(state, memory, returnPc, hart);
      });
    pool.wait();
    Error all = Error::success();
    for (Error &error : errors)
      all = joinErrors(std::move(all), std::move(error));
    return all;
  }

  Error runHart(HartStateArray &words, HartMemory &memory, uint64_t returnPc,
                uint64_t hart) {
    GuestMemory map;
    for (auto [index, region] : enumerate(memory.getRegions()))
      if (Error error = map.addShared(region.base, memory.getBytes(index, hart),
                                      region.flags & VMJIT_REGION_READ,
                                      region.flags & VMJIT_REGION_WRITE))
        return error;
    Expected<HartState> state = words.getHart(hart);
    if (!state)
      return state.takeError();
    state->startAt(state->exit.nextPc);
    if (Error error = interpreter.runHart(*state, map, returnPc, stepBudget))
      return error;
    return words.setHart(hart, *state);
  }

  Interpreter interpreter;
  std::optional<uint64_t> stepBudget;
  HartStateLayout layout;
};

class InterpreterDevice : public Device {
public:
  explicit InterpreterDevice(std::optional<uint64_t> stepBudget)
      : stepBudget(stepBudget) {}

  std::string describe() const override { return "interpreter"; }

  Expected<std::unique_ptr<LoadedProgram>>
  load(const vmir::Program &program, EntryMode mode, OptLevel,
       CompileObserver &observer) override {
    StageTimer timer(&observer, "decode");
    vmir::Program copy = program;
    if (mode == EntryMode::Hart)
      copy.params.reset();
    Expected<Interpreter> interpreter = Interpreter::create(std::move(copy));
    if (!interpreter)
      return interpreter.takeError();
    return std::make_unique<InterpretedProgram>(std::move(*interpreter),
                                                stepBudget);
  }

private:
  std::optional<uint64_t> stepBudget;
};
} // namespace

std::unique_ptr<Device>
vmjit::createInterpreterDevice(std::optional<uint64_t> stepBudget) {
  return std::make_unique<InterpreterDevice>(stepBudget);
}
