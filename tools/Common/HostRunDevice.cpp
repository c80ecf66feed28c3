//===- HostRunDevice.cpp - Running compiled code on the host ----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device.h"
#include "vmjit/Runtime/BlockCompletion.h"
#include "vmjit/Runtime/HartLaunch.h"
#include "vmjit/Runtime/Host/HostDevice.h"
#include "vmjit/Runtime/Host/HostKernel.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/TargetParser/Host.h"

using namespace llvm;
using namespace vmjit;

namespace {
class HostProgram : public LoadedProgram {
public:
  HostProgram(const vmir::Program &program, HostKernel kernel,
              HartStateLayout layout)
      : program(program), kernel(std::move(kernel)), layout(std::move(layout)) {
  }

  const HartStateLayout &getStateLayout() const override { return layout; }

  Error runHarts(HartStateArray &state, HartMemory &memory,
                 uint64_t returnPc) override {
    vmjit_hart_launch launch = {};
    launch.abi_version = VMJIT_HART_ABI_VERSION;
    launch.return_pc = returnPc;
    state.describe(launch);
    memory.describe(launch);
    std::vector<uint64_t> harts = state.getRunningHarts();
    while (true) {
      if (Error error = kernel.launchHarts(launch))
        return error;
      if (Error error =
              completeInterpretedOps(program, harts, state, memory, returnPc))
        return error;
      if (harts.empty())
        return Error::success();
    }
  }

  Error runKernel(const LaunchShape &shape,
                  KernelArguments &arguments) override {
    return kernel.launch(shape.grid, shape.block, shape.dynamicSharedBytes,
                         arguments.getPointers());
  }

private:
  const vmir::Program program;
  HostKernel kernel;
  HartStateLayout layout;
};

class HostRunDevice : public Device {
public:
  HostRunDevice(Compiler &compiler, std::shared_ptr<HostDevice> device)
      : compiler(compiler), device(std::move(device)) {}

  std::string describe() const override {
    return formatv("host ({0}, {1} threads)", sys::getHostCPUName(),
                   device->getThreadCount());
  }

  Expected<std::unique_ptr<LoadedProgram>>
  load(const vmir::Program &program, EntryMode mode, OptLevel optLevel,
       CompileObserver &observer) override {
    CompileOptions options;
    options.mode = mode;
    options.optLevel = optLevel;
    Expected<CodeObject> object = compiler.compile(program, options, &observer);
    if (!object)
      return object.takeError();
    StageTimer timer(&observer, "load");
    Expected<HostKernel> kernel = HostKernel::load(device, *object);
    if (!kernel)
      return kernel.takeError();
    return std::make_unique<HostProgram>(program, std::move(*kernel),
                                         std::move(object->stateLayout));
  }

private:
  Compiler &compiler;
  std::shared_ptr<HostDevice> device;
};
} // namespace

Expected<std::unique_ptr<Device>> vmjit::createHostDevice(Compiler &compiler) {
  Expected<std::shared_ptr<HostDevice>> device = HostDevice::create();
  if (!device)
    return device.takeError();
  return std::make_unique<HostRunDevice>(compiler, std::move(*device));
}
