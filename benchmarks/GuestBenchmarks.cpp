//===- GuestBenchmarks.cpp - RISC-V programs against qemu -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whole programs for Linux as vm-run runs them, one process and many, and the
// same processes in qemu-riscv64 and compiled for the machine, on the same
// cores. All are said to execute the instructions that the interpreter counts.
//
//===----------------------------------------------------------------------===//

#include "Benchmarks.h"
#include "GuestRunner.h"
#include "vmjit/Support/Error.h"
#include "llvm/Support/FormatVariadic.h"

#include <benchmark/benchmark.h>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::benchmarks;

/// The processes of "many".
static constexpr uint64_t kManyHarts = 100;
/// A GPU needs more.
static constexpr uint64_t kGPUHarts = 500;
/// Warm is the last of so many runs that compiled nothing, of so many at most.
static constexpr unsigned kQuietRuns = 3;
static constexpr unsigned kMaxWarmRuns = 40;

namespace {
/// What a process begins with: nothing; what was compiled; all that earlier
/// processes have made.
enum class Readiness { Cold, Cached, Warm };

/// A program, a size and a number of processes.
struct GuestCase {
  const GuestProgram *program = nullptr;
  GuestSize size = GuestSize::Small;
  uint64_t hartCount = 1;

  auto operator<=>(const GuestCase &) const = default;
};

/// What the benchmarks of a case have in common. Only that of the last case is
/// kept.
struct GuestSetup {
  GuestCase guest;
  std::unique_ptr<GuestWorkload> workload;
  GuestProfile profile;
  std::unique_ptr<GuestRunner> runner;
};
} // namespace

/// The setup of \p guest. The number of processes may differ from that of the
/// last one, for which the same program need not be counted again.
static Expected<GuestSetup *> getSetup(const GuestCase &guest) {
  static std::unique_ptr<GuestSetup> last;
  if (last && last->guest == guest)
    return last.get();
  if (last && last->guest.program == guest.program &&
      last->guest.size == guest.size) {
    last->guest = guest;
    last->runner.reset();
    return last.get();
  }
  last.reset();
  auto setup = std::make_unique<GuestSetup>();
  Expected<std::unique_ptr<GuestWorkload>> workload =
      GuestWorkload::create(*guest.program, guest.size);
  if (!workload)
    return workload.takeError();
  Expected<GuestProfile> profile = profileGuest(**workload);
  if (!profile)
    return profile.takeError();
  if (!(profile->status ==
        linux_user::ProcessStatus{linux_user::ProcessStatus::Exited, 0}))
    return makeErrorf(ErrorCode::ExecutionFailed, "{0} fails: {1}",
                      guest.program->name, profile->output);
  setup->guest = guest;
  setup->workload = std::move(*workload);
  setup->profile = std::move(*profile);
  last = std::move(setup);
  return last.get();
}

//===----------------------------------------------------------------------===//
// Measuring
//===----------------------------------------------------------------------===//

static void addCounters(benchmark::State &state, const GuestTimes &times) {
  std::pair<const char *, double> parts[] = {
      {"start_s", times.start},     {"lift_s", times.lift},
      {"compile_s", times.compile}, {"launch_s", times.launch},
      {"turns_s", times.turns},     {"serve_s", times.serve}};
  for (auto [name, seconds] : parts)
    state.counters[name] = seconds;
  state.counters["launches"] = double(times.launchCount);
  state.counters["compilations"] = double(times.compilationCount);
}

static void setInstructions(benchmark::State &state, const GuestSetup &setup) {
  uint64_t count = setup.profile.instructionCount * setup.guest.hartCount;
  state.counters["instructions"] = double(count);
  state.SetItemsProcessed(int64_t(state.iterations() * count));
}

static Error recordRun(benchmark::State &state, Expected<GuestTimes> times) {
  if (!times)
    return times.takeError();
  state.SetIterationTime(times->total);
  addCounters(state, *times);
  return Error::success();
}

/// A run of \p setup that begins with what \p readiness says.
static Expected<GuestTimes> runReady(GuestSetup &setup, Readiness readiness) {
  auto run = [&] { return setup.runner->run(setup.guest.hartCount); };
  bool isNew = readiness == Readiness::Cold || !setup.runner;
  if (isNew)
    setup.runner =
        std::make_unique<GuestRunner>(*setup.workload, setup.profile, "host");
  if (readiness == Readiness::Cold)
    return run();
  if (readiness == Readiness::Cached) {
    if (isNew)
      if (Error error = run().takeError())
        return std::move(error);
    setup.runner->forgetEngine();
    return run();
  }
  unsigned quiet = 0;
  GuestTimes last;
  for (unsigned warm = 0; warm < kMaxWarmRuns && quiet < kQuietRuns; ++warm) {
    Expected<GuestTimes> times = run();
    if (!times)
      return times;
    last = *times;
    quiet = last.compilationCount == 0 ? quiet + 1 : 0;
  }
  return last;
}

static Error measure(benchmark::State &state, const GuestCase &guest,
                     Readiness readiness) {
  Expected<GuestSetup *> setup = getSetup(guest);
  if (!setup)
    return setup.takeError();
  for (auto _ : state) {
    if (Error error = recordRun(state, runReady(**setup, readiness)))
      return error;
  }
  setInstructions(state, **setup);
  return Error::success();
}

/// Processes of the machine, by one of the functions of GuestRunner.h.
static Error measureProcesses(benchmark::State &state, const GuestCase &guest,
                              decltype(&runInQEMU) run) {
  Expected<GuestSetup *> setup = getSetup(guest);
  if (!setup)
    return setup.takeError();
  for (auto _ : state) {
    Expected<double> seconds =
        run(*(*setup)->workload, (*setup)->profile, guest.hartCount);
    if (!seconds)
      return seconds.takeError();
    state.SetIterationTime(*seconds);
  }
  setInstructions(state, **setup);
  return Error::success();
}

/// On the first GPU; as warm as it gets on the host.
static Error measureOnGPU(benchmark::State &state, const GuestCase &guest) {
  Expected<std::string> device = findGPU();
  if (!device)
    return device.takeError();
  Expected<GuestSetup *> setup = getSetup(guest);
  if (!setup)
    return setup.takeError();
  GuestRunner runner(*(*setup)->workload, (*setup)->profile, *device);
  state.SetLabel(*device);
  if (Expected<GuestTimes> first = runner.run(guest.hartCount); !first)
    return first.takeError();
  for (auto _ : state) {
    if (Error error = recordRun(state, runner.run(guest.hartCount)))
      return error;
  }
  setInstructions(state, **setup);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Registration
//===----------------------------------------------------------------------===//

template <class Function>
static void registerAs(const GuestCase &guest, StringRef how,
                       Function measure) {
  std::string name =
      formatv("Guest/{0}/{1}/{2}/{3}", guest.program->name,
              getGuestSizeName(guest.size), guest.hartCount, how);
  benchmark::RegisterBenchmark(name.c_str(),
                               [guest, measure](benchmark::State &state) {
                                 Error error = measure(state, guest);
                                 if (!error)
                                   return;
                                 // No compiler, no qemu, no GPU.
                                 if (getErrorCode(error) ==
                                     ErrorCode::DeviceUnavailable)
                                   return skip(state, std::move(error));
                                 fail(state, std::move(error));
                               })
      ->Unit(benchmark::kMillisecond)
      ->Iterations(1)
      ->UseManualTime();
}

static void registerCase(const GuestCase &guest) {
  for (auto [how, readiness] : {std::pair("cold", Readiness::Cold),
                                std::pair("cached", Readiness::Cached),
                                std::pair("warm", Readiness::Warm)})
    registerAs(guest, how,
               [readiness = readiness](benchmark::State &state,
                                       const GuestCase &guest) {
                 return measure(state, guest, readiness);
               });
  for (auto [how, run] :
       {std::pair("qemu", &runInQEMU), std::pair("native", &runNatively)})
    registerAs(guest, how,
               [run = run](benchmark::State &state, const GuestCase &guest) {
                 return measureProcesses(state, guest, run);
               });
}

void benchmarks::registerGuestBenchmarks() {
  for (const GuestProgram &program : getGuestPrograms())
    for (GuestSize size : {GuestSize::Small, GuestSize::Large}) {
      for (uint64_t hartCount : {uint64_t(1), kManyHarts})
        registerCase({&program, size, hartCount});
      registerAs({&program, size, kGPUHarts}, "gpu", measureOnGPU);
    }
}
