//===- GuestCompileBenchmarks.cpp - RISC-V to code --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lifting: all that the entry of a static executable reaches, its C library
// included, as vm-lift does. Compiling: the blocks that a run enters most, as
// many as have so many ops, as one program for the host.
//
//===----------------------------------------------------------------------===//

#include "Benchmarks.h"
#include "GuestProfile.h"
#include "vmjit/Compiler/Compiler.h"
#include "vmjit/Frontend/RISCV/Lifter.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"

#include <benchmark/benchmark.h>
#include <chrono>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::benchmarks;

/// The programs that are compiled: those with the most code.
static constexpr StringRef kCompiledPrograms[] = {"json", "printf", "solve"};

namespace {
/// Blocks that are compiled as one program.
struct SelectedBlocks {
  vmir::Program program;
  uint64_t opCount = 0;
  uint64_t instructionCount = 0;
};
} // namespace

/// The most frequent blocks that have \p wanted ops together. Fails with
/// DeviceUnavailable, which is no failure of the benchmark, where there are not
/// so many.
static Expected<SelectedBlocks> selectBlocks(const GuestProfile &profile,
                                             uint64_t wanted) {
  SelectedBlocks selected;
  selected.program.name = "guest";
  for (const GuestProfile::Block &block : profile.blocks) {
    if (selected.opCount >= wanted)
      break;
    selected.opCount += block.block.ops.size() + 1;
    selected.instructionCount += block.instructionCount;
    selected.program.blocks.push_back(block.block);
  }
  if (selected.opCount < wanted)
    return makeErrorf(ErrorCode::DeviceUnavailable,
                      "the program has {0} ops only", selected.opCount);
  selected.program.entry = selected.program.blocks.front().startPc;
  return selected;
}

static Error measureLift(benchmark::State &state, const GuestProgram &program) {
  Expected<std::unique_ptr<GuestWorkload>> workload =
      GuestWorkload::create(program, GuestSize::Small);
  if (!workload)
    return workload.takeError();
  const riscv::GuestImage &image = (*workload)->getImage();
  riscv::LiftOptions options;
  options.entries = {image.getEntry()};
  uint64_t instructions = 0, blocks = 0;
  for (auto _ : state) {
    Expected<riscv::LiftedProgram> lifted =
        riscv::liftProgram(image, (*workload)->getDecoder(), options);
    if (!lifted)
      return lifted.takeError();
    blocks = lifted->program.blocks.size();
    instructions = 0;
    for (const auto &block : lifted->instructions)
      instructions += block.size();
  }
  state.counters["instructions"] = double(instructions);
  state.counters["blocks"] = double(blocks);
  state.SetItemsProcessed(int64_t(state.iterations() * instructions));
  return Error::success();
}

static Error measureCompile(benchmark::State &state,
                            const GuestProgram &program) {
  Expected<std::unique_ptr<GuestWorkload>> workload =
      GuestWorkload::create(program, GuestSize::Small);
  if (!workload)
    return workload.takeError();
  Expected<GuestProfile> profile = profileGuest(**workload);
  if (!profile)
    return profile.takeError();
  Expected<SelectedBlocks> warmUp = selectBlocks(*profile, 100);
  if (!warmUp)
    return warmUp.takeError();
  Expected<SelectedBlocks> part = selectBlocks(*profile, state.range(0));
  if (!part)
    return part.takeError();
  Compiler compiler;
  CompileOptions options;
  options.mode = EntryMode::Hart;
  if (Error error = compiler.compile(warmUp->program, options).takeError())
    return error;
  CompileObserver observer;
  uint64_t payloadBytes = 0;
  for (auto _ : state) {
    Expected<CodeObject> object =
        compiler.compile(part->program, options, &observer);
    if (!object)
      return object.takeError();
    payloadBytes = object->payload.size();
  }
  StringMap<double> stages;
  for (const StageTime &time : observer.times)
    stages[time.stage] += double(time.nanoseconds);
  for (const auto &stage : stages)
    state.counters[(stage.getKey() + "_us").str()] = benchmark::Counter(
        stage.getValue() / 1e3, benchmark::Counter::kAvgIterations);
  state.counters["ops"] = double(part->opCount);
  state.counters["instructions"] = double(part->instructionCount);
  state.counters["payload_bytes"] = double(payloadBytes);
  state.SetItemsProcessed(int64_t(state.iterations() * part->instructionCount));
  return Error::success();
}

using Measure = Error(benchmark::State &, const GuestProgram &);

static benchmark::internal::Benchmark *registerAs(const std::string &name,
                                                  const GuestProgram &program,
                                                  Measure *measure) {
  return benchmark::RegisterBenchmark(
             name.c_str(),
             [&program, measure](benchmark::State &state) {
               Error error = measure(state, program);
               if (!error)
                 return;
               // No compiler, or a smaller program.
               if (getErrorCode(error) == ErrorCode::DeviceUnavailable)
                 return skip(state, std::move(error));
               fail(state, std::move(error));
             })
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime();
}

void benchmarks::registerGuestCompileBenchmarks() {
  for (const GuestProgram &program : getGuestPrograms())
    registerAs(formatv("GuestLift/{0}", program.name), program, measureLift);
  for (const GuestProgram &program : getGuestPrograms()) {
    if (!is_contained(kCompiledPrograms, program.name))
      continue;
    auto *compile = registerAs(formatv("GuestCompile/{0}", program.name),
                               program, measureCompile);
    for (int64_t ops : {100, 1000, 2000, 5000, 10000})
      compile->Arg(ops);
  }
}
