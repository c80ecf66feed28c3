//===- Context.cpp - Contexts and their cache -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arguments.h"
#include "VersionedStruct.h"
#include "vmjit/Cache/CodeCache.h"
#include "vmjit/Executor/DefaultExecutor.h"
#include "vmjit/Support/EnvOptions.h"
#include "vmjit/Support/Log.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::capi;

static Expected<DefaultExecutorOptions>
readOptions(const vmjit_context_options *given) {
  Expected<vmjit_context_options> options = readStruct(given, "options");
  if (!options)
    return options.takeError();
  if (options->disk_cache > VMJIT_OFF)
    return makeError(ErrorCode::InvalidArgument,
                     "options->disk_cache is no switch");
  if (options->reserved)
    return makeError(ErrorCode::InvalidArgument, "options->reserved must be 0");
  DefaultExecutorOptions result;
  if (options->disk_cache != VMJIT_DEFAULT)
    result.useDisk = options->disk_cache == VMJIT_ON;
  if (options->cache_directory)
    result.cacheDirectory = options->cache_directory;
  return result;
}

vmjit_error *vmjit_context_create(const vmjit_context_options *options,
                                  vmjit_context **context) {
  Arguments arguments;
  arguments.out(context, "context");
  if (!arguments)
    return arguments.fail();
  if (Error error = configureLogFromEnvironment())
    return toCError(std::move(error));
  if (Error error = checkEnvironment())
    return toCError(std::move(error));
  Expected<DefaultExecutorOptions> read = readOptions(options);
  if (!read)
    return toCError(read.takeError());
  Expected<ExecutorResources> resources = createDefaultResources(*read);
  if (!resources)
    return toCError(resources.takeError());
  *context = new vmjit_context(std::move(*resources));
  return nullptr;
}

void vmjit_context_destroy(vmjit_context *context) {
  if (context && context->isIntact())
    delete context;
}

//===----------------------------------------------------------------------===//
// The cache
//===----------------------------------------------------------------------===//

vmjit_error *
vmjit_context_get_cache_statistics(vmjit_context *context,
                                   vmjit_cache_statistics *statistics) {
  Arguments arguments;
  arguments.handle(context, "context").pointer(statistics, "statistics");
  if (!arguments)
    return arguments.fail();
  CodeCacheStatistics counts;
  if (context->resources.cache)
    counts = context->resources.cache->getStatistics();
  vmjit_cache_statistics known = {};
  known.compilations = counts.compilations;
  known.failed_compilations = counts.failedCompilations;
  known.failure_hits = counts.failureHits;
  known.other_thread_hits = counts.otherThreadHits;
  known.memory_hits = counts.memory.hits;
  known.memory_misses = counts.memory.misses;
  known.memory_objects = counts.memoryObjects;
  known.memory_bytes = counts.memoryBytes;
  known.memory_evictions = counts.memoryEvictions;
  known.level_count = counts.levels.size();
  return toCError(writeStruct(statistics, known, "statistics"));
}

vmjit_error *vmjit_context_get_cache_level(vmjit_context *context, size_t index,
                                           vmjit_cache_level *level) {
  Arguments arguments;
  arguments.handle(context, "context").pointer(level, "level");
  if (!arguments)
    return arguments.fail();
  CodeCacheStatistics counts;
  if (context->resources.cache)
    counts = context->resources.cache->getStatistics();
  if (index >= counts.levels.size())
    return invalid("the cache has no level of that index");
  const CodeCacheStatistics::Level &found = counts.levels[index];
  vmjit_cache_level known = {};
  {
    std::lock_guard lock(context->mutex);
    known.name = context->names.insert(found.name).first->getKeyData();
  }
  known.hits = found.counts.hits;
  known.misses = found.counts.misses;
  known.stores = found.counts.stores;
  known.damaged = found.counts.damaged;
  known.errors = found.counts.errors;
  return toCError(writeStruct(level, known, "level"));
}

vmjit_error *vmjit_context_clear_cache_memory(vmjit_context *context) {
  Arguments arguments;
  arguments.handle(context, "context");
  if (!arguments)
    return arguments.fail();
  if (context->resources.cache)
    context->resources.cache->clearMemory();
  return nullptr;
}
