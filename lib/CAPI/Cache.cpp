//===- Cache.cpp - What is on disk ------------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit-c/Cache.h"

#include "Arguments.h"
#include "vmjit/Cache/CacheBundle.h"
#include "vmjit/Cache/CacheEntry.h"
#include "vmjit/Cache/DiskCache.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::capi;

static Expected<std::unique_ptr<DiskCache>> openCache(const char *directory) {
  DiskCacheOptions options;
  if (directory)
    options.directory = directory;
  return DiskCache::create(std::move(options));
}

/// Lets \p carry take entries to or from the bundle at \p path.
static vmjit_error *
carryEntries(const char *directory, const char *path, size_t *accepted,
             size_t *refused,
             function_ref<Expected<CacheBundleResult>(DiskCache &)> carry) {
  Arguments arguments;
  arguments.pointer(path, "path");
  if (!arguments)
    return arguments.fail();
  Expected<std::unique_ptr<DiskCache>> cache = openCache(directory);
  if (!cache)
    return toCError(cache.takeError());
  Expected<CacheBundleResult> result = carry(**cache);
  if (!result)
    return toCError(result.takeError());
  if (accepted)
    *accepted = result->accepted;
  if (refused)
    *refused = result->refused.size();
  return nullptr;
}

vmjit_error *vmjit_cache_export(const char *directory, const char *path,
                                size_t *accepted, size_t *refused) {
  return carryEntries(
      directory, path, accepted, refused, [&](const DiskCache &cache) {
        return exportCacheBundle(cache, path,
                                 [](const CacheEntry &) { return true; });
      });
}

vmjit_error *vmjit_cache_import(const char *directory, const char *path,
                                size_t *accepted, size_t *refused) {
  return carryEntries(
      directory, path, accepted, refused,
      [&](DiskCache &cache) { return importCacheBundle(cache, path); });
}

vmjit_error *vmjit_cache_prune(const char *directory, uint64_t maxBytes,
                               uint64_t maxAgeSeconds) {
  Arguments arguments;
  arguments.require(maxAgeSeconds <= INT32_MAX, "max_age_seconds is too large");
  if (!arguments)
    return arguments.fail();
  Expected<std::unique_ptr<DiskCache>> cache = openCache(directory);
  if (!cache)
    return toCError(cache.takeError());
  return toCError(
      (*cache)->prune(maxBytes, std::chrono::seconds(maxAgeSeconds)));
}

vmjit_error *vmjit_cache_clear(const char *directory) {
  Expected<std::unique_ptr<DiskCache>> cache = openCache(directory);
  if (!cache)
    return toCError(cache.takeError());
  return toCError((*cache)->clear());
}
