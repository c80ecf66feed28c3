//===- RedisConnection.h - A connection to a Redis server -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_CACHE_REDIS_REDISCONNECTION_H
#define VMJIT_LIB_CACHE_REDIS_REDISCONNECTION_H

#include "vmjit/Cache/RedisCache.h"

#include <sys/types.h>

#include <memory>

struct redisContext;
struct redisReply;

namespace vmjit {

struct RedisReplyDeleter {
  void operator()(redisReply *reply) const;
};
/// What a server has answered; never an error.
using RedisReply = std::unique_ptr<redisReply, RedisReplyDeleter>;

/// Runs commands one after the other, each within the time and size limits of
/// the options, whatever the server does. For one thread at a time.
class RedisConnection {
public:
  /// \p options must live longer.
  explicit RedisConnection(const RedisCacheOptions &options)
      : options(options) {}
  RedisConnection(const RedisConnection &) = delete;
  RedisConnection &operator=(const RedisConnection &) = delete;
  ~RedisConnection() { close(); }

  /// Runs one command, and connects first if need be. If the server has closed
  /// an idle connection, it connects again once. Fails with Io where
  /// there is no answer; the connection is then closed. An answer that is an
  /// error is a failure of code Other with the server's text.
  llvm::Expected<RedisReply> run(llvm::ArrayRef<llvm::StringRef> arguments);

  void close();

private:
  using Clock = std::chrono::steady_clock;

  llvm::Error connect();
  llvm::Error logIn();
  llvm::Expected<RedisReply>
  exchange(llvm::ArrayRef<llvm::StringRef> arguments);
  llvm::Error send(llvm::ArrayRef<llvm::StringRef> arguments,
                   Clock::time_point deadline);
  llvm::Expected<RedisReply> receive(Clock::time_point deadline);
  llvm::Error wait(short events, Clock::time_point deadline);
  /// The error of the context, or \p message. Closes.
  llvm::Error fail(llvm::StringRef message = "");
  std::string getPlace() const;

  const RedisCacheOptions &options;
  redisContext *context = nullptr;
  /// Whether the server was the one to end the connection.
  bool wasClosedByServer = false;
  /// Who connected: a child of a fork must not talk in between.
  pid_t owner = 0;
};

} // namespace vmjit

#endif // VMJIT_LIB_CACHE_REDIS_REDISCONNECTION_H
