//===- vm-cache.cpp - Looks after a cache directory -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Inspection.h"
#include "Quantities.h"

#include "vmjit/Cache/CacheBundle.h"
#include "vmjit/Cache/CacheEntry.h"
#include "vmjit/Support/Error.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

using namespace llvm;
using namespace vmjit;

static cl::OptionCategory category("vm-cache options");

static cl::SubCommand listCommand("list", "Lists the entries");
static cl::SubCommand showCommand("show", "Shows all about one entry");
static cl::SubCommand
    verifyCommand("verify", "Reads every entry; exit status 1 if one is "
                            "damaged");
static cl::SubCommand pruneCommand("prune", "Deletes what was not used for "
                                            "long, and down to a size");
static cl::SubCommand clearCommand("clear", "Deletes all entries");
static cl::SubCommand exportCommand("export", "Writes entries into a bundle");
static cl::SubCommand importCommand("import", "Takes the entries of a bundle");

static cl::opt<std::string>
    directory("dir", cl::value_desc("directory"),
              cl::desc("The cache (default: VMJIT_CACHE_DIR, or else vmjit in "
                       "the user's cache directory)"),
              cl::cat(category), cl::sub(cl::SubCommand::getAll()));
static cl::opt<std::string> keyPrefix(cl::Positional, cl::Required,
                                      cl::value_desc("key"),
                                      cl::desc("<start of a key>"),
                                      cl::cat(category), cl::sub(showCommand));
static cl::opt<std::string>
    maxBytes("max-bytes", cl::init("1G"), cl::value_desc("size"),
             cl::desc("What the entries may take, such as 300M (default: 1G; "
                      "0: any size)"),
             cl::cat(category), cl::sub(pruneCommand));
static cl::opt<std::string>
    maxAge("max-age", cl::init("30d"), cl::value_desc("duration"),
           cl::desc("How long an entry may be unused, such as 12h or 7d "
                    "(default: 30d; 0: any time)"),
           cl::cat(category), cl::sub(pruneCommand));
static cl::opt<std::string> bundleFile(cl::Positional, cl::Required,
                                       cl::desc("<bundle>"), cl::cat(category),
                                       cl::sub(exportCommand),
                                       cl::sub(importCommand));
static cl::list<std::string>
    exportedKeys("key", cl::value_desc("key"),
                 cl::desc("Only entries whose keys start like this; may be "
                          "repeated"),
                 cl::cat(category), cl::sub(exportCommand));
static cl::opt<std::string>
    exportedTarget("target", cl::value_desc("kind[:chip]"),
                   cl::desc("Only code for this target"), cl::cat(category),
                   cl::sub(exportCommand));

/// Done.
static constexpr int exitSuccess = 0;
/// Wrong use, a failure, or something is damaged.
static constexpr int exitFailure = 1;

static Expected<std::unique_ptr<DiskCache>> openCache(bool readOnly) {
  DiskCacheOptions options;
  options.directory = directory;
  options.readOnly = readOnly;
  options.onNotice = [](StringRef message) {
    errs() << "vm-cache: warning: " << message << "\n";
  };
  return DiskCache::create(std::move(options));
}

static Expected<int> prune() {
  Expected<uint64_t> bytes = parseByteCount(maxBytes);
  if (!bytes)
    return withContext(bytes.takeError(), "--max-bytes");
  Expected<std::chrono::seconds> age = parseDuration(maxAge);
  if (!age)
    return withContext(age.takeError(), "--max-age");
  Expected<std::unique_ptr<DiskCache>> cache = openCache(/*readOnly=*/false);
  if (!cache)
    return cache.takeError();
  Expected<std::vector<DiskCacheFile>> before = (*cache)->listFiles();
  if (!before)
    return before.takeError();
  if (Error error = (*cache)->prune(*bytes, *age))
    return std::move(error);
  Expected<std::vector<DiskCacheFile>> after = (*cache)->listFiles();
  if (!after)
    return after.takeError();
  uint64_t left = 0;
  for (const DiskCacheFile &file : *after)
    left += file.size;
  outs() << (*cache)->getDirectory() << ": " << before->size() << " entries, "
         << after->size() << " are left, " << formatByteCount(left) << "\n";
  return exitSuccess;
}

static Expected<int> clear() {
  Expected<std::unique_ptr<DiskCache>> cache = openCache(/*readOnly=*/false);
  if (!cache)
    return cache.takeError();
  if (Error error = (*cache)->clear())
    return std::move(error);
  return exitSuccess;
}

/// Whether the options of export choose an entry.
static bool isExported(const CacheEntry &entry) {
  auto startsKey = [&](const std::string &prefix) {
    return StringRef(entry.key.getHex()).starts_with_insensitive(prefix);
  };
  if (!exportedKeys.empty() && none_of(exportedKeys, startsKey))
    return false;
  if (exportedTarget.empty())
    return true;
  auto [kind, chip] = StringRef(exportedTarget).split(':');
  return entry.key.find("option.target") == kind &&
         (chip.empty() || entry.key.find("option.chip") == chip);
}

/// Says what a bundle has, and fails the tool if something was refused.
static int report(StringRef verb, const CacheBundleResult &result) {
  for (const CacheBundleResult::Refused &refused : result.refused)
    errs() << "vm-cache: error: " << refused.name << ": " << refused.reason
           << "\n";
  outs() << bundleFile << ": " << result.accepted
         << (result.accepted == 1 ? " entry " : " entries ") << verb << ", "
         << result.refused.size() << " refused\n";
  return result.refused.empty() ? exitSuccess : exitFailure;
}

static Expected<int> exportEntries() {
  Expected<std::unique_ptr<DiskCache>> cache = openCache(/*readOnly=*/true);
  if (!cache)
    return cache.takeError();
  Expected<CacheBundleResult> result =
      exportCacheBundle(**cache, bundleFile, isExported);
  if (!result)
    return result.takeError();
  return report("exported", *result);
}

static Expected<int> importEntries() {
  Expected<std::unique_ptr<DiskCache>> cache = openCache(/*readOnly=*/false);
  if (!cache)
    return cache.takeError();
  Expected<CacheBundleResult> result = importCacheBundle(**cache, bundleFile);
  if (!result)
    return result.takeError();
  return report("imported", *result);
}

/// The commands that only look.
static Expected<int> inspect() {
  Expected<std::unique_ptr<DiskCache>> cache = openCache(/*readOnly=*/true);
  if (!cache)
    return cache.takeError();
  if (verifyCommand) {
    Expected<size_t> damaged = verifyEntries(**cache, outs());
    if (!damaged)
      return damaged.takeError();
    return *damaged ? exitFailure : exitSuccess;
  }
  Error error = listCommand ? listEntries(**cache, outs())
                            : showEntry(**cache, keyPrefix, outs());
  if (error)
    return std::move(error);
  return exitSuccess;
}

static Expected<int> run() {
  if (listCommand || showCommand || verifyCommand)
    return inspect();
  if (pruneCommand)
    return prune();
  if (clearCommand)
    return clear();
  if (exportCommand)
    return exportEntries();
  if (importCommand)
    return importEntries();
  return makeError(ErrorCode::InvalidArgument,
                   "a command is missing: list, show, verify, prune, clear, "
                   "export or import (see --help)");
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  for (cl::SubCommand *command :
       {&listCommand, &showCommand, &verifyCommand, &pruneCommand,
        &clearCommand, &exportCommand, &importCommand})
    cl::HideUnrelatedOptions(category, *command);
  if (!cl::ParseCommandLineOptions(
          argc, argv,
          "Looks after a directory of compiled code\n\n"
          "  The caches of programs stay usable meanwhile. Exit status: 0, or\n"
          "  1 for errors and where something is damaged.\n\n"
          "  What there is, and all about one entry:\n"
          "    vm-cache list\n"
          "    vm-cache show 3f2a\n"
          "  Only what was used in the last week, and 300 MiB of that:\n"
          "    vm-cache prune --max-age=7d --max-bytes=300M\n"
          "  From one machine to another:\n"
          "    vm-cache export kernels.a --target=nvptx64:sm_90\n"
          "    vm-cache import kernels.a --dir=/opt/app/cache\n",
          &errs()))
    return exitFailure;
  Expected<int> status = run();
  if (status)
    return *status;
  logAllUnhandledErrors(status.takeError(), errs(), "vm-cache: error: ");
  return exitFailure;
}
