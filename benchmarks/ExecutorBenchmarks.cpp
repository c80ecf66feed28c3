//===- ExecutorBenchmarks.cpp - What launches cost --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The same tiny launch on each way to the host device and to CUDA devices, and
// copies of a device.
//
//===----------------------------------------------------------------------===//

#include "Benchmarks.h"
#include "vmjit/Compiler/CompilerPool.h"
#include "vmjit/Executor/DefaultExecutor.h"
#include "vmjit/Runtime/CUDA/CUDADriver.h"
#include "vmjit/Runtime/GpuCompute.h"
#include "vmjit/Runtime/Host/HostCompute.h"
#include "vmjit/Runtime/Host/HostKernel.h"
#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/JSON.h"

#include <benchmark/benchmark.h>
#include <chrono>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::benchmarks;

namespace {
/// One block of saxpy, on so few elements that they do not count. As its fused
/// multiply-add keeps doing the same, results do not matter.
struct TinyLaunch {
  static constexpr Dim3 kGrid = {1}, kBlock = {32};
  float alpha = 0;
  std::vector<float> x = std::vector<float>(32, 1);
  std::vector<float> y = std::vector<float>(32, 1);
  int32_t count = 32;
};
} // namespace

static Expected<vmir::Program> readSaxpy() {
  Expected<std::string> text = readInput("examples/saxpy/program.json");
  if (!text)
    return text.takeError();
  return vmir::parseProgram(*text);
}

/// The launch without anything around it. With \p timeout the launching thread
/// has to keep the time, and a worker runs the block.
static Error measureRaw(benchmark::State &state,
                        std::optional<std::chrono::nanoseconds> timeout) {
  Expected<vmir::Program> program = readSaxpy();
  if (!program)
    return program.takeError();
  CompilerPool compiler;
  CompileOptions options;
  options.stoppable = timeout.has_value();
  Expected<CodeObject> object = compiler.compile(*program, options);
  if (!object)
    return object.takeError();
  Expected<std::shared_ptr<HostDevice>> device =
      HostDevice::create({/*threadCount=*/1});
  if (!device)
    return device.takeError();
  Expected<HostKernel> kernel = HostKernel::load(*device, *object);
  if (!kernel)
    return kernel.takeError();
  TinyLaunch launch;
  float *x = launch.x.data(), *y = launch.y.data();
  void *args[] = {&launch.alpha, &x, &y, &launch.count};
  HostExecutionRequest request{TinyLaunch::kGrid, TinyLaunch::kBlock, 0, args};
  request.timeout = timeout;
  for (auto _ : state) {
    Expected<HostExecution> execution = kernel->execute(request);
    if (!execution)
      return execution.takeError();
  }
  return Error::success();
}

static Expected<std::unique_ptr<Executor>>
createExecutor(std::optional<std::chrono::nanoseconds> timeout,
               std::shared_ptr<GpuCompute> device) {
  DefaultExecutorOptions options;
  options.executor.timeout = timeout;
  options.useTimeoutVariable = false;
  options.useDisk = false;
  Expected<ExecutorResources> resources = createDefaultResources(options);
  if (!resources)
    return resources.takeError();
  resources->device = std::move(device);
  return Executor::create(options.executor, std::move(*resources));
}

/// The host, with one thread.
static std::shared_ptr<GpuCompute> createHost() {
  return createHostCompute({/*threadCount=*/1});
}

/// Launches \p prepared until the benchmark has enough.
static Error launchMany(benchmark::State &state, Executor &executor,
                        const PreparedProgram &prepared,
                        ArrayRef<ExecutorArg> args) {
  KernelRequest request;
  request.grid = TinyLaunch::kGrid;
  request.block = TinyLaunch::kBlock;
  request.args = args;
  for (auto _ : state) {
    Expected<ExecutionResult> result = executor.execute(prepared, request);
    if (!result)
      return result.takeError();
  }
  return Error::success();
}

static Error measureExecutor(benchmark::State &state,
                             std::optional<std::chrono::nanoseconds> timeout) {
  Expected<vmir::Program> program = readSaxpy();
  if (!program)
    return program.takeError();
  Expected<std::unique_ptr<Executor>> executor =
      createExecutor(timeout, createHost());
  if (!executor)
    return executor.takeError();
  Expected<PreparedProgram> prepared = (*executor)->prepare(*program);
  if (!prepared)
    return prepared.takeError();
  TinyLaunch launch;
  auto pointer = [](std::vector<float> &data) {
    return GpuArg::rawPointer(reinterpret_cast<uintptr_t>(data.data()));
  };
  ExecutorArg args[] = {GpuArg::f32(launch.alpha), pointer(launch.x),
                        pointer(launch.y), GpuArg::i32(launch.count)};
  return launchMany(state, **executor, *prepared, args);
}

using Devices = std::vector<std::shared_ptr<GpuCompute>>;

/// The driver that tests use, which runs nothing.
static Expected<Devices> openFakeCUDA() {
#ifdef VMJIT_FAKE_CUDA
  return openCUDADevices(VMJIT_FAKE_CUDA);
#else
  return makeError(ErrorCode::DeviceUnavailable, "built without the tests");
#endif
}

/// The launch on \p device, with nothing around it or through an executor.
static Error measureDevice(benchmark::State &state,
                           std::shared_ptr<GpuCompute> device,
                           bool useExecutor) {
  Expected<vmir::Program> program = readSaxpy();
  if (!program)
    return program.takeError();
  TinyLaunch launch;
  uint64_t size = launch.x.size() * sizeof(float);
  Expected<GpuBuffer> x = device->allocateMemory(size);
  if (!x)
    return x.takeError();
  Expected<GpuBuffer> y = device->allocateMemory(size);
  if (!y)
    return y.takeError();
  GpuArg args[] = {GpuArg::f32(launch.alpha), GpuArg::buffer(*x),
                   GpuArg::buffer(*y), GpuArg::i32(launch.count)};
  if (useExecutor) {
    Expected<std::unique_ptr<Executor>> executor =
        createExecutor(std::nullopt, device);
    if (!executor)
      return executor.takeError();
    Expected<PreparedProgram> prepared = (*executor)->prepare(*program);
    if (!prepared)
      return prepared.takeError();
    ExecutorArg passed[] = {args[0], args[1], args[2], args[3]};
    return launchMany(state, **executor, *prepared, passed);
  }
  CompilerPool compiler;
  Expected<GpuKernel> kernel = device->compileKernel(compiler, *program);
  if (!kernel)
    return kernel.takeError();
  LaunchConfig config;
  config.grid = TinyLaunch::kGrid;
  config.block = TinyLaunch::kBlock;
  for (auto _ : state) {
    Expected<GpuExecutionResult> result =
        device->executeKernel(*kernel, config, args);
    if (!result)
      return result.takeError();
  }
  return Error::success();
}

/// What it takes to find that a program is loaded.
static Error measureKnown(benchmark::State &state, StringRef name) {
  Expected<vmir::Program> program = readCachedProgram(name);
  if (!program)
    return program.takeError();
  Expected<std::unique_ptr<Executor>> executor =
      createExecutor(std::nullopt, createHost());
  if (!executor)
    return executor.takeError();
  Expected<PreparedProgram> first = (*executor)->prepare(*program);
  if (!first)
    return first.takeError();
  for (auto _ : state) {
    Expected<PreparedProgram> again = (*executor)->prepare(*program);
    if (!again)
      return again.takeError();
  }
  return Error::success();
}

static Error measureCopy(benchmark::State &state, bool toDevice) {
  Expected<std::shared_ptr<GpuCompute>> device = createHostCompute();
  if (!device)
    return device.takeError();
  if (Error error = (*device)->initialize())
    return error;
  std::vector<uint8_t> bytes(size_t(state.range(0)));
  Expected<GpuBuffer> buffer = (*device)->allocateMemory(bytes.size());
  if (!buffer)
    return buffer.takeError();
  for (auto _ : state)
    if (Error error = toDevice ? (*device)->copyH2D(*buffer, bytes)
                               : (*device)->copyD2H(bytes, *buffer))
      return error;
  state.SetBytesProcessed(int64_t(state.iterations()) * state.range(0));
  return (*device)->freeMemory(std::move(*buffer));
}

template <class Function>
static benchmark::internal::Benchmark *registerOne(const char *name,
                                                   Function function) {
  return benchmark::RegisterBenchmark(name,
                                      [function](benchmark::State &state) {
                                        if (Error error = function(state))
                                          fail(state, std::move(error));
                                      })
      ->Unit(benchmark::kMicrosecond)
      ->UseRealTime();
}

void benchmarks::registerExecutorBenchmarks() {
  using Limit = std::optional<std::chrono::nanoseconds>;
  for (auto [name, limit] :
       {std::pair("endless", Limit()),
        std::pair("timeout", Limit(std::chrono::seconds(30)))}) {
    registerOne(formatv("Launch/{0}/raw", name).str().c_str(),
                [limit = limit](benchmark::State &state) {
                  return measureRaw(state, limit);
                });
    registerOne(formatv("Launch/{0}/executor", name).str().c_str(),
                [limit = limit](benchmark::State &state) {
                  return measureExecutor(state, limit);
                });
  }
  for (auto [name, open] : {std::pair("fake-cuda", &openFakeCUDA),
                            std::pair("cuda", &discoverCUDADevices)})
    for (bool useExecutor : {false, true})
      registerOne(formatv("Launch/endless/{0}/{1}", name,
                          useExecutor ? "executor" : "device")
                      .str()
                      .c_str(),
                  [open = open, useExecutor](benchmark::State &state) -> Error {
                    Expected<Devices> devices = open();
                    if (devices)
                      return measureDevice(state, devices->front(),
                                           useExecutor);
                    skip(state, devices.takeError());
                    return Error::success();
                  });
  for (StringRef name : {"100-ops", "vecadd"})
    registerOne(
        formatv("Cache/{0}/loaded", name).str().c_str(),
        [name](benchmark::State &state) { return measureKnown(state, name); });
  for (bool toDevice : {true, false})
    registerOne(toDevice ? "Copy/host/H2D" : "Copy/host/D2H",
                [toDevice](benchmark::State &state) {
                  return measureCopy(state, toDevice);
                })
        ->Arg(4 << 10)
        ->Arg(1 << 20)
        ->Arg(64 << 20);
}
