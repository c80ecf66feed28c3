//===- Worker.cpp - A process that uses a cache -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Worker.h"
#include "Objects.h"
#include "Vandal.h"

#include "vmjit/Cache/CodeCache.h"
#include "vmjit/Cache/DiskCache.h"
#include "vmjit/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <csignal>
#include <random>
#include <sys/resource.h>
#include <unistd.h>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::chaos;

/// How many steps a worker makes if nothing stops it.
static constexpr unsigned kSteps = 12;

namespace {
class Worker {
public:
  explicit Worker(const WorkerOptions &options)
      : options(options), random(options.seed) {}

  int run();

private:
  Expected<std::unique_ptr<DiskCache>> openDisk();
  Error use(CodeCache &cache);
  Error runUser();
  Error runCleaner();
  void runVandal();
  Expected<CodeObject> compile(unsigned program);
  void step() { (void)!::write(options.progress, "", 1); }
  unsigned pick(unsigned count) { return random() % count; }

  const WorkerOptions &options;
  std::mt19937_64 random;
};
} // namespace

Expected<std::unique_ptr<DiskCache>> Worker::openDisk() {
  DiskCacheOptions disk;
  disk.directory = options.directory;
  // Sweeps all the time, and with too little space.
  disk.sweepInterval = std::chrono::seconds(0);
  disk.maxBytes = 150000 + pick(200000);
  return DiskCache::create(std::move(disk));
}

Expected<CodeObject> Worker::compile(unsigned program) {
  if (options.role == Role::DiesCompiling && pick(3) == 0)
    ::raise(SIGKILL);
  if (options.role == Role::Stops && pick(3) == 0)
    ::raise(SIGSTOP);
  return makeObject(program);
}

Error Worker::use(CodeCache &cache) {
  unsigned program = pick(kProgramCount);
  // So that there is something to write.
  if (options.role == Role::DiesWriting)
    cache.remove(makeKey(program));
  Expected<CodeCacheResult> result =
      cache.getOrCompile(makeKey(program), [&] { return compile(program); });
  if (!result)
    return result.takeError();
  if (*result->object == makeObject(program))
    return Error::success();
  return makeErrorf(ErrorCode::Other, "a wrong object for program {0} from {1}",
                    program, result->sourceName);
}

Error Worker::runUser() {
  if (options.role == Role::DiesWriting) {
    struct rlimit limit;
    limit.rlim_cur = limit.rlim_max = 200 + pick(10000);
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  // A process that has stopped would keep the pipe open.
  if (options.role == Role::Stops)
    ::close(options.progress);
  CodeCacheOptions cacheOptions;
  // Most lookups should go to the disk.
  cacheOptions.memory.maxObjects = pick(3);
  cacheOptions.lockTimeout = std::chrono::milliseconds(20);
  Expected<std::unique_ptr<DiskCache>> disk = openDisk();
  if (!disk)
    return disk.takeError();
  std::vector<std::unique_ptr<CacheLevel>> levels;
  levels.push_back(std::move(*disk));
  CodeCache cache(cacheOptions, std::move(levels));
  for (unsigned index = 0; index < kSteps; ++index) {
    if (Error error = use(cache))
      return error;
    step();
  }
  return Error::success();
}

Error Worker::runCleaner() {
  Expected<std::unique_ptr<DiskCache>> disk = openDisk();
  if (!disk)
    return disk.takeError();
  for (unsigned index = 0; index < kSteps; ++index) {
    // Files that go away meanwhile may make each fail.
    switch (pick(4)) {
    case 0:
      consumeError((*disk)->clear());
      break;
    case 1:
      consumeError((*disk)->prune(pick(100000), std::chrono::hours(1)));
      break;
    default:
      consumeError((*disk)->remove(makeKey(pick(kProgramCount))));
      break;
    }
    step();
  }
  return Error::success();
}

void Worker::runVandal() {
  for (unsigned index = 0; index < 2 * kSteps; ++index) {
    damageSomething(options.directory, random);
    step();
  }
}

int Worker::run() {
  Error error = Error::success();
  switch (options.role) {
  case Role::User:
  case Role::DiesCompiling:
  case Role::DiesWriting:
  case Role::Stops:
    error = joinErrors(std::move(error), runUser());
    break;
  case Role::Cleaner:
    error = joinErrors(std::move(error), runCleaner());
    break;
  case Role::Vandal:
    runVandal();
    break;
  }
  if (!error)
    return kExitRight;
  errs() << "process " << ::getpid() << ": " << toString(std::move(error))
         << "\n";
  return kExitWrong;
}

int vmjit::chaos::runWorker(const WorkerOptions &options) {
  return Worker(options).run();
}
