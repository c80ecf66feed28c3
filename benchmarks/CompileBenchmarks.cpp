//===- CompileBenchmarks.cpp - Compile latency by stage ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Benchmarks.h"
#include "StagedCompilation.h"
#include "vmjit/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <benchmark/benchmark.h>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::benchmarks;

/// The folder above the executable's if the inputs are there, as in a bundle
/// for other machines, or else the source tree.
static std::string findInputs() {
  SmallString<128> inputs(
      sys::path::parent_path(sys::path::parent_path(sys::fs::getMainExecutable(
          nullptr, reinterpret_cast<void *>(&findInputs)))));
  SmallString<128> examples(inputs);
  sys::path::append(examples, "examples");
  return sys::fs::is_directory(examples) ? inputs.str().str()
                                         : VMJIT_SOURCE_DIR;
}

std::string benchmarks::findInput(StringRef path) {
  static const std::string inputs = findInputs();
  SmallString<128> file(inputs);
  sys::path::append(file, path);
  return file.str().str();
}

Expected<std::string> benchmarks::readInput(StringRef path) {
  std::string file = findInput(path);
  auto buffer = MemoryBuffer::getFile(file);
  if (!buffer)
    return makeErrorf(ErrorCode::Io, "{0}: {1}", file,
                      buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

void benchmarks::fail(benchmark::State &state, Error error) {
  state.SkipWithError(toString(std::move(error)).c_str());
}

void benchmarks::skip(benchmark::State &state, Error error) {
  state.SkipWithError((kSkipped + toString(std::move(error))).str().c_str());
}

/// Compiles the program at \p path over and over in a warm compiler.
static Error measure(benchmark::State &state, const CompileSetup &setup,
                     StringRef path) {
  Expected<std::string> text = readInput(path);
  if (!text)
    return text.takeError();
  Expected<StagedCompilation> compilation = StagedCompilation::create(setup);
  if (!compilation)
    return compilation.takeError();
  Expected<size_t> size = compilation->run(*text);
  if (!size)
    return size.takeError();
  compilation->resetTimes();
  for (auto _ : state)
    if (Expected<size_t> again = compilation->run(*text); !again)
      return again.takeError();

  for (const auto &[stage, nanoseconds] : compilation->getTimes())
    state.counters[(stage + "_us").str()] = benchmark::Counter(
        nanoseconds / 1e3, benchmark::Counter::kAvgIterations);
  state.counters["payload_bytes"] = double(*size);
  return Error::success();
}

static void registerCompile(StringRef mode, StringRef name, StringRef path,
                            EntryMode entryMode) {
  for (StringRef target :
       {kPTXTarget, StringRef("amdgcn:gfx1100"), StringRef("host")}) {
    CompileSetup setup{target, OptLevel::O2, entryMode};
    benchmark::RegisterBenchmark(
        formatv("Compile/{0}/{1}/{2}", mode, name, target).str().c_str(),
        [setup, path = path.str()](benchmark::State &state) {
          if (Error error = measure(state, setup, path))
            fail(state, std::move(error));
        })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  }
}

void benchmarks::registerCompileBenchmarks() {
  for (StringRef name : {"vecadd", "saxpy", "reduce", "transpose", "matmul",
                         "mandelbrot", "sort8"})
    registerCompile("kernel", name,
                    formatv("examples/{0}/program.json", name).str(),
                    EntryMode::Kernel);
  for (StringRef name :
       {"vecadd", "saxpy", "matmul", "crc32", "collatz", "mandelbrot"})
    registerCompile("hart", name, formatv("test/Corpus/{0}.json", name).str(),
                    EntryMode::Hart);
}
