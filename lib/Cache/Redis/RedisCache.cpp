//===- RedisCache.cpp - Entries in a Redis server ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Cache/RedisCache.h"

#include "RedisConnection.h"

#include "vmjit/Cache/CacheEntry.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/StringExtras.h"

#include <hiredis/hiredis.h>

#include <mutex>

using namespace llvm;
using namespace vmjit;
using Clock = std::chrono::steady_clock;

/// What forEachKey asks for at most.
static constexpr unsigned kMaxVisitedKeys = 256;
static constexpr unsigned kMaxScans = 64;

struct RedisCache::State {
  explicit State(RedisCacheOptions options)
      : options(std::move(options)), connection(this->options) {}

  std::string getName(const CacheKey &key) const {
    return options.prefix + key.getHex();
  }
  /// Whether the server has failed so recently that it is left alone.
  bool isPausing() const { return Clock::now() < retryAt; }
  Expected<RedisReply> run(ArrayRef<StringRef> arguments);
  /// The bytes of an entry; empty if there is none, and one byte more than
  /// there may be if it is larger.
  Expected<std::vector<uint8_t>> getBytes(StringRef name);

  const RedisCacheOptions options;
  /// Of what follows.
  std::mutex mutex;
  RedisConnection connection;
  Clock::time_point retryAt = Clock::time_point::min();
};

RedisCache::RedisCache(RedisCacheOptions options)
    : CacheLevel("redis", options.onNotice),
      state(std::make_unique<State>(std::move(options))) {}

RedisCache::~RedisCache() = default;

Expected<RedisReply> RedisCache::State::run(ArrayRef<StringRef> arguments) {
  Expected<RedisReply> reply = connection.run(arguments);
  if (reply)
    return reply;
  Error error = reply.takeError();
  // A server that answers is not waited for.
  if (getErrorCode(error) != ErrorCode::Other)
    retryAt = Clock::now() + options.retryAfter;
  return std::move(error);
}

Expected<std::vector<uint8_t>> RedisCache::State::getBytes(StringRef name) {
  std::string end = std::to_string(options.maxEntryBytes);
  Expected<RedisReply> reply = run({"GETRANGE", name, "0", end});
  if (!reply) {
    Error error = reply.takeError();
    // There is a list or a set under the name.
    if (getErrorCode(error) != ErrorCode::Other)
      return std::move(error);
    std::string message = toString(std::move(error));
    bool isOtherType = StringRef(message).contains(": WRONGTYPE ");
    return makeError(isOtherType ? ErrorCode::ParseError : ErrorCode::Io,
                     message);
  }
  if ((*reply)->type != REDIS_REPLY_STRING)
    return makeError(ErrorCode::ParseError, "the answer is no string");
  StringRef bytes((*reply)->str, (*reply)->len);
  return std::vector<uint8_t>(bytes.begin(), bytes.end());
}

/// The payload in \p bytes, which are empty where there is none.
static Expected<std::optional<std::vector<uint8_t>>>
readPayload(Expected<std::vector<uint8_t>> bytes, const CacheKey &key) {
  if (!bytes)
    return bytes.takeError();
  if (bytes->empty())
    return std::nullopt;
  Expected<ArrayRef<uint8_t>> payload = decodeCachePayload(*bytes, key);
  if (!payload)
    return payload.takeError();
  return payload->vec();
}

Expected<std::optional<std::vector<uint8_t>>>
RedisCache::lookupImpl(const CacheKey &key) {
  std::lock_guard guard(state->mutex);
  if (state->isPausing())
    return std::nullopt;
  std::string name = state->getName(key);
  Expected<std::optional<std::vector<uint8_t>>> payload =
      readPayload(state->getBytes(name), key);
  if (payload)
    return payload;
  Error error = payload.takeError();
  if (getErrorCode(error) != ErrorCode::ParseError)
    return std::move(error);
  noteDamaged(name + " is dropped: " + toString(std::move(error)));
  consumeError(state->run({"DEL", name}).takeError());
  return std::nullopt;
}

Expected<bool> RedisCache::storeImpl(const CacheKey &key,
                                     ArrayRef<uint8_t> payload) {
  std::lock_guard guard(state->mutex);
  if (state->isPausing())
    return false;
  Expected<std::vector<uint8_t>> bytes = CacheEntry::encode(key, payload);
  if (!bytes)
    return bytes.takeError();
  if (bytes->size() > state->options.maxEntryBytes)
    return false;
  std::string name = state->getName(key);
  SmallVector<StringRef> command = {"SET", name, toStringRef(*bytes)};
  std::string seconds = std::to_string(state->options.expiry.count());
  if (state->options.expiry.count() > 0)
    command.append({"EX", seconds});
  Expected<RedisReply> reply = state->run(command);
  if (!reply)
    return makeError(ErrorCode::Io, toString(reply.takeError()));
  return true;
}

Error RedisCache::removeImpl(const CacheKey &key) {
  std::lock_guard guard(state->mutex);
  if (state->isPausing())
    return Error::success();
  Expected<RedisReply> reply = state->run({"DEL", state->getName(key)});
  if (!reply)
    return makeError(ErrorCode::Io, toString(reply.takeError()));
  return Error::success();
}

/// \p prefix and anything behind it, as a pattern.
static std::string getPattern(StringRef prefix) {
  std::string pattern;
  for (char c : prefix) {
    if (StringRef("*?[]\\^-").contains(c))
      pattern += '\\';
    pattern += c;
  }
  return pattern + "*";
}

/// The cursor and the names in the answer to SCAN; none if it is malformed.
static std::optional<std::pair<std::string, std::vector<std::string>>>
readScan(const redisReply &reply) {
  if (reply.type != REDIS_REPLY_ARRAY || reply.elements != 2 ||
      reply.element[0]->type != REDIS_REPLY_STRING ||
      reply.element[1]->type != REDIS_REPLY_ARRAY)
    return std::nullopt;
  std::vector<std::string> names;
  const redisReply &list = *reply.element[1];
  for (size_t index = 0; index < list.elements; ++index)
    if (list.element[index]->type == REDIS_REPLY_STRING)
      names.emplace_back(list.element[index]->str, list.element[index]->len);
  return std::pair(std::string(reply.element[0]->str, reply.element[0]->len),
                   std::move(names));
}

Error RedisCache::forEachKeyImpl(function_ref<bool(const CacheKey &)> visit) {
  std::lock_guard guard(state->mutex);
  std::string pattern = getPattern(state->options.prefix);
  std::string cursor = "0";
  unsigned visited = 0;
  for (unsigned scan = 0; scan < kMaxScans && !state->isPausing(); ++scan) {
    Expected<RedisReply> reply =
        state->run({"SCAN", cursor, "MATCH", pattern, "COUNT", "100"});
    if (!reply)
      return makeError(ErrorCode::Io, toString(reply.takeError()));
    auto page = readScan(**reply);
    if (!page)
      return makeError(ErrorCode::Io, "malformed answer to SCAN");
    for (const std::string &name : page->second) {
      if (++visited > kMaxVisitedKeys)
        return Error::success();
      Expected<std::vector<uint8_t>> bytes = state->getBytes(name);
      if (!bytes) {
        consumeError(bytes.takeError());
        continue;
      }
      Expected<CacheEntry> entry = CacheEntry::decode(*bytes);
      if (!entry)
        consumeError(entry.takeError());
      else if (!visit(entry->key))
        return Error::success();
    }
    cursor = page->first;
    if (cursor == "0")
      break;
  }
  return Error::success();
}
