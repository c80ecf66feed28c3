//===- vmjit-benchmarks.cpp - Measures how long compiling takes -*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Benchmarks.h"
#include "Summary.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"

#include <benchmark/benchmark.h>

using namespace llvm;
using namespace vmjit::benchmarks;

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  StringRef compiler = argc == 2 ? argv[1] : "";
  if (compiler.consume_front(kFirstCallOption)) {
    Error error = runFirstCall(compiler);
    if (!error)
      return 0;
    logAllUnhandledErrors(std::move(error), errs(), "vmjit-benchmarks: ");
    return 1;
  }

  std::string program = sys::fs::getMainExecutable(
      argv[0], reinterpret_cast<void *>(&registerCompileBenchmarks));
  registerFirstCallBenchmarks(program);
  registerCompileBenchmarks();
  registerNVRTCBenchmarks();
  registerLinearityBenchmarks();
  registerHartBenchmarks();
  registerCacheBenchmarks();
  registerExecutorBenchmarks();
  registerHostKernelBenchmarks(program);
  registerGuestBenchmarks();
  registerGuestCompileBenchmarks();

  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 1;
  Summary summary;
  // A filter that matches nothing is a mistake; the library has said so.
  if (benchmark::RunSpecifiedBenchmarks(&summary) == 0)
    return 1;
  benchmark::Shutdown();
  // Not to stdout, which --benchmark_format=json leaves to the JSON.
  summary.printRatios(errs());
  summary.printLinearity(errs());
  summary.printStoppable(errs());
  summary.printHarts(errs());
  summary.printHostKernels(errs());
  summary.printRuntime(errs());
  summary.printGuests(errs());
  return summary.hasFailures();
}
