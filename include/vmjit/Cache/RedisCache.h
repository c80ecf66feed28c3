//===- RedisCache.h - Entries in a Redis server -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A level that the machines of a fleet share. In the library VMJITCacheRedis,
// which is built where hiredis is found.
//
// What the server answers is verified as a file is. Values are written with an
// expiry, and how much the server keeps is its own configuration's matter
// (maxmemory, allkeys-lru). Commands take turns on one connection.
//
// A server that is absent or slow costs one time limit: after a failure the
// level answers at once, with misses, until retryAfter has passed.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_CACHE_REDISCACHE_H
#define VMJIT_CACHE_REDISCACHE_H

#include "vmjit/Cache/CacheLevel.h"

namespace vmjit {

struct RedisCacheOptions {
  std::string host = "127.0.0.1";
  uint16_t port = 6379;
  /// A socket in the file system, in place of host and port.
  std::string unixSocket;
  /// Empty: the default user.
  std::string user;
  /// Empty: no authentication. Never part of a message.
  std::string password;
  unsigned database = 0;
  /// What the names of keys in the server start with.
  std::string prefix = "vmjit:";
  std::chrono::milliseconds connectTimeout{250};
  /// For a whole command and its answer.
  std::chrono::milliseconds commandTimeout{500};
  std::chrono::milliseconds retryAfter{5000};
  /// How long the server keeps an entry after it was stored. 0: always.
  std::chrono::seconds expiry = std::chrono::hours(24 * 30);
  /// Larger entries are neither stored nor read.
  uint64_t maxEntryBytes = uint64_t(64) << 20;
  CacheNoticeHandler onNotice = nullptr;

  /// Reads "redis://[[user]:password@]host[:port][/database]" or
  /// "unix://[[user]:password@]/path". Fails with InvalidArgument.
  static llvm::Expected<RedisCacheOptions> parse(llvm::StringRef url);
};

class RedisCache : public CacheLevel {
public:
  /// Does not connect: the first lookup or store does.
  explicit RedisCache(RedisCacheOptions options);
  ~RedisCache() override;

protected:
  llvm::Expected<std::optional<std::vector<uint8_t>>>
  lookupImpl(const CacheKey &key) override;
  llvm::Expected<bool> storeImpl(const CacheKey &key,
                                 llvm::ArrayRef<uint8_t> payload) override;
  llvm::Error removeImpl(const CacheKey &key) override;
  /// Visits a few hundred at most.
  llvm::Error
  forEachKeyImpl(llvm::function_ref<bool(const CacheKey &)> visit) override;

private:
  struct State;
  std::unique_ptr<State> state;
};

} // namespace vmjit

#endif // VMJIT_CACHE_REDISCACHE_H
