//===- GuestRunner.h - Runs RISC-V programs and takes the time --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_BENCHMARKS_GUESTRUNNER_H
#define VMJIT_BENCHMARKS_GUESTRUNNER_H

#include "GuestProfile.h"
#include "vmjit/Executor/Executor.h"

namespace vmjit::benchmarks {

/// Where the time of a run goes, in seconds. Launches and compilations are
/// those of the executor.
struct GuestTimes {
  double total = 0;
  /// The executor, and memory for the processes.
  double start = 0;
  /// Lifting code that is reached, and adding it to the interpreter.
  double lift = 0;
  double compile = 0;
  /// Compiled code that runs for all processes at once, as on GPUs, from the
  /// call of the executor to its end.
  double launch = 0;
  /// The rest of what the engine does: interpreting, and on the host compiled
  /// code.
  double turns = 0;
  /// System calls.
  double serve = 0;
  uint64_t launchCount = 0;
  uint64_t compilationCount = 0;
};

/// Runs a program as vm-run does, without a cache on disk.
class GuestRunner {
public:
  /// On \p device, as ExecutorOptions::device. \p workload and \p profile
  /// outlive the runner.
  GuestRunner(const GuestWorkload &workload, const GuestProfile &profile,
              llvm::StringRef device);
  ~GuestRunner();

  /// Runs \p hartCount processes. The first run has nothing that is lifted or
  /// compiled, others all that earlier ones have made. Fails with
  /// ExecutionFailed if a process does not do what the interpreter did.
  llvm::Expected<GuestTimes> run(uint64_t hartCount);
  /// Forgets what was lifted and chosen to be compiled. What was compiled stays
  /// in the cache.
  void forgetEngine();

private:
  class TimedEngine;

  llvm::Error prepare();
  llvm::Error verify(const linux_user::ProcessGroup &group,
                     llvm::ArrayRef<std::string> outputs) const;

  const GuestWorkload &workload;
  const GuestProfile &profile;
  std::string device;
  std::unique_ptr<Executor> executor;
  std::unique_ptr<TimedEngine> engine;
};

/// The name of a GPU for GuestRunner. Fails with DeviceUnavailable if there is
/// none.
llvm::Expected<std::string> findGPU();

/// Runs \p processCount processes in qemu-riscv64, as many at a time as there
/// are cores, and returns the seconds that took. What they write is thrown
/// away. Fails with DeviceUnavailable where there is no qemu-riscv64, and with
/// ExecutionFailed if it does not do what the interpreter did.
llvm::Expected<double> runInQEMU(const GuestWorkload &workload,
                                 const GuestProfile &profile,
                                 uint64_t processCount);

/// The same for what a compiler for this machine makes of the source. It has to
/// end as the interpreter did; its digits may be others, as long double is, and
/// contracted arithmetic.
llvm::Expected<double> runNatively(const GuestWorkload &workload,
                                   const GuestProfile &profile,
                                   uint64_t processCount);

} // namespace vmjit::benchmarks

#endif // VMJIT_BENCHMARKS_GUESTRUNNER_H
