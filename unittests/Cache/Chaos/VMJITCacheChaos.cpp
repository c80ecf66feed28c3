//===- VMJITCacheChaos.cpp - Chaos for the disk cache -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Objects.h"
#include "Round.h"

#include "vmjit/Cache/DiskCache.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <csignal>
#include <sys/resource.h>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::chaos;

static cl::opt<std::string> directory(cl::Positional, cl::Required,
                                      cl::desc("<directory>"));
static cl::opt<unsigned> rounds("rounds", cl::init(10),
                                cl::desc("How many rounds"));
static cl::opt<unsigned> processCount("processes", cl::init(8),
                                      cl::desc("Processes of a round"));
static cl::opt<uint64_t> firstSeed("seed", cl::init(1),
                                   cl::desc("The seed of the first round"));
static cl::opt<bool> onlyFill("fill", cl::desc("Only store some entries"));

static Error fillDirectory() {
  DiskCacheOptions options;
  options.directory = directory;
  Expected<std::unique_ptr<DiskCache>> cache = DiskCache::create(options);
  if (!cache)
    return cache.takeError();
  for (unsigned program = 0; program < 3; ++program) {
    std::vector<uint8_t> payload = cantFail(makeObject(program).serialize());
    if (Error error = (*cache)->store(makeKey(program), payload))
      return error;
  }
  return (*cache)->store(makeKey(0).with("driver", "13.0"),
                         arrayRefFromStringRef("machine code"));
}

/// Runs all rounds, half of them on a directory that others have used.
static Error runRounds(ChaosCounts &counts) {
  for (unsigned round = 0; round < rounds; ++round) {
    if (round % 2 == 0)
      (void)sys::fs::remove_directories(directory);
    uint64_t seed = firstSeed + round;
    if (Error error = runRound(directory, processCount, seed, counts))
      return withContext(std::move(error), "round with --seed=" + Twine(seed));
  }
  // A round in which none of this happens proves nothing.
  if (rounds >= 10 &&
      (!counts.killedFromOutside || !counts.killedCompiling ||
       !counts.killedWriting || !counts.partialFiles || !counts.stopped))
    return makeError(ErrorCode::Other, "there was too little chaos");
  return Error::success();
}

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(
      argc, argv,
      "Lets many processes use one cache directory while some of them are\n"
      "killed and files are damaged; fails if anything wrong comes out\n");
  // Processes that the kernel kills for writing too much leave no core.
  const struct rlimit none = {0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::signal(SIGPIPE, SIG_IGN);
  ChaosCounts counts;
  Error error = onlyFill ? fillDirectory() : runRounds(counts);
  if (!onlyFill)
    outs() << rounds << " rounds, " << counts.processes
           << " processes: " << counts.killedCompiling << " killed compiling, "
           << counts.killedWriting << " writing, " << counts.killedFromOutside
           << " anywhere, " << counts.stopped << " stopped, "
           << counts.partialFiles << " partial files\n";
  if (!error)
    return 0;
  errs() << "error: " << toString(std::move(error)) << "\n";
  return 1;
}
