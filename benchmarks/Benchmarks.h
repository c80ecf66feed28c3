//===- Benchmarks.h - What vmjit-benchmarks runs ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each function registers a group of benchmarks. Their names are
//
//   Compile/<mode>/<program>/<target>
//   NVRTC/<program>
//   FirstCall/<program>/<target>, FirstCall/<program>/NVRTC
//   Linear/<shape>/<target>/<level>/<ops>
//   Run/hart/<program>/<host/plain, host/stoppable or interpreter>
//   Run/kernel/<example>/<host/plain or host/stoppable>
//   Cache/<program>/<loaded, memory, disk or compile>
//   Launch/<endless or timeout>/<raw or executor>
//   Launch/endless/<fake-cuda or cuda>/<device or executor>
//   Copy/host/<direction>/<bytes>
//   Guest/<program>/<small or large>/<harts>/<cold, cached, warm or qemu>
//   Guest/<program>/<small or large>/<harts>/gpu
//   GuestLift/<program>
//   GuestCompile/<program>/<ops>
//   HostKernel/<program>/<cached or memory>/<1 or all>/<vmjit, C or OpenCL>
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_BENCHMARKS_BENCHMARKS_H
#define VMJIT_BENCHMARKS_BENCHMARKS_H

#include "vmjit/VMIR/Program.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace benchmark {
class State;
} // namespace benchmark

namespace vmjit::benchmarks {

/// The target that NVRTC is compared on.
inline constexpr llvm::StringRef kPTXTarget = "nvptx64:sm_90";
/// What a benchmark that cannot run here says first; any other error makes
/// vmjit-benchmarks fail.
inline constexpr llvm::StringRef kSkipped = "skipped: ";

/// The full path of \p path, which is below the project's folder.
std::string findInput(llvm::StringRef path);
/// The text of \p path below the project's folder. Fails with Io.
llvm::Expected<std::string> readInput(llvm::StringRef path);

/// A program of the cache's benchmarks: "100-ops", or an example.
llvm::Expected<vmir::Program> readCachedProgram(llvm::StringRef name);

/// Makes \p error the result of the benchmark.
void fail(benchmark::State &state, llvm::Error error);
/// Says that the benchmark cannot run here because of \p error.
void skip(benchmark::State &state, llvm::Error error);

/// Compile latency, by stage, of the examples and the corpus.
void registerCompileBenchmarks();
/// NVRTC compiling the examples from CUDA C++.
void registerNVRTCBenchmarks();
/// The first compilation of a process, in processes of their own. \p program is
/// this executable.
void registerFirstCallBenchmarks(llvm::StringRef program);
/// Compile time against program size.
void registerLinearityBenchmarks();
/// The corpus as it runs on the host, with and without what makes it stoppable,
/// and on the interpreter.
void registerHartBenchmarks();
/// Hits of the code cache against compiling.
void registerCacheBenchmarks();
/// Launches through the executor against launches alone, and copies.
void registerExecutorBenchmarks();
/// The examples run on the host, against plain C and OpenCL. \p program is
/// this executable.
void registerHostKernelBenchmarks(llvm::StringRef program);
/// RISC-V programs for Linux on the host and on a GPU, against qemu-riscv64.
void registerGuestBenchmarks();
/// Lifting and compiling them, against their size.
void registerGuestCompileBenchmarks();

/// The option with which this executable starts itself, followed by a target
/// or "NVRTC": the process does one compilation and prints its nanoseconds.
inline constexpr llvm::StringRef kFirstCallOption = "--vmjit-first-call=";
llvm::Error runFirstCall(llvm::StringRef compiler);

} // namespace vmjit::benchmarks

#endif // VMJIT_BENCHMARKS_BENCHMARKS_H
