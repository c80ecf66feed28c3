//===- ExecutorDevice.cpp - Running programs through the executor -*- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExecutorDevice.h"

#include "vmjit/Runtime/GpuCompute.h"
#include "vmjit/Support/Error.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace vmjit;

namespace {
class ExecutedProgram : public LoadedProgram {
public:
  ExecutedProgram(ExecutorDevice &device, PreparedProgram program,
                  CompileObserver &observer)
      : device(device), program(std::move(program)), observer(observer) {}

  const HartStateLayout &getStateLayout() const override {
    return program.getStateLayout();
  }

  Error runHarts(HartStateArray &state, HartMemory &memory,
                 uint64_t returnPc) override {
    return device.finish(
        device.getExecutor().executeHarts(program, state, memory, returnPc),
        observer);
  }

  Error runKernel(const LaunchShape &shape,
                  KernelArguments &arguments) override {
    std::vector<ExecutorArg> args;
    for (KernelArguments::Argument &argument : arguments.getArguments())
      args.push_back(makeArg(argument));
    return device.finish(
        device.getExecutor().execute(
            program, {.grid = shape.grid,
                      .block = shape.block,
                      .dynamicSharedBytes = shape.dynamicSharedBytes,
                      .args = args}),
        observer);
  }

private:
  static ExecutorArg makeArg(KernelArguments::Argument &argument) {
    switch (argument.type) {
    case vmir::ParamType::I32:
      return GpuArg::u32(static_cast<uint32_t>(argument.bits));
    case vmir::ParamType::I64:
      return GpuArg::u64(argument.bits);
    case vmir::ParamType::F32:
      return GpuArg::f32(
          llvm::bit_cast<float>(static_cast<uint32_t>(argument.bits)));
    case vmir::ParamType::F64:
      return GpuArg::f64(llvm::bit_cast<double>(argument.bits));
    case vmir::ParamType::Buffer:
      // What nobody sees afterwards need not come back.
      if (argument.outputFile.empty())
        return ExecutorArg::in(ArrayRef(argument.bytes));
      return ExecutorArg::inout(MutableArrayRef(argument.bytes));
    }
    llvm_unreachable("every type is handled");
  }

  ExecutorDevice &device;
  PreparedProgram program;
  CompileObserver &observer;
};
} // namespace

Expected<std::unique_ptr<ExecutorDevice>>
ExecutorDevice::create(const DefaultExecutorOptions &options) {
  Expected<std::unique_ptr<Executor>> executor = createDefaultExecutor(options);
  if (!executor)
    return executor.takeError();
  return std::unique_ptr<ExecutorDevice>(
      new ExecutorDevice(std::move(*executor)));
}

Expected<std::unique_ptr<LoadedProgram>>
ExecutorDevice::load(const vmir::Program &program, EntryMode mode, OptLevel,
                     CompileObserver &observer) {
  Expected<PreparedProgram> prepared = executor->prepare(program, mode);
  if (!prepared)
    return prepared.takeError();
  append_range(observer.times, prepared->getTimes());
  return std::make_unique<ExecutedProgram>(*this, std::move(*prepared),
                                           observer);
}

Error ExecutorDevice::finish(Expected<ExecutionResult> result,
                             CompileObserver &observer) {
  if (!result)
    return result.takeError();
  last = std::move(*result);
  auto addTime = [&](StringRef name, ExecutionStage stage) {
    uint64_t time = last->stageNanoseconds[static_cast<size_t>(stage)];
    if (time > 0)
      observer.times.push_back({name.str(), time});
  };
  addTime("copy-in", ExecutionStage::CopyIn);
  addTime("run", ExecutionStage::Launch);
  addTime("copy-out", ExecutionStage::CopyOut);
  return checkKernelResult(last->threads);
}

std::string ExecutorDevice::describe() const {
  if (!last)
    return "none";
  Expected<GpuDeviceInfo> info = last->device->deviceInfo();
  if (!info) {
    consumeError(info.takeError());
    return getDeviceTypeName(last->device->getType()).str();
  }
  if (info->type == DeviceType::Host)
    return formatv("host ({0}, {1} threads)", info->chip,
                   info->multiprocessorCount);
  return formatv("{0} ({1}, {2})", info->getSpelling(), info->name, info->chip);
}

std::string ExecutorDevice::describeFallback() const {
  if (!last || last->fallback == FallbackReason::None)
    return "";
  return (getFallbackReasonText(last->fallback) + ": " + last->fallbackMessage)
      .str();
}

std::string ExecutorDevice::describeMissingDevice() {
  Error error = executor->getDevice().takeError();
  if (!error)
    return "";
  return (getFallbackReasonText(FallbackReason::NoDevice) + ": " +
          toString(std::move(error)))
      .str();
}

bool ExecutorDevice::isMock() const {
  return last && last->device->getType() == DeviceType::Mock;
}
