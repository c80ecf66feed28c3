//===- HostKernelBenchmarks.cpp - Kernels on the host -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The examples on the host device, as plain C and, in a process of its own, as
// OpenCL. Each benchmark is one measurement, whose time is that of the fastest
// launch.
//
//===----------------------------------------------------------------------===//

#include "Benchmarks.h"
#include "CKernels.h"
#include "Workload.h"
#include "vmjit/Compiler/CompilerPool.h"
#include "vmjit/Runtime/Host/HostKernel.h"
#include "vmjit/Runtime/LaunchControl.h"
#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/JSON.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Threading.h"

#include <benchmark/benchmark.h>
#include <thread>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::benchmarks;

namespace {
/// What one benchmark measures.
struct HostRun {
  std::string_view kernel;
  WorkloadSize size;
  unsigned threadCount;
  /// Compiled to be stoppable, and run with a control block without limits.
  bool stoppable = false;
};
} // namespace

//===----------------------------------------------------------------------===//
// Plain C
//===----------------------------------------------------------------------===//

static vmjit_c_kernel getCKernel(std::string_view name) {
  return StringSwitch<vmjit_c_kernel>(name)
      .Case("vecadd", vmjit_c_vecadd)
      .Case("saxpy", vmjit_c_saxpy)
      .Case("reduce", vmjit_c_reduce)
      .Case("transpose", vmjit_c_transpose)
      .Case("matmul", vmjit_c_matmul)
      .Case("mandelbrot", vmjit_c_mandelbrot)
      .Case("sort8", vmjit_c_sort8)
      .Default(nullptr);
}

static std::vector<void *> getAddresses(Workload &workload) {
  std::vector<void *> addresses;
  for (WorkloadArgument &arg : workload.args)
    addresses.push_back(arg.getAddress());
  return addresses;
}

/// Splits the units evenly between threads, this one among them.
static void runC(Workload &workload, unsigned threadCount) {
  vmjit_c_kernel kernel = getCKernel(workload.kernel);
  std::vector<void *> args = getAddresses(workload);
  size_t block = workload.block[0], units = workload.unitCount;
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < threadCount; ++i)
    threads.emplace_back(kernel, args.data(), block, units * i / threadCount,
                         units * (i + 1) / threadCount);
  kernel(args.data(), block, 0, units / threadCount);
  for (std::thread &thread : threads)
    thread.join();
}

static uint64_t hashWithC(const HostRun &run) {
  Workload workload = createWorkload(run.kernel, run.size);
  runC(workload, 1);
  return workload.hashOutputs();
}

static Expected<uint64_t> measureC(const HostRun &run) {
  Workload workload = createWorkload(run.kernel, run.size);
  return measureFastest([&] { runC(workload, run.threadCount); });
}

//===----------------------------------------------------------------------===//
// vmjit
//===----------------------------------------------------------------------===//

static Expected<HostKernel> loadKernel(const HostRun &run) {
  Expected<std::string> text =
      readInput(formatv("examples/{0}/program.json", run.kernel).str());
  if (!text)
    return text.takeError();
  Expected<vmir::Program> program = vmir::parseProgram(*text);
  if (!program)
    return program.takeError();
  Expected<TargetSpec> spec = TargetSpec::parse("host");
  if (!spec)
    return spec.takeError();
  CompileOptions options{*spec, OptLevel::O2, EntryMode::Kernel};
  options.stoppable = run.stoppable;
  CompilerPool compiler;
  Expected<CodeObject> object = compiler.compile(*program, options);
  if (!object)
    return object.takeError();
  Expected<std::shared_ptr<HostDevice>> device =
      HostDevice::create({.threadCount = run.threadCount});
  if (!device)
    return device.takeError();
  return HostKernel::load(*device, *object);
}

static Error makeWrongResult() {
  return makeError(ErrorCode::ExecutionFailed,
                   "the result is not the same as that of plain C");
}

static Expected<uint64_t> measureVMJIT(const HostRun &run) {
  Expected<HostKernel> kernel = loadKernel(run);
  if (!kernel)
    return kernel.takeError();
  Workload workload = createWorkload(run.kernel, run.size);
  std::vector<void *> args = getAddresses(workload);
  const auto &grid = workload.grid, &block = workload.block;
  vmjit_control control = makeControl();
  auto launch = [&] {
    return kernel->launch(
        {grid[0], grid[1], grid[2]}, {block[0], block[1], block[2]},
        workload.dynamicSharedBytes, args, run.stoppable ? &control : nullptr);
  };
  if (Error error = launch())
    return std::move(error);
  if (workload.hashOutputs() != hashWithC(run))
    return makeWrongResult();
  // What failed would have failed above.
  return measureFastest([&] { cantFail(launch()); });
}

//===----------------------------------------------------------------------===//
// OpenCL
//===----------------------------------------------------------------------===//

/// What vmjit-opencl-benchmark prints.
struct OpenCLResult {
  uint64_t nanoseconds = 0;
  uint64_t hash = 0;
  std::string device;
};

static Expected<OpenCLResult> parseOpenCLResult(StringRef text) {
  OpenCLResult result;
  auto [time, rest] = text.trim().split(' ');
  auto [hash, device] = rest.split(' ');
  if (time.getAsInteger(10, result.nanoseconds) ||
      hash.getAsInteger(10, result.hash))
    return makeErrorf(ErrorCode::ExecutionFailed,
                      "vmjit-opencl-benchmark printed '{0}'", text);
  result.device = device.str();
  return result;
}

/// Fails with NoDeviceAvailable where there is no OpenCL.
static Expected<OpenCLResult> runOpenCL(StringRef program, const HostRun &run) {
  if (!sys::fs::can_execute(program))
    return makeError(ErrorCode::DeviceUnavailable,
                     "built without OpenCL: no vmjit-opencl-benchmark");
  SmallString<128> output;
  if (std::error_code code =
          sys::fs::createTemporaryFile("vmjit-opencl", "txt", output))
    return makeErrorf(ErrorCode::Io, "temporary file: {0}", code.message());
  FileRemover remover(output);
  SmallVector<StringRef> environment;
  for (char **variable = environ; *variable; ++variable)
    environment.push_back(*variable);
  // POCL's names for the number of threads, and for its cache of kernels.
  std::string threads =
      formatv("POCL_MAX_PTHREAD_COUNT={0}", run.threadCount).str();
  environment.append({threads, "POCL_KERNEL_CACHE=0"});
  std::string message;
  int status = sys::ExecuteAndWait(
      program, {program, run.kernel, getSizeName(run.size)}, environment,
      {std::nullopt, StringRef(output), std::nullopt}, 0, 0, &message);
  constexpr int kNoDevice = 3;
  if (status == kNoDevice)
    return makeError(ErrorCode::DeviceUnavailable, "OpenCL offers no CPU");
  auto buffer = MemoryBuffer::getFile(output);
  if (status || !buffer)
    return makeErrorf(ErrorCode::ExecutionFailed, "{0} failed: {1}", program,
                      message);
  return parseOpenCLResult((*buffer)->getBuffer());
}

static void measureOpenCL(benchmark::State &state, StringRef program,
                          const HostRun &run) {
  Expected<OpenCLResult> result = runOpenCL(program, run);
  if (!result) {
    Error error = result.takeError();
    bool isAbsent = getErrorCode(error) == ErrorCode::DeviceUnavailable;
    return isAbsent ? skip(state, std::move(error))
                    : fail(state, std::move(error));
  }
  state.SetLabel(result->device);
  if (result->hash != hashWithC(run))
    return fail(state, makeWrongResult());
  for (auto _ : state)
    state.SetIterationTime(double(result->nanoseconds) / 1e9);
}

//===----------------------------------------------------------------------===//
// Registration
//===----------------------------------------------------------------------===//

static void measure(benchmark::State &state, const HostRun &run,
                    Expected<uint64_t> (*function)(const HostRun &)) {
  Expected<uint64_t> nanoseconds = function(run);
  if (!nanoseconds)
    return fail(state, nanoseconds.takeError());
  for (auto _ : state)
    state.SetIterationTime(double(*nanoseconds) / 1e9);
}

template <class Function>
static void registerAs(const std::string &name, Function function) {
  benchmark::RegisterBenchmark(name.c_str(), function)
      ->Unit(benchmark::kMicrosecond)
      ->Iterations(1)
      ->UseManualTime();
}

template <class Function>
static void registerOne(const HostRun &run, StringRef threads, StringRef engine,
                        Function function) {
  registerAs(formatv("HostKernel/{0}/{1}/{2}/{3}", run.kernel,
                     getSizeName(run.size), threads, engine)
                 .str(),
             function);
}

/// What being stoppable costs, on one thread.
static void registerStoppable(std::string_view kernel) {
  for (bool stoppable : {false, true})
    registerAs(
        formatv("Run/kernel/{0}/host/{1}", kernel,
                stoppable ? "stoppable" : "plain")
            .str(),
        [run = HostRun{kernel, WorkloadSize::Cached, 1, stoppable}](
            benchmark::State &state) { measure(state, run, measureVMJIT); });
}

static void registerRun(const HostRun &run, StringRef threads,
                        const std::string &openCLProgram) {
  registerOne(run, threads, "C", [run](benchmark::State &state) {
    measure(state, run, measureC);
  });
  registerOne(run, threads, "vmjit", [run](benchmark::State &state) {
    measure(state, run, measureVMJIT);
  });
  registerOne(run, threads, "OpenCL",
              [run, openCLProgram](benchmark::State &state) {
                measureOpenCL(state, openCLProgram, run);
              });
}

void benchmarks::registerHostKernelBenchmarks(StringRef program) {
  SmallString<128> openCLProgram(sys::path::parent_path(program));
  sys::path::append(openCLProgram, "vmjit-opencl-benchmark");
  unsigned threadCount = hardware_concurrency().compute_thread_count();
  for (std::string_view kernel : getWorkloadNames()) {
    registerStoppable(kernel);
    for (WorkloadSize size : {WorkloadSize::Cached, WorkloadSize::Memory}) {
      registerRun({kernel, size, 1}, "1", openCLProgram.str().str());
      if (threadCount > 1)
        registerRun({kernel, size, threadCount}, "all",
                    openCLProgram.str().str());
    }
  }
}
