//===- GuestRunner.cpp - Runs RISC-V programs and takes the time *- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GuestRunner.h"

#include "vmjit/Executor/DefaultExecutor.h"
#include "vmjit/LinuxUser/RISCVEngine.h"
#include "vmjit/Runtime/DeviceManager.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::benchmarks;
using namespace vmjit::linux_user;

using SteadyClock = std::chrono::steady_clock;

static double getSecondsSince(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

namespace {
/// What an executor has spent so far.
struct ExecutorTimes {
  double compile = 0;
  double launch = 0;
  uint64_t launchCount = 0;
  uint64_t compilationCount = 0;

  explicit ExecutorTimes(const Executor &executor) {
    ExecutorStatistics statistics = executor.getStatistics();
    auto getSeconds = [&](ExecutionStage stage) {
      return statistics.stages[static_cast<size_t>(stage)].totalNanoseconds /
             1e9;
    };
    compile = getSeconds(ExecutionStage::Compile);
    launch = getSeconds(ExecutionStage::Lookup) +
             getSeconds(ExecutionStage::Load) +
             getSeconds(ExecutionStage::CopyIn) +
             getSeconds(ExecutionStage::Launch) +
             getSeconds(ExecutionStage::CopyOut);
    launchCount = statistics.executions;
    compilationCount = statistics.compilations;
  }
};
} // namespace

//===----------------------------------------------------------------------===//
// GuestRunner
//===----------------------------------------------------------------------===//

/// An engine that takes the time of its calls.
class GuestRunner::TimedEngine : public HartEngine {
public:
  TimedEngine(const GuestWorkload &workload, Executor &executor)
      : executor(executor), engine(workload.getImage(), workload.getDecoder(),
                                   {.executor = &executor}) {}

  const HartStateLayout &getStateLayout() const override {
    return engine.getStateLayout();
  }
  bool hasCode(vmir::GuestAddr address) const override {
    return engine.hasCode(address);
  }
  Error addCode(ArrayRef<vmir::GuestAddr> addresses) override {
    ExecutorTimes before(executor);
    SteadyClock::time_point start = SteadyClock::now();
    Error error = engine.addCode(addresses);
    double seconds = getSecondsSince(start);
    addCodeSeconds += seconds;
    liftSeconds += seconds - (ExecutorTimes(executor).compile - before.compile);
    return error;
  }
  Error run(HartStateArray &state, HartMemory &memory) override {
    SteadyClock::time_point start = SteadyClock::now();
    Error error = engine.run(state, memory);
    runSeconds += getSecondsSince(start);
    return error;
  }

  /// Of all calls so far.
  double addCodeSeconds = 0;
  double liftSeconds = 0;
  double runSeconds = 0;

private:
  const Executor &executor;
  RISCVEngine engine;
};

GuestRunner::GuestRunner(const GuestWorkload &workload,
                         const GuestProfile &profile, StringRef device)
    : workload(workload), profile(profile), device(device) {}
GuestRunner::~GuestRunner() = default;

void GuestRunner::forgetEngine() { engine.reset(); }

Error GuestRunner::prepare() {
  if (!executor) {
    DefaultExecutorOptions options;
    options.executor.device = device;
    options.executor.cpuFallback = false;
    options.executor.timeout = std::nullopt;
    options.useTimeoutVariable = false;
    options.useDisk = false;
    Expected<std::unique_ptr<Executor>> made = createDefaultExecutor(options);
    if (!made)
      return made.takeError();
    executor = std::move(*made);
  }
  if (!engine)
    engine = std::make_unique<TimedEngine>(workload, *executor);
  return Error::success();
}

Error GuestRunner::verify(const ProcessGroup &group,
                          ArrayRef<std::string> outputs) const {
  for (auto [hart, output] : enumerate(outputs))
    if (output != profile.output || !(group.getStatus(hart) == profile.status))
      return makeErrorf(ErrorCode::ExecutionFailed,
                        "process {0} of {1} does not do what it does in the "
                        "interpreter: {2}",
                        hart, workload.getPath(), group.describe(hart));
  return Error::success();
}

Expected<GuestTimes> GuestRunner::run(uint64_t hartCount) {
  std::vector<std::string> outputs(hartCount);
  std::vector<std::unique_ptr<raw_string_ostream>> streams;
  std::vector<raw_ostream *> pointers;
  for (std::string &output : outputs) {
    streams.push_back(std::make_unique<raw_string_ostream>(output));
    pointers.push_back(streams.back().get());
  }
  SteadyClock::time_point start = SteadyClock::now();
  if (Error error = prepare())
    return std::move(error);
  Expected<ProcessGroup> group = workload.start(pointers);
  if (!group)
    return group.takeError();
  ExecutorTimes before(*executor);
  double addCode = engine->addCodeSeconds, lift = engine->liftSeconds,
         run = engine->runSeconds;
  GuestTimes times;
  times.start = getSecondsSince(start);
  if (Error error = group->run(*engine))
    return std::move(error);
  times.total = getSecondsSince(start);
  ExecutorTimes after(*executor);
  times.compile = after.compile - before.compile;
  times.launch = after.launch - before.launch;
  times.launchCount = after.launchCount - before.launchCount;
  times.compilationCount = after.compilationCount - before.compilationCount;
  times.lift = engine->liftSeconds - lift;
  addCode = engine->addCodeSeconds - addCode;
  run = engine->runSeconds - run;
  times.serve = times.total - times.start - addCode - run;
  times.turns = addCode + run - times.lift - times.compile - times.launch;
  if (Error error = verify(*group, outputs))
    return std::move(error);
  return times;
}

Expected<std::string> benchmarks::findGPU() {
  std::shared_ptr<DeviceManager> devices = DeviceManager::create();
  std::string message = "no GPU";
  for (StringRef name : {"cuda", "hip"}) {
    Expected<std::shared_ptr<GpuCompute>> device = devices->select(name);
    if (device)
      return name.str();
    message += "; " + toString(device.takeError());
  }
  return makeError(ErrorCode::DeviceUnavailable, message);
}
