//===- RedisServer.h - Servers for tests ------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_CACHE_REDISSERVER_H
#define VMJIT_UNITTESTS_CACHE_REDISSERVER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace vmjit {

/// A real redis-server of its own, behind a socket in \p directory.
class RedisServer {
public:
  /// Where redis-server is, if it is installed.
  static std::optional<std::string> find();

  explicit RedisServer(const std::string &directory);
  ~RedisServer();

  /// Returns when it can be connected to; a failure fails the test. Takes more
  /// arguments for redis-server.
  void start(llvm::ArrayRef<std::string> more = {});
  /// Without warning, as a crash would.
  void kill();
  std::string getSocket() const { return directory + "/redis.sock"; }

  /// Runs one command beside the code under test; its answer as text.
  std::string run(llvm::ArrayRef<std::string> arguments);

private:
  const std::string directory;
  pid_t process = -1;
  int output = -1;
};

/// Listens on a socket and lets \p serve do what it wants with each connection,
/// one after the other.
class FakeServer {
public:
  FakeServer(const std::string &path, std::function<void(int)> serve);
  ~FakeServer();

private:
  int listener = -1;
  std::thread thread;
};

/// Sends until all is sent or the other side is gone; whether all was.
bool sendAll(int socket, llvm::StringRef text);

} // namespace vmjit

#endif // VMJIT_UNITTESTS_CACHE_REDISSERVER_H
