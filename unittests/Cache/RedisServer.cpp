//===- RedisServer.cpp - Servers for tests ----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RedisServer.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Program.h"
#include "gtest/gtest.h"

#include <csignal>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;
using namespace vmjit;

std::optional<std::string> RedisServer::find() {
  ErrorOr<std::string> path = sys::findProgramByName("redis-server");
  if (!path)
    return std::nullopt;
  return *path;
}

RedisServer::RedisServer(const std::string &directory) : directory(directory) {}

RedisServer::~RedisServer() { kill(); }

/// Reads what a starting server says, until it is ready.
static bool waitUntilReady(int output) {
  std::string said;
  char buffer[4096];
  while (!StringRef(said).contains("eady to accept connections")) {
    ssize_t count = ::read(output, buffer, sizeof(buffer));
    if (count <= 0) {
      ADD_FAILURE() << "redis-server ended: " << said;
      return false;
    }
    said.append(buffer, count);
  }
  return true;
}

void RedisServer::start(ArrayRef<std::string> more) {
  std::vector<std::string> arguments = {
      *find(), "--port",       "0",  "--unixsocket", getSocket(), "--save",
      "",      "--appendonly", "no", "--dir",        directory,   "--loglevel",
      "notice"};
  append_range(arguments, more);
  std::vector<char *> pointers;
  for (std::string &argument : arguments)
    pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  int pipe[2];
  ASSERT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
  process = ::fork();
  ASSERT_GE(process, 0);
  if (process == 0) {
    ::dup2(pipe[1], 1);
    ::execv(pointers[0], pointers.data());
    ::_exit(127);
  }
  ::close(pipe[1]);
  output = pipe[0];
  waitUntilReady(output);
}

void RedisServer::kill() {
  if (process > 0) {
    ::kill(process, SIGKILL);
    ::waitpid(process, nullptr, 0);
  }
  if (output >= 0)
    ::close(output);
  process = output = -1;
}

std::string RedisServer::run(ArrayRef<std::string> arguments) {
  redisContext *context = redisConnectUnix(getSocket().c_str());
  std::vector<const char *> texts;
  std::vector<size_t> sizes;
  for (const std::string &argument : arguments) {
    texts.push_back(argument.data());
    sizes.push_back(argument.size());
  }
  auto *reply = static_cast<redisReply *>(
      redisCommandArgv(context, int(texts.size()), texts.data(), sizes.data()));
  std::string text;
  if (!reply)
    ADD_FAILURE() << context->errstr;
  else if (reply->type == REDIS_REPLY_INTEGER)
    text = std::to_string(reply->integer);
  else if (reply->str)
    text.assign(reply->str, reply->len);
  if (reply)
    freeReplyObject(reply);
  redisFree(context);
  return text;
}

FakeServer::FakeServer(const std::string &path,
                       std::function<void(int)> serve) {
  listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  EXPECT_LT(path.size(), sizeof(address.sun_path));
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  EXPECT_EQ(::bind(listener, reinterpret_cast<struct sockaddr *>(&address),
                   sizeof(address)),
            0);
  EXPECT_EQ(::listen(listener, 8), 0);
  thread = std::thread([listener = listener, serve = std::move(serve)] {
    while (true) {
      int connection = ::accept(listener, nullptr, nullptr);
      if (connection < 0)
        return;
      serve(connection);
      ::close(connection);
    }
  });
}

FakeServer::~FakeServer() {
  // Wakes accept, too.
  ::shutdown(listener, SHUT_RDWR);
  thread.join();
  ::close(listener);
}

bool vmjit::sendAll(int socket, StringRef text) {
  while (!text.empty()) {
    ssize_t count = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (count <= 0)
      return false;
    text = text.drop_front(count);
  }
  return true;
}
