//===- GuestProcesses.cpp - The same as processes of the machine -*- C++ -*-==//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GuestRunner.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/ThreadPool.h"

#include <chrono>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::benchmarks;

/// Debian's qemu-user.
static constexpr StringRef kEmulator = "qemu-riscv64";

namespace {
/// A program as a process of the machine.
struct ProcessCommand {
  const GuestWorkload &workload;
  const GuestProfile &profile;
  /// The executable, or the emulator and what it executes.
  std::vector<std::string> words;

  int run(StringRef output) const;
  Error verify() const;
};
} // namespace

/// Runs one process, which writes to the file \p output, and returns its exit
/// status; below 0 if there is none.
int ProcessCommand::run(StringRef output) const {
  SmallVector<StringRef> command(words.begin(), words.end());
  command.append(workload.getArguments().begin(),
                 workload.getArguments().end());
  // An empty environment, as harts have.
  return sys::ExecuteAndWait(command.front(), command, ArrayRef<StringRef>(),
                             {workload.getInputPath(), output, StringRef()});
}

/// Whether a process ends and writes as it does in the interpreter.
Error ProcessCommand::verify() const {
  SmallString<128> output;
  if (std::error_code code =
          sys::fs::createTemporaryFile("vmjit-process", "txt", output))
    return makeErrorf(ErrorCode::Io, "temporary file: {0}", code.message());
  FileRemover remover(output);
  int status = run(output);
  auto buffer = MemoryBuffer::getFile(output);
  if (!buffer)
    return makeErrorf(ErrorCode::Io, "{0}: {1}", output,
                      buffer.getError().message());
  if (status != static_cast<int>(profile.status.value) ||
      (*buffer)->getBuffer() != profile.output)
    return makeErrorf(ErrorCode::ExecutionFailed,
                      "{0} does not do what it does in the interpreter",
                      join(words, " "));
  return Error::success();
}

/// Runs \p processCount processes and returns the seconds that took.
static Expected<double> runProcesses(const ProcessCommand &command,
                                     uint64_t processCount) {
  std::atomic<uint64_t> failures = 0;
  DefaultThreadPool pool;
  auto start = std::chrono::steady_clock::now();
  for (uint64_t process = 0; process < processCount; ++process)
    pool.async([&] {
      failures += command.run(/*output=*/"") !=
                  static_cast<int>(command.profile.status.value);
    });
  pool.wait();
  std::chrono::duration<double> elapsed =
      std::chrono::steady_clock::now() - start;
  if (failures != 0)
    return makeErrorf(ErrorCode::ExecutionFailed, "{0} of {1} failed: {2}",
                      failures.load(), processCount, join(command.words, " "));
  return elapsed.count();
}

Expected<double> benchmarks::runInQEMU(const GuestWorkload &workload,
                                       const GuestProfile &profile,
                                       uint64_t processCount) {
  Expected<std::string> emulator = findGuestTool(kEmulator);
  if (!emulator)
    return emulator.takeError();
  ProcessCommand command{
      workload, profile, {*emulator, workload.getPath().str()}};
  if (Error error = command.verify())
    return std::move(error);
  return runProcesses(command, processCount);
}

Expected<double> benchmarks::runNatively(const GuestWorkload &workload,
                                         const GuestProfile &profile,
                                         uint64_t processCount) {
  Expected<std::string> path = workload.getNativePath();
  if (!path)
    return path.takeError();
  return runProcesses({workload, profile, {*path}}, processCount);
}
