//===- DefaultExecutor.cpp - An executor with everything --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Executor/DefaultExecutor.h"

#include "vmjit/Cache/CodeCache.h"
#include "vmjit/Cache/DiskCache.h"
#include "vmjit/Cache/RedisCache.h"
#include "vmjit/Compiler/CompilerPool.h"
#include "vmjit/Runtime/DeviceManager.h"
#include "vmjit/Support/EnvOptions.h"
#include "vmjit/Support/Log.h"

using namespace llvm;
using namespace vmjit;

using CacheLevels = std::vector<std::unique_ptr<CacheLevel>>;

static void logNotice(StringRef notice) {
  logMessage(LogLevel::Warning, notice);
}

/// What is wrong with the directory is no reason not to run.
static Error addDisk(CacheLevels &levels,
                     const DefaultExecutorOptions &options) {
  Expected<bool> isOn = getEnvCache();
  if (!isOn)
    return isOn.takeError();
  Expected<uint64_t> maxBytes = getEnvCacheMaxBytes();
  if (!maxBytes)
    return maxBytes.takeError();
  Expected<std::chrono::nanoseconds> maxAge = getEnvCacheMaxAge();
  if (!maxAge)
    return maxAge.takeError();
  Expected<std::string> directory = getEnvCacheDir();
  if (!directory)
    return directory.takeError();
  if (!options.useDisk.value_or(*isOn))
    return Error::success();
  DiskCacheOptions disk;
  disk.directory = options.cacheDirectory.value_or(*directory);
  disk.maxBytes = *maxBytes;
  disk.maxAge = std::chrono::duration_cast<std::chrono::seconds>(*maxAge);
  disk.onNotice = logNotice;
  Expected<std::unique_ptr<DiskCache>> cache =
      DiskCache::create(std::move(disk));
  if (cache)
    levels.push_back(std::move(*cache));
  else
    logNotice("Compiled code is not kept on disk: " +
              toString(cache.takeError()) + ".");
  return Error::success();
}

static Error addRedis(CacheLevels &levels) {
  Expected<EnvEndpoint> server = getEnvCacheRedis();
  if (!server)
    return server.takeError();
  if (!*server)
    return Error::success();
#ifdef VMJIT_HAS_REDIS
  RedisCacheOptions redis;
  if (!server->host.empty()) {
    redis.host = server->host;
    redis.port = server->port;
  }
  redis.unixSocket = server->socketPath;
  redis.onNotice = logNotice;
  levels.push_back(std::make_unique<RedisCache>(std::move(redis)));
#else
  logNotice("VMJIT_CACHE_REDIS is set, but this is built without hiredis.");
#endif
  return Error::success();
}

static Expected<std::shared_ptr<CodeCache>>
createCache(const DefaultExecutorOptions &options) {
  CodeCacheOptions cache;
  cache.onNotice = logNotice;
  Expected<EnvCacheMode> mode = getEnvCacheMode();
  if (!mode)
    return mode.takeError();
  if (*mode == EnvCacheMode::MustHit)
    cache.missPolicy = CacheMissPolicy::Fail;
  cache.recheck = *mode == EnvCacheMode::Recheck;
  CacheLevels levels;
  if (Error error = addDisk(levels, options))
    return std::move(error);
  if (Error error = addRedis(levels))
    return std::move(error);
  return std::make_shared<CodeCache>(std::move(cache), std::move(levels));
}

Expected<ExecutorResources>
vmjit::createDefaultResources(const DefaultExecutorOptions &options) {
  ExecutorResources resources;
  if (options.executor.useCache) {
    Expected<std::shared_ptr<CodeCache>> cache = createCache(options);
    if (!cache)
      return cache.takeError();
    resources.cache = std::move(*cache);
  }
  resources.devices = DeviceManager::create();
  resources.compiler = std::make_shared<CompilerPool>();
  return resources;
}

Expected<std::unique_ptr<Executor>>
vmjit::createDefaultExecutor(const DefaultExecutorOptions &options) {
  ExecutorOptions executor = options.executor;
  Expected<std::chrono::nanoseconds> timeout = getEnvTimeout();
  if (!timeout)
    return timeout.takeError();
  if (options.useTimeoutVariable && isEnvSet(EnvOption::Timeout))
    executor.timeout = *timeout;
  Expected<ExecutorResources> resources = createDefaultResources(options);
  if (!resources)
    return resources.takeError();
  return Executor::create(std::move(executor), std::move(*resources));
}
