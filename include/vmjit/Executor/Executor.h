//===- Executor.h - Program and arguments in, results out -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// What a virtual machine's engine calls: it hands in a program and arguments,
// and gets results from the best device there is.
//
//   auto executor = createDefaultExecutor();          // DefaultExecutor.h
//   std::vector<float> x = ..., y = ..., sum(x.size());
//   ExecutorArg args[] = {ExecutorArg::in(ArrayRef(x)),
//                         ExecutorArg::in(ArrayRef(y)),
//                         ExecutorArg::out(MutableArrayRef(sum)),
//                         GpuArg::u32(x.size())};
//   auto result = (*executor)->execute(
//       program, {.grid = {8}, .block = {128}, .args = args});
//   if (!result)
//     return result.takeError();
//   // sum is filled in; result->device says where, result->fallback why there.
//
// In hart mode the state array is laid out as the program's code says:
//
//   auto prepared = (*executor)->prepare(program, EntryMode::Hart);
//   auto state = HartStateArray::create(1000, prepared->getStateLayout());
//   auto memory = HartMemory::create(regions, 1000);
//   ...
//   auto result =
//       (*executor)->executeHarts(*prepared, *state, *memory, returnPc);
//
// What runs. A program is looked up by its content, compiled and loaded where
// it was not, and launched. Programs may be anything: they are verified before
// they are compiled.
//
// Fallback. If there is no GPU, or compiling, loading, allocating, copying or
// launching fails on the device of first choice, the host runs the same
// program, unless options forbid it. Host memory and hart states are untouched
// until a GPU has succeeded, so the host starts from the same inputs. Buffers
// that the caller has on the device are copied to the host and back, if nothing
// was launched; once something was, they may be half written, and the error
// says so. There is no fallback where the caller is at fault (InvalidArgument,
// InvalidProgram), on a Timeout, and where the cache must have the code
// (CacheMiss, CacheMismatch).
//
// After a failure Out and InOut memory, hart states and their memory are as
// they were if the device has memory of its own; a device that shares the
// host's memory works in place, and has changed what it has changed.
//
// Where it works. On a device that shares the host's memory, kernels get Out
// and InOut memory itself, and In memory as a copy, so that it cannot change;
// harts work on their state and memory themselves. Elsewhere everything is
// copied.
//
// Timeouts. With a timeout or a step budget, code is compiled to be stoppable.
// An execution that takes longer is stopped and fails with Timeout; the message
// says where the first thread was and how many there were. In hart mode the
// state is nevertheless that at the stop: exits say Interrupted, and harts can
// go on. A step budget is no failure: exits, or ExecutionResult::threads, say
// OutOfFuel. A kernel that does not even end when it is told to makes its
// device unusable until it does; the message says so, and on the host it may
// still be writing to the caller's memory. Stoppable code ends unless it is
// held up by something outside of it.
//
// All functions may be called from any thread, many at a time; nothing is
// locked while something is compiled or runs.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_EXECUTOR_EXECUTOR_H
#define VMJIT_EXECUTOR_EXECUTOR_H

#include "vmjit/Executor/ExecutionResult.h"
#include "vmjit/Executor/ExecutorArg.h"
#include "vmjit/Executor/ExecutorStatistics.h"
#include "vmjit/Executor/PreparedProgram.h"
#include "vmjit/Target/OptLevel.h"

#include <chrono>
#include <optional>

namespace vmjit {

class CodeCache;
class DeviceManager;
class HartMemory;
class HartStateArray;
struct ExecutorState;

struct ExecutorOptions {
  /// The device of first choice, as DeviceManager takes it: "cuda:1", "host".
  /// Empty or "auto": what VMJIT_DEVICE says, else the first GPU.
  std::string device = {};
  /// Whether the code cache is used.
  bool useCache = true;
  /// Programs whose loaded code is kept, the most recently used ones; at least
  /// 1. Those of which somebody holds a PreparedProgram stay loaded beyond it.
  size_t maxLoadedPrograms = 100;
  /// Whether statistics are kept.
  bool monitoring = true;
  /// Whether the host takes over.
  bool cpuFallback = true;
  /// How long an execution may take on its device; none or 0 for any time.
  std::optional<std::chrono::nanoseconds> timeout = std::chrono::seconds(30);
  /// How many steps (ABI/Control.h) each thread may take.
  std::optional<uint64_t> stepBudget = std::nullopt;
  OptLevel optLevel = OptLevel::O2;
  /// Compile for the device of first choice in the background, and run on the
  /// host, for which compiling is quick, until that is done.
  bool asyncCompile = false;
};

/// What an executor works with. Everything may be shared with others.
struct ExecutorResources {
  /// Where devices come from. Null: only the two below.
  std::shared_ptr<DeviceManager> devices = nullptr;
  /// The device of first choice, in place of that of the options.
  std::shared_ptr<GpuCompute> device = nullptr;
  /// The device that takes over, in place of the manager's host.
  std::shared_ptr<GpuCompute> hostDevice = nullptr;
  /// Null: code has to be in the cache, and is else missing with CacheMiss.
  std::shared_ptr<ProgramCompiler> compiler = nullptr;
  /// Null: compiled code is kept only as long as it is loaded.
  std::shared_ptr<CodeCache> cache = nullptr;
};

/// What one execution has otherwise than the executor's options say.
struct ExecutionRequest {
  /// The device of first choice; null for the executor's. With Buffer arguments
  /// it is theirs.
  std::shared_ptr<GpuCompute> device = nullptr;
  /// 0 for any time.
  std::optional<std::chrono::nanoseconds> timeout = std::nullopt;
  /// VMJIT_UNLIMITED_STEPS for any number.
  std::optional<uint64_t> stepBudget = std::nullopt;
};

/// A kernel-mode launch.
struct KernelRequest {
  Dim3 grid = {};
  Dim3 block = {};
  /// In addition to what the program itself asks for.
  uint64_t dynamicSharedBytes = 0;
  /// One for each parameter of the program. Not null during the call.
  llvm::ArrayRef<ExecutorArg> args = {};
  ExecutionRequest request = {};
};

/// Runs programs.
class Executor {
public:
  /// Fails with InvalidArgument if \p options make no sense, and if there is
  /// neither a manager nor a device. Devices are looked for when they are first
  /// needed.
  static llvm::Expected<std::unique_ptr<Executor>>
  create(ExecutorOptions options, ExecutorResources resources);
  /// Waits for a compilation in the background that is under way; those that
  /// have not begun are dropped. No other call may be under way.
  ~Executor();

  const ExecutorOptions &getOptions() const;
  /// The device of first choice. Fails with DeviceUnavailable where there is
  /// none, and the host takes over.
  llvm::Expected<std::shared_ptr<GpuCompute>> getDevice();

  /// Makes \p program ready in \p mode (by default, in kernel mode if it has
  /// parameters), on the device of first choice, or else on the host. Fails as
  /// an execution does.
  llvm::Expected<PreparedProgram>
  prepare(const vmir::Program &program,
          std::optional<EntryMode> mode = std::nullopt,
          const ExecutionRequest &request = {});

  /// Runs a kernel and waits for it. Fails with InvalidProgram and
  /// InvalidArgument, Timeout, or as the last device that was tried failed.
  llvm::Expected<ExecutionResult> execute(const PreparedProgram &program,
                                          const KernelRequest &request);
  /// As above, of a program that may have been seen before.
  llvm::Expected<ExecutionResult> execute(const vmir::Program &program,
                                          const KernelRequest &request);

  /// Runs all harts of \p state, which has the program's layout, until each has
  /// ended, \p returnPc being where they return to, and waits for them.
  /// Harts that are to resume inside a block go to its end before: see
  /// BlockCompletion.h. Ops that compiled code leaves to the interpreter are
  /// interpreted, and the harts launched again, which fails as of where they
  /// were then; with a step budget such a program is interpreted as a whole.
  llvm::Expected<ExecutionResult>
  executeHarts(const PreparedProgram &program, HartStateArray &state,
               HartMemory &memory, uint64_t returnPc,
               const ExecutionRequest &request = {});

  /// Waits for all compilations in the background.
  void waitForBackground();
  /// Forgets all programs. Those that somebody holds stay loaded.
  void clear();

  /// All zeros without monitoring.
  ExecutorStatistics getStatistics() const;

private:
  explicit Executor(std::unique_ptr<ExecutorState> state);

  std::unique_ptr<ExecutorState> state;
};

} // namespace vmjit

#endif // VMJIT_EXECUTOR_EXECUTOR_H
