//===- InterpreterDevice.cpp - Running in the interpreter -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device.h"
#include "vmjit/Interpreter/Kernel.h"
#include "vmjit/Runtime/HartInterpreter.h"
#include "vmjit/Support/Error.h"

using namespace llvm;
using namespace vmjit;

namespace {
/// In hart mode.
class InterpretedHarts : public LoadedProgram {
public:
  InterpretedHarts(HartInterpreter interpreter,
                   std::optional<uint64_t> stepBudget)
      : interpreter(std::move(interpreter)), stepBudget(stepBudget) {}

  const HartStateLayout &getStateLayout() const override {
    return interpreter.getStateLayout();
  }
  Error runHarts(HartStateArray &state, HartMemory &memory,
                 uint64_t returnPc) override {
    return interpreter.run(state, memory, returnPc, {.stepLimit = stepBudget});
  }
  Error runKernel(const LaunchShape &, KernelArguments &) override {
    return makeError(ErrorCode::InvalidArgument,
                     "a program in hart mode is no kernel");
  }

private:
  HartInterpreter interpreter;
  std::optional<uint64_t> stepBudget;
};

/// In kernel mode.
class InterpretedKernel : public LoadedProgram {
public:
  InterpretedKernel(Interpreter interpreter, std::optional<uint64_t> stepBudget)
      : interpreter(std::move(interpreter)), stepBudget(stepBudget) {}

  const HartStateLayout &getStateLayout() const override { return layout; }
  Error runHarts(HartStateArray &, HartMemory &, uint64_t) override {
    return makeError(ErrorCode::InvalidArgument,
                     "a kernel does not run in hart mode");
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
    switch (mode) {
    case EntryMode::Hart: {
      Expected<HartInterpreter> harts = HartInterpreter::create(program);
      if (!harts)
        return harts.takeError();
      return std::make_unique<InterpretedHarts>(std::move(*harts), stepBudget);
    }
    case EntryMode::Kernel: {
      Expected<Interpreter> kernel = Interpreter::create(program);
      if (!kernel)
        return kernel.takeError();
      return std::make_unique<InterpretedKernel>(std::move(*kernel),
                                                 stepBudget);
    }
    }
    llvm_unreachable("every mode has an interpreter");
  }

private:
  std::optional<uint64_t> stepBudget;
};
} // namespace

std::unique_ptr<Device>
vmjit::createInterpreterDevice(std::optional<uint64_t> stepBudget) {
  return std::make_unique<InterpreterDevice>(stepBudget);
}
