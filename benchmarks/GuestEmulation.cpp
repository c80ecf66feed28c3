//===- GuestEmulation.cpp - RISC-V programs in qemu-riscv64 -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GuestRunner.h"
#include "vmjit/Support/Error.h"
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

/// Runs one process, which writes to the file \p output, and returns its exit
/// status; below 0 if there is none.
static int runProcess(StringRef emulator, const GuestWorkload &workload,
                      StringRef output) {
  SmallVector<StringRef> command = {emulator, workload.getPath()};
  command.append(workload.getArguments().begin(),
                 workload.getArguments().end());
  // An empty environment, as harts have.
  return sys::ExecuteAndWait(emulator, command, ArrayRef<StringRef>(),
                             {workload.getInputPath(), output, StringRef()});
}

/// Whether a process ends and writes as it does in the interpreter.
static Error verify(StringRef emulator, const GuestWorkload &workload,
                    const GuestProfile &profile) {
  SmallString<128> output;
  if (std::error_code code =
          sys::fs::createTemporaryFile("vmjit-qemu", "txt", output))
    return makeErrorf(ErrorCode::Io, "temporary file: {0}", code.message());
  FileRemover remover(output);
  int status = runProcess(emulator, workload, output);
  auto buffer = MemoryBuffer::getFile(output);
  if (!buffer)
    return makeErrorf(ErrorCode::Io, "{0}: {1}", output,
                      buffer.getError().message());
  if (status != static_cast<int>(profile.status.value) ||
      (*buffer)->getBuffer() != profile.output)
    return makeErrorf(ErrorCode::ExecutionFailed,
                      "{0} does not do in {1} what it does in the interpreter",
                      workload.getPath(), kEmulator);
  return Error::success();
}

Expected<double> benchmarks::runInQEMU(const GuestWorkload &workload,
                                       const GuestProfile &profile,
                                       uint64_t processCount) {
  Expected<std::string> emulator = findGuestTool(kEmulator);
  if (!emulator)
    return emulator.takeError();
  if (Error error = verify(*emulator, workload, profile))
    return std::move(error);
  std::atomic<uint64_t> failures = 0;
  DefaultThreadPool pool;
  auto start = std::chrono::steady_clock::now();
  for (uint64_t process = 0; process < processCount; ++process)
    pool.async([&] {
      failures += runProcess(*emulator, workload, /*output=*/"") !=
                  static_cast<int>(profile.status.value);
    });
  pool.wait();
  std::chrono::duration<double> elapsed =
      std::chrono::steady_clock::now() - start;
  if (failures != 0)
    return makeErrorf(ErrorCode::ExecutionFailed,
                      "{0} of {1} processes failed in {2}", failures.load(),
                      processCount, kEmulator);
  return elapsed.count();
}
