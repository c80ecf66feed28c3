//===- NVRTCBenchmarks.cpp - The same kernels through NVRTC -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Benchmarks.h"
#include "CUDAKernels.h"
#include "NVRTC.h"

#include <benchmark/benchmark.h>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::benchmarks;

/// Compiles \p kernel over and over. The first time, which starts the library
/// up, does not count.
static Error measure(benchmark::State &state, const NVRTC &nvrtc,
                     const CUDAKernel &kernel) {
  Expected<std::string> ptx = nvrtc.compile(kernel.name, kernel.source);
  if (!ptx)
    return ptx.takeError();
  for (auto _ : state)
    if (auto again = nvrtc.compile(kernel.name, kernel.source); !again)
      return again.takeError();
  state.counters["payload_bytes"] = double(ptx->size());
  state.SetLabel("NVRTC " + nvrtc.getVersion());
  return Error::success();
}

void benchmarks::registerNVRTCBenchmarks() {
  for (const CUDAKernel &kernel : getCUDAKernels())
    benchmark::RegisterBenchmark(("NVRTC/" + kernel.name).str().c_str(),
                                 [kernel](benchmark::State &state) {
                                   Expected<NVRTC> nvrtc = NVRTC::load();
                                   if (!nvrtc)
                                     return skip(state, nvrtc.takeError());
                                   if (Error error =
                                           measure(state, *nvrtc, kernel))
                                     fail(state, std::move(error));
                                 })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
}
