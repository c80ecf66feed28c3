//===- InterpreterDevice.cpp - Running programs in the interpreter -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device.h"
#include "vmjit/Interpreter/GuestMemory.h"
#include "vmjit/Interpreter/Interpreter.h"
#include "vmjit/Interpreter/Kernel.h"
#include "llvm/Support/ThreadPool.h"

using namespace llvm;
using namespace vmjit;

namespace {
class InterpretedProgram : public LoadedProgram {
public:
  explicit InterpretedProgram(Interpreter interpreter)
      : interpreter(std::move(interpreter)) {}

  /// Harts share nothing that the interpreter changes, so they run in parallel.
  Error runHarts(HartStateArray &state, HartMemory &memory,
                 uint64_t returnPc) override {
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

  Error runKernel(const LaunchShape &shape,
                  KernelArguments &arguments) override {
    KernelLaunch launch;
    launch.grid = shape.grid;
    launch.block = shape.block;
    launch.dynamicSharedBytes = shape.dynamicSharedBytes;
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
  Error runHart(HartStateArray &words, HartMemory &memory, uint64_t returnPc,
                uint64_t hart) {
    GuestMemory map;
    for (auto [index, region] : enumerate(memory.getRegions()))
      if (Error error = map.addShared(region.base, memory.getBytes(index, hart),
                                      region.flags & VMJIT_REGION_READ,
                                      region.flags & VMJIT_REGION_WRITE))
        return error;
    HartState state;
    for (unsigned reg = 0; reg < vmir::kArchRegCount; ++reg) {
      state.x[reg] = words.x(reg, hart);
      state.f[reg] = words.f(reg, hart);
    }
    state.startAt(words.word(VMJIT_WORD_NEXT_PC, hart));
    if (Error error = interpreter.runHart(state, map, returnPc))
      return error;
    for (unsigned reg = 0; reg < vmir::kArchRegCount; ++reg) {
      words.x(reg, hart) = state.x[reg];
      words.f(reg, hart) = state.f[reg];
    }
    words.setExit(hart, state.exit);
    return Error::success();
  }

  Interpreter interpreter;
};

class InterpreterDevice : public Device {
public:
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
    return std::make_unique<InterpretedProgram>(std::move(*interpreter));
  }
};
} // namespace

std::unique_ptr<Device> vmjit::createInterpreterDevice() {
  return std::make_unique<InterpreterDevice>();
}
