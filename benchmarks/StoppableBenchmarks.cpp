//===- StoppableBenchmarks.cpp - What it costs to be stoppable --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The corpus on one thread of the host, compiled with and without the option.
//
//===----------------------------------------------------------------------===//

#include "Benchmarks.h"
#include "vmjit/Compiler/Compiler.h"
#include "vmjit/Runtime/HartMemory.h"
#include "vmjit/Runtime/HartState.h"
#include "vmjit/Runtime/Host/HostDevice.h"
#include "vmjit/Runtime/Host/HostKernel.h"
#include "vmjit/Runtime/LaunchControl.h"
#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/Case.h"
#include "vmjit/VMIR/JSON.h"
#include "llvm/Support/FormatVariadic.h"

#include <benchmark/benchmark.h>
#include <chrono>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::benchmarks;

static constexpr uint64_t kHartCount = 64;

namespace {
/// Harts that all start as a recorded run did.
class RecordedHarts {
public:
  static Expected<RecordedHarts> create(vmir::Case recorded,
                                        const HartStateLayout &layout);
  /// Puts state and memory back to what they are before the run.
  Error reset();
  /// Checks that the harts ended as was recorded.
  Error verify() const;
  vmjit_hart_launch describe(vmjit_control *control);

private:
  RecordedHarts(vmir::Case recorded, HartStateArray state, HartMemory memory)
      : recorded(std::move(recorded)), state(std::move(state)),
        memory(std::move(memory)) {}

  vmir::Case recorded;
  HartStateArray state;
  HartMemory memory;
};
} // namespace

Expected<RecordedHarts> RecordedHarts::create(vmir::Case recorded,
                                              const HartStateLayout &layout) {
  std::vector<HartRegion> regions;
  for (const vmir::CaseRegion &region : vmir::joinPages(recorded.pagesIn))
    regions.push_back({region.base, region.bytes.size()});
  Expected<HartStateArray> state = HartStateArray::create(kHartCount, layout);
  if (!state)
    return state.takeError();
  Expected<HartMemory> memory = HartMemory::create(regions, kHartCount);
  if (!memory)
    return memory.takeError();
  return RecordedHarts(std::move(recorded), std::move(*state),
                       std::move(*memory));
}

Error RecordedHarts::reset() {
  for (uint64_t hart = 0; hart < kHartCount; ++hart) {
    state.initialize(hart, recorded.entryPc);
    for (unsigned reg = 0; reg < vmir::kArchRegCount; ++reg) {
      state.x(reg, hart) = recorded.xIn[reg];
      state.f(reg, hart) = recorded.fIn[reg];
    }
    for (const vmir::CasePage &page : recorded.pagesIn)
      if (Error error = memory.write(hart, page.addr, page.bytes))
        return error;
  }
  return Error::success();
}

Error RecordedHarts::verify() const {
  for (uint64_t hart = 0; hart < kHartCount; ++hart) {
    Expected<HartState> end = state.getHart(hart);
    if (!end)
      return end.takeError();
    if (end->exit.status != ExitStatus::Return || end->x != recorded.xOut ||
        end->f != recorded.fOut)
      return makeErrorf(ErrorCode::ExecutionFailed,
                        "hart {0} did not end as recorded: {1}", hart,
                        describeExit(end->exit));
  }
  return Error::success();
}

vmjit_hart_launch RecordedHarts::describe(vmjit_control *control) {
  vmjit_hart_launch launch = {};
  launch.abi_version = VMJIT_HART_ABI_VERSION;
  launch.return_pc = recorded.returnPc;
  launch.control = reinterpret_cast<uintptr_t>(control);
  state.describe(launch);
  memory.describe(launch);
  return launch;
}

static Expected<CodeObject> compileForHost(StringRef program, bool stoppable) {
  Expected<vmir::Program> parsed = vmir::parseProgram(program);
  if (!parsed)
    return parsed.takeError();
  Compiler compiler;
  CompileOptions options;
  options.mode = EntryMode::Hart;
  options.stoppable = stoppable;
  return compiler.compile(*parsed, options);
}

/// Runs the harts of the program at \p path until the benchmark has enough.
static Error measure(benchmark::State &state, StringRef path, bool stoppable) {
  Expected<std::string> program = readInput((path + ".json").str());
  if (!program)
    return program.takeError();
  Expected<std::string> text = readInput((path + ".case.json").str());
  if (!text)
    return text.takeError();
  Expected<vmir::Case> recorded = vmir::parseCase(*text);
  if (!recorded)
    return recorded.takeError();
  Expected<CodeObject> object = compileForHost(*program, stoppable);
  if (!object)
    return object.takeError();
  Expected<std::shared_ptr<HostDevice>> device =
      HostDevice::create({/*threadCount=*/1});
  if (!device)
    return device.takeError();
  Expected<HostKernel> kernel = HostKernel::load(*device, *object);
  if (!kernel)
    return kernel.takeError();
  Expected<RecordedHarts> harts =
      RecordedHarts::create(std::move(*recorded), object->stateLayout);
  if (!harts)
    return harts.takeError();
  vmjit_control control = makeControl();
  vmjit_hart_launch launch = harts->describe(stoppable ? &control : nullptr);
  for (auto _ : state) {
    if (Error error = harts->reset())
      return error;
    auto start = std::chrono::steady_clock::now();
    if (Error error = kernel->launchHarts(launch))
      return error;
    std::chrono::duration<double> elapsed =
        std::chrono::steady_clock::now() - start;
    state.SetIterationTime(elapsed.count());
  }
  return harts->verify();
}

void benchmarks::registerStoppableBenchmarks() {
  for (StringRef name :
       {"vecadd", "saxpy", "matmul", "mandelbrot", "collatz", "crc32"})
    for (bool stoppable : {false, true})
      benchmark::RegisterBenchmark(formatv("Run/hart/{0}/host/{1}", name,
                                           stoppable ? "stoppable" : "plain")
                                       .str()
                                       .c_str(),
                                   [path = ("test/Corpus/" + name).str(),
                                    stoppable](benchmark::State &state) {
                                     if (Error error =
                                             measure(state, path, stoppable))
                                       fail(state, std::move(error));
                                   })
          ->Unit(benchmark::kMicrosecond)
          ->UseManualTime();
}
