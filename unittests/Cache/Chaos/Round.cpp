//===- Round.cpp - Many processes on one directory --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// There are no clocks here: a process that hangs hangs the test. A stopped one
// is killed when all others have ended, which must not have waited for it.
//
//===----------------------------------------------------------------------===//

#include "Round.h"
#include "Objects.h"
#include "Worker.h"

#include "vmjit/Cache/CodeCache.h"
#include "vmjit/Cache/DiskCache.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <csignal>
#include <fcntl.h>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::chaos;

namespace {
struct Process {
  pid_t id = -1;
  Role role = Role::User;
  bool isRunning = true;
};

class Round {
public:
  Round(const std::string &directory, uint64_t seed, ChaosCounts &counts)
      : directory(directory), random(seed), counts(counts) {}

  Error run(unsigned processCount);

private:
  Error start(unsigned index, int progress);
  void killAtProgress(int progress);
  Error waitForAll();
  /// Notes how a process has ended, or fails if something was wrong in it.
  Error noteEnd(Process &process, int status);
  void countPartialFiles();
  Error checkRecovery();
  Error checkPrograms(bool mustHit);

  const std::string &directory;
  std::mt19937_64 random;
  ChaosCounts &counts;
  std::vector<Process> processes;
};
} // namespace

Error Round::start(unsigned index, int progress) {
  // Roles in turn, so that each round has different company.
  constexpr Role roles[] = {Role::User, Role::DiesCompiling, Role::DiesWriting,
                            Role::User, Role::Vandal,        Role::Stops,
                            Role::User, Role::Cleaner};
  WorkerOptions options;
  options.role = roles[(index + random() % 3) % std::size(roles)];
  options.directory = directory;
  options.seed = random();
  options.progress = progress;
  pid_t id = ::fork();
  if (id < 0)
    return makeError(ErrorCode::Other, "no process can be made");
  if (id == 0)
    ::_exit(runWorker(options));
  processes.push_back({id, options.role, true});
  ++counts.processes;
  return Error::success();
}

/// Kills some processes after so many steps of all.
void Round::killAtProgress(int progress) {
  for (unsigned victim = 0; victim < processes.size() / 3; ++victim) {
    for (unsigned steps = random() % 12; steps > 0; --steps) {
      char byte;
      if (::read(progress, &byte, 1) != 1)
        return;
    }
    ::kill(processes[random() % processes.size()].id, SIGKILL);
  }
}

Error Round::noteEnd(Process &process, int status) {
  if (WIFSTOPPED(status)) {
    ++counts.stopped;
    return Error::success();
  }
  process.isRunning = false;
  if (WIFEXITED(status)) {
    if (WEXITSTATUS(status) == kExitRight)
      return Error::success();
    return makeError(ErrorCode::Other, "a process has found something wrong");
  }
  if (WTERMSIG(status) == SIGXFSZ)
    ++counts.killedWriting;
  else if (WTERMSIG(status) != SIGKILL)
    return makeErrorf(ErrorCode::Other, "a process has ended with signal {0}",
                      WTERMSIG(status));
  else if (process.role == Role::DiesCompiling)
    ++counts.killedCompiling;
  else
    ++counts.killedFromOutside;
  return Error::success();
}

Error Round::waitForAll() {
  Error error = Error::success();
  for (Process &process : processes) {
    int status = 0;
    if (::waitpid(process.id, &status, WUNTRACED) == process.id)
      error = joinErrors(std::move(error), noteEnd(process, status));
  }
  // Those that have stopped.
  for (Process &process : processes) {
    if (!process.isRunning)
      continue;
    ::kill(process.id, SIGKILL);
    ::waitpid(process.id, nullptr, 0);
  }
  return error;
}

void Round::countPartialFiles() {
  std::error_code failure;
  for (sys::fs::directory_iterator file(directory + "/v1", failure), end;
       !failure && file != end; file.increment(failure))
    counts.partialFiles +=
        sys::path::filename(file->path()).starts_with("tmp-");
}

/// Asks a new cache for every program.
Error Round::checkPrograms(bool mustHit) {
  DiskCacheOptions diskOptions;
  diskOptions.directory = directory;
  // The vandal's dates would make a sweep delete what was just looked up.
  diskOptions.maxAge = std::chrono::seconds(0);
  Expected<std::unique_ptr<DiskCache>> disk =
      DiskCache::create(std::move(diskOptions));
  if (!disk)
    return disk.takeError();
  std::vector<std::unique_ptr<CacheLevel>> levels;
  levels.push_back(std::move(*disk));
  CodeCacheOptions options;
  options.missPolicy =
      mustHit ? CacheMissPolicy::Fail : CacheMissPolicy::Compile;
  CodeCache cache(options, std::move(levels));
  for (unsigned program = 0; program < kProgramCount; ++program) {
    Expected<CodeCacheResult> result =
        cache.getOrCompile(makeKey(program), [&]() -> Expected<CodeObject> {
          return makeObject(program);
        });
    if (!result)
      return result.takeError();
    if (!(*result->object == makeObject(program)))
      return makeErrorf(ErrorCode::Other, "program {0} is wrong", program);
  }
  return Error::success();
}

Error Round::checkRecovery() {
  DiskCacheOptions options;
  options.directory = directory;
  Expected<std::unique_ptr<DiskCache>> disk = DiskCache::create(options);
  if (!disk)
    return disk.takeError();
  // What the vandal has put in the place of lock files is no lock.
  if (Error error = (*disk)->prune(0, std::chrono::seconds(0)))
    return error;
  if (Error error = checkPrograms(/*mustHit=*/false))
    return error;
  if (Error error = checkPrograms(/*mustHit=*/true))
    return withContext(std::move(error), "after all was compiled");
  return Error::success();
}

Error Round::run(unsigned processCount) {
  int progress[2];
  if (::pipe2(progress, O_CLOEXEC) != 0)
    return makeError(ErrorCode::Other, "no pipe can be made");
  Error error = Error::success();
  for (unsigned index = 0; index < processCount; ++index)
    error = joinErrors(std::move(error), start(index, progress[1]));
  // Reading ends when all writers have.
  ::close(progress[1]);
  killAtProgress(progress[0]);
  error = joinErrors(std::move(error), waitForAll());
  ::close(progress[0]);
  if (error)
    return error;
  countPartialFiles();
  return checkRecovery();
}

Error vmjit::chaos::runRound(const std::string &directory,
                             unsigned processCount, uint64_t seed,
                             ChaosCounts &counts) {
  return Round(directory, seed, counts).run(processCount);
}
