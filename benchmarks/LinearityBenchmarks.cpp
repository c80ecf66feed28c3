//===- LinearityBenchmarks.cpp - Compile time against program size *- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Benchmarks.h"
#include "GeneratedProgram.h"
#include "StagedCompilation.h"
#include "llvm/Support/FormatVariadic.h"

#include <benchmark/benchmark.h>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::benchmarks;

namespace {
/// What the generated programs of a family have in common.
struct Shape {
  StringRef name;
  EntryMode mode;
  GeneratedEnd end;
};
} // namespace

static constexpr Shape kShapes[] = {
    {"kernel", EntryMode::Kernel, GeneratedEnd::Ret},
    {"hart", EntryMode::Hart, GeneratedEnd::Ret},
    {"hart-jmpreg", EntryMode::Hart, GeneratedEnd::JmpReg},
};

static Error measure(benchmark::State &state, const CompileSetup &setup,
                     GeneratedEnd end) {
  constexpr size_t kWarmUpOps = 100;
  size_t numOps = state.range(0);
  Expected<StagedCompilation> compilation = StagedCompilation::create(setup);
  if (!compilation)
    return compilation.takeError();
  Expected<std::string> warmUp = generateProgram(kWarmUpOps, setup.mode, end);
  if (!warmUp)
    return warmUp.takeError();
  if (Expected<size_t> size = compilation->run(*warmUp); !size)
    return size.takeError();
  Expected<std::string> text = generateProgram(numOps, setup.mode, end);
  if (!text)
    return text.takeError();

  compilation->resetTimes();
  for (auto _ : state)
    if (Expected<size_t> size = compilation->run(*text); !size)
      return size.takeError();
  for (const auto &[stage, nanoseconds] : compilation->getTimes())
    state.counters[(stage + "_ns_per_op").str()] = benchmark::Counter(
        double(nanoseconds) / numOps, benchmark::Counter::kAvgIterations);
  state.SetComplexityN(numOps);
  return Error::success();
}

static void registerFamily(const Shape &shape, StringRef target,
                           OptLevel optLevel) {
  CompileSetup setup{target, optLevel, shape.mode};
  benchmark::RegisterBenchmark(
      formatv("Linear/{0}/{1}/O{2}", shape.name, target, unsigned(optLevel))
          .str()
          .c_str(),
      [setup, end = shape.end](benchmark::State &state) {
        if (Error error = measure(state, setup, end))
          fail(state, std::move(error));
      })
      ->Arg(1000)
      ->Arg(10000)
      ->Arg(100000)
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime()
      ->Complexity();
}

void benchmarks::registerLinearityBenchmarks() {
  for (const Shape &shape : kShapes)
    for (StringRef target : {kPTXTarget, StringRef("host")})
      for (OptLevel optLevel : {OptLevel::O1, OptLevel::O2})
        registerFamily(shape, target, optLevel);
}
