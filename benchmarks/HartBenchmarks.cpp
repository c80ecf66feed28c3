//===- HartBenchmarks.cpp - The corpus as it runs ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The corpus on one thread: compiled for the host, with and without what makes
// it stoppable, and on the interpreter.
//
//===----------------------------------------------------------------------===//

#include "Benchmarks.h"
#include "vmjit/Compiler/Compiler.h"
#include "vmjit/Interpreter/Interpreter.h"
#include "vmjit/Runtime/HartMemory.h"
#include "vmjit/Runtime/HartState.h"
#include "vmjit/Runtime/Host/HostDevice.h"
#include "vmjit/Runtime/Host/HostKernel.h"
#include "vmjit/Runtime/LaunchControl.h"
#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/Case.h"
#include "vmjit/VMIR/JSON.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <benchmark/benchmark.h>
#include <chrono>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::benchmarks;

static constexpr uint64_t kHartCount = 64;

namespace {
/// What runs the harts.
enum class Engine { Host, StoppableHost, Interpreter };

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
  /// Runs them one after the other.
  Error interpret(const Interpreter &interpreter);
  uint64_t getOpCount() const { return kHartCount * recorded.irOpsExecuted; }

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

Error RecordedHarts::interpret(const Interpreter &interpreter) {
  for (uint64_t hart = 0; hart < kHartCount; ++hart) {
    GuestMemory map;
    for (auto [index, region] : enumerate(memory.getRegions()))
      if (Error error =
              map.addShared(region.base, memory.getBytes(index, hart)))
        return error;
    Expected<HartState> current = state.getHart(hart);
    if (!current)
      return current.takeError();
    current->startAt(recorded.entryPc);
    if (Error error = interpreter.runHart(*current, map, recorded.returnPc))
      return error;
    if (Error error = state.setHart(hart, *current))
      return error;
  }
  return Error::success();
}

static Expected<CodeObject> compileForHost(const vmir::Program &program,
                                           bool stoppable) {
  Compiler compiler;
  CompileOptions options;
  options.mode = EntryMode::Hart;
  options.stoppable = stoppable;
  return compiler.compile(program, options);
}

/// Calls \p run, which runs all of \p harts, until the benchmark has enough.
static Error measureRuns(benchmark::State &state, RecordedHarts &harts,
                         function_ref<Error()> run) {
  for (auto _ : state) {
    if (Error error = harts.reset())
      return error;
    auto start = std::chrono::steady_clock::now();
    if (Error error = run())
      return error;
    std::chrono::duration<double> elapsed =
        std::chrono::steady_clock::now() - start;
    state.SetIterationTime(elapsed.count());
  }
  state.SetItemsProcessed(int64_t(state.iterations() * harts.getOpCount()));
  return harts.verify();
}

/// Runs the harts of the program at \p path.
static Error measure(benchmark::State &state, StringRef path, Engine engine) {
  Expected<std::string> json = readInput((path + ".json").str());
  if (!json)
    return json.takeError();
  Expected<vmir::Program> program = vmir::parseProgram(*json);
  if (!program)
    return program.takeError();
  Expected<std::string> text = readInput((path + ".case.json").str());
  if (!text)
    return text.takeError();
  Expected<vmir::Case> recorded = vmir::parseCase(*text);
  if (!recorded)
    return recorded.takeError();
  // The interpreter takes the same state.
  bool isStoppable = engine == Engine::StoppableHost;
  Expected<CodeObject> object = compileForHost(*program, isStoppable);
  if (!object)
    return object.takeError();
  Expected<RecordedHarts> harts =
      RecordedHarts::create(std::move(*recorded), object->stateLayout);
  if (!harts)
    return harts.takeError();
  if (engine == Engine::Interpreter) {
    Expected<Interpreter> interpreter = Interpreter::create(*program);
    if (!interpreter)
      return interpreter.takeError();
    return measureRuns(state, *harts,
                       [&] { return harts->interpret(*interpreter); });
  }
  Expected<std::shared_ptr<HostDevice>> device =
      HostDevice::create({/*threadCount=*/1});
  if (!device)
    return device.takeError();
  Expected<HostKernel> kernel = HostKernel::load(*device, *object);
  if (!kernel)
    return kernel.takeError();
  vmjit_control control = makeControl();
  vmjit_hart_launch launch = harts->describe(isStoppable ? &control : nullptr);
  return measureRuns(state, *harts,
                     [&] { return kernel->launchHarts(launch); });
}

void benchmarks::registerHartBenchmarks() {
  for (StringRef name :
       {"vecadd", "saxpy", "matmul", "mandelbrot", "collatz", "crc32"})
    for (auto [place, engine] :
         {std::pair("host/plain", Engine::Host),
          std::pair("host/stoppable", Engine::StoppableHost),
          std::pair("interpreter", Engine::Interpreter)})
      benchmark::RegisterBenchmark(
          formatv("Run/hart/{0}/{1}", name, place).str().c_str(),
          [path = ("test/Corpus/" + name).str(),
           engine = engine](benchmark::State &state) {
            if (Error error = measure(state, path, engine))
              fail(state, std::move(error));
          })
          ->Unit(benchmark::kMicrosecond)
          ->UseManualTime();
}
