//===- FirstCallBenchmarks.cpp - The first compilation of a process *- C++
//-*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Only one compilation of a process is its first, so each is done in a process
// of its own: this executable once more, with kFirstCallOption. It times itself
// from main on; what starting a process costs is a counter.
//
//===----------------------------------------------------------------------===//

#include "Benchmarks.h"
#include "CUDAKernels.h"
#include "NVRTC.h"
#include "StagedCompilation.h"
#include "vmjit/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

#include <benchmark/benchmark.h>
#include <chrono>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::benchmarks;

using Clock = std::chrono::steady_clock;

/// The example that is compiled.
static constexpr StringRef kExample = "vecadd";
static constexpr StringRef kNVRTC = "NVRTC";

static Error compileWithNVRTC() {
  Expected<NVRTC> nvrtc = NVRTC::load();
  if (!nvrtc)
    return nvrtc.takeError();
  for (const CUDAKernel &kernel : getCUDAKernels())
    if (kernel.name == kExample)
      return nvrtc->compile(kernel.name, kernel.source).takeError();
  llvm_unreachable("the example is among the kernels");
}

static Error compileForTarget(StringRef text, StringRef target) {
  Expected<StagedCompilation> compilation =
      StagedCompilation::create({target, OptLevel::O2, EntryMode::Kernel});
  if (!compilation)
    return compilation.takeError();
  return compilation->run(text).takeError();
}

Error benchmarks::runFirstCall(StringRef compiler) {
  Expected<std::string> text =
      readInput(("examples/" + kExample + "/program.json").str());
  if (!text)
    return text.takeError();
  Clock::time_point start = Clock::now();
  if (Error error = compiler == kNVRTC ? compileWithNVRTC()
                                       : compileForTarget(*text, compiler))
    return error;
  std::chrono::nanoseconds elapsed = Clock::now() - start;
  outs() << elapsed.count() << '\n';
  return Error::success();
}

/// Runs \p program for one first call and returns the seconds that it says.
static Expected<double> runProcess(StringRef program, StringRef compiler) {
  SmallString<128> output;
  if (std::error_code code =
          sys::fs::createTemporaryFile("vmjit-first-call", "txt", output))
    return makeErrorf(ErrorCode::Io, "temporary file: {0}", code.message());
  FileRemover remover(output);
  std::string option = (kFirstCallOption + compiler).str();
  std::string message;
  int status = sys::ExecuteAndWait(
      program, {program, option}, std::nullopt,
      {std::nullopt, StringRef(output), std::nullopt}, 0, 0, &message);
  auto buffer = MemoryBuffer::getFile(output);
  uint64_t nanoseconds = 0;
  if (status || !buffer ||
      (*buffer)->getBuffer().trim().getAsInteger(10, nanoseconds))
    return makeErrorf(ErrorCode::ExecutionFailed, "{0} {1} failed: {2}",
                      program, option, message);
  return nanoseconds / 1e9;
}

static void measure(benchmark::State &state, StringRef program,
                    StringRef compiler) {
  double seconds = 0;
  Clock::time_point start = Clock::now();
  for (auto _ : state) {
    Expected<double> time = runProcess(program, compiler);
    if (!time)
      return fail(state, time.takeError());
    state.SetIterationTime(*time);
    seconds += *time;
  }
  std::chrono::duration<double> elapsed = Clock::now() - start;
  state.counters["process_us"] = benchmark::Counter(
      (elapsed.count() - seconds) * 1e6, benchmark::Counter::kAvgIterations);
}

void benchmarks::registerFirstCallBenchmarks(StringRef program) {
  for (StringRef compiler :
       {kPTXTarget, StringRef("amdgcn:gfx1100"), StringRef("host"), kNVRTC})
    benchmark::RegisterBenchmark(
        formatv("FirstCall/{0}/{1}", kExample, compiler).str().c_str(),
        [program = program.str(), compiler](benchmark::State &state) {
          if (compiler == kNVRTC)
            if (Expected<NVRTC> nvrtc = NVRTC::load(); !nvrtc)
              return skip(state, nvrtc.takeError());
          measure(state, program, compiler);
        })
        ->Unit(benchmark::kMillisecond)
        ->UseManualTime();
}
