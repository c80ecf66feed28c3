//===- CacheBenchmarks.cpp - Hits of the code cache -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the code of a program costs that is in the cache, with the key made from
// the program each time, against compiling it.
//
//===----------------------------------------------------------------------===//

#include "Benchmarks.h"
#include "GeneratedProgram.h"
#include "vmjit/Cache/CodeCache.h"
#include "vmjit/Cache/CompileKey.h"
#include "vmjit/Cache/DiskCache.h"
#include "vmjit/Compiler/CompilerPool.h"
#include "vmjit/Support/Error.h"
#include "vmjit/VMIR/JSON.h"
#include "llvm/Support/FileSystem.h"

#include <benchmark/benchmark.h>

using namespace llvm;
using namespace vmjit;
using namespace vmjit::benchmarks;

namespace {

/// Which part of the cache has the code.
enum class HitIn { Memory, Disk, Nowhere };

/// A directory of its own, which goes with it.
class TemporaryDirectory {
public:
  static Expected<TemporaryDirectory> create() {
    TemporaryDirectory directory;
    std::error_code code =
        sys::fs::createUniqueDirectory("vmjit-benchmark", directory.path);
    // The cache accepts no directory into which others may write.
    if (!code)
      code = sys::fs::setPermissions(directory.path, sys::fs::owner_all);
    if (code)
      return makeErrorf(ErrorCode::Io, "temporary directory: {0}",
                        code.message());
    return std::move(directory);
  }
  TemporaryDirectory(TemporaryDirectory &&other) { swap(other.path, path); }
  ~TemporaryDirectory() {
    if (!path.empty())
      (void)sys::fs::remove_directories(path);
  }
  std::string getPath() const { return path.str().str(); }

private:
  TemporaryDirectory() = default;
  static void swap(SmallString<128> &a, SmallString<128> &b) {
    std::swap(a, b);
  }

  SmallString<128> path;
};

} // namespace

Expected<vmir::Program> benchmarks::readCachedProgram(StringRef name) {
  Expected<std::string> text =
      name == "100-ops"
          ? generateProgram(100, EntryMode::Kernel)
          : readInput(formatv("examples/{0}/program.json", name).str());
  if (!text)
    return text.takeError();
  return vmir::parseProgram(*text);
}

static Expected<std::unique_ptr<CodeCache>>
createCache(HitIn hitIn, const TemporaryDirectory &directory) {
  std::vector<std::unique_ptr<CacheLevel>> levels;
  if (hitIn == HitIn::Disk) {
    Expected<std::unique_ptr<DiskCache>> disk =
        DiskCache::create({.directory = directory.getPath()});
    if (!disk)
      return disk.takeError();
    levels.push_back(std::move(*disk));
  }
  return std::make_unique<CodeCache>(CodeCacheOptions(), std::move(levels));
}

static Error measure(benchmark::State &state, StringRef name, HitIn hitIn) {
  Expected<vmir::Program> program = readCachedProgram(name);
  if (!program)
    return program.takeError();
  Expected<TargetSpec> spec = TargetSpec::parse(kPTXTarget);
  if (!spec)
    return spec.takeError();
  CompilerPool compiler;
  Expected<CompileOptions> options =
      compiler.resolve(*program, {*spec, OptLevel::O2, EntryMode::Kernel});
  if (!options)
    return options.takeError();
  Expected<TemporaryDirectory> directory = TemporaryDirectory::create();
  if (!directory)
    return directory.takeError();
  Expected<std::unique_ptr<CodeCache>> cache = createCache(hitIn, *directory);
  if (!cache)
    return cache.takeError();
  // The identity of the compiler does not change.
  CompileKeyContext context;
  uint64_t compilations = 0;
  auto get = [&] {
    return (*cache)->getOrCompile(makeCompileKey(*program, *options, context),
                                  [&] {
                                    ++compilations;
                                    return compiler.compile(*program, *options);
                                  });
  };
  if (Expected<CodeCacheResult> first = get(); !first)
    return first.takeError();
  for (auto _ : state) {
    if (hitIn != HitIn::Memory)
      (*cache)->clearMemory();
    Expected<CodeCacheResult> result = get();
    if (!result)
      return result.takeError();
    benchmark::DoNotOptimize(result->object.get());
  }
  if (hitIn != HitIn::Nowhere && compilations != 1)
    return makeError(ErrorCode::Other, "the cache has forgotten the code");
  return Error::success();
}

void benchmarks::registerCacheBenchmarks() {
  std::pair<StringRef, HitIn> places[] = {{"memory", HitIn::Memory},
                                          {"disk", HitIn::Disk},
                                          {"compile", HitIn::Nowhere}};
  for (StringRef name : {"100-ops", "vecadd"})
    for (auto [place, hitIn] : places)
      benchmark::RegisterBenchmark(
          formatv("Cache/{0}/{1}", name, place).str().c_str(),
          [name, hitIn = hitIn](benchmark::State &state) {
            if (Error error = measure(state, name, hitIn))
              fail(state, std::move(error));
          })
          ->Unit(benchmark::kMicrosecond)
          ->UseRealTime();
}
