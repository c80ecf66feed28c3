//===- RedisConnection.cpp - A connection to a Redis server -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// hiredis parses the protocol. Its sockets are made non-blocking and waited for
// here: its own time limits are per system call, it sets no limit on the size
// of an answer, and it writes in a way that raises SIGPIPE.
//
//===----------------------------------------------------------------------===//

#include "RedisConnection.h"

#include "vmjit/Cache/CacheEntry.h"
#include "vmjit/Support/Error.h"
#include "llvm/ADT/StringExtras.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <unistd.h>

using namespace llvm;
using namespace vmjit;

void RedisReplyDeleter::operator()(redisReply *reply) const {
  freeReplyObject(reply);
}

namespace {
/// Keeps the SIGPIPE of a closed connection from this thread, and so from a
/// program that does not expect any.
class SigpipeBlock {
public:
  SigpipeBlock() {
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    wasPending = sigismember(&pending, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &previous);
  }
  ~SigpipeBlock() {
    const struct timespec now = {0, 0};
    while (!wasPending && sigtimedwait(&pipe, nullptr, &now) < 0 &&
           errno == EINTR) {
    }
    pthread_sigmask(SIG_SETMASK, &previous, nullptr);
  }

private:
  sigset_t pipe;
  sigset_t previous;
  bool wasPending;
};
} // namespace

static struct timeval toTimeval(std::chrono::milliseconds limit) {
  struct timeval value;
  value.tv_sec = limit.count() / 1000;
  value.tv_usec = limit.count() % 1000 * 1000;
  return value;
}

std::string RedisConnection::getPlace() const {
  if (!options.unixSocket.empty())
    return options.unixSocket;
  return options.host + ":" + std::to_string(options.port);
}

void RedisConnection::close() {
  if (context)
    redisFree(context);
  context = nullptr;
}

Error RedisConnection::fail(StringRef message) {
  std::string reason = message.str();
  if (reason.empty())
    reason = context && context->err ? context->errstr : "no connection";
  wasClosedByServer = context && (context->err == REDIS_ERR_EOF ||
                                  (context->err == REDIS_ERR_IO &&
                                   (errno == EPIPE || errno == ECONNRESET)));
  close();
  return makeError(ErrorCode::Io, getPlace() + ": " + reason);
}

Error RedisConnection::connect() {
  struct timeval limit = toTimeval(options.connectTimeout);
  context =
      options.unixSocket.empty()
          ? redisConnectWithTimeout(options.host.c_str(), options.port, limit)
          : redisConnectUnixWithTimeout(options.unixSocket.c_str(), limit);
  if (!context)
    return makeError(ErrorCode::OutOfMemory, "no memory for a connection");
  if (context->err)
    return fail();
  int flags = ::fcntl(context->fd, F_GETFL);
  if (flags < 0 || ::fcntl(context->fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
      ::fcntl(context->fd, F_SETFD, FD_CLOEXEC) < 0)
    return fail("the socket cannot be set up");
  context->flags &= ~REDIS_BLOCK;
  owner = ::getpid();
  if (Error error = logIn()) {
    close();
    return error;
  }
  return Error::success();
}

Error RedisConnection::logIn() {
  if (!options.password.empty()) {
    SmallVector<StringRef> command = {"AUTH"};
    if (!options.user.empty())
      command.push_back(options.user);
    command.push_back(options.password);
    // What the server says could have the password in it.
    if (Expected<RedisReply> reply = exchange(command); !reply) {
      bool isRefused = getErrorCode(reply.takeError()) == ErrorCode::Other;
      return makeError(
          ErrorCode::Io,
          getPlace() + (isRefused ? ": authentication failed" : ": no answer"));
    }
  }
  if (options.database != 0) {
    std::string number = std::to_string(options.database);
    if (Expected<RedisReply> reply = exchange({"SELECT", number}); !reply)
      return makeError(ErrorCode::Io, toString(reply.takeError()));
  }
  return Error::success();
}

Error RedisConnection::wait(short events, Clock::time_point deadline) {
  while (true) {
    auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0)
      return fail("the time limit has passed");
    struct pollfd polled = {context->fd, events, 0};
    int count = ::poll(&polled, 1, int(std::min<int64_t>(left.count(), 60000)));
    if (count > 0)
      return Error::success();
    if (count < 0 && errno != EINTR)
      return fail("poll fails");
  }
}

Error RedisConnection::send(ArrayRef<StringRef> arguments,
                            Clock::time_point deadline) {
  SmallVector<const char *> texts;
  SmallVector<size_t> sizes;
  for (StringRef argument : arguments) {
    texts.push_back(argument.data());
    sizes.push_back(argument.size());
  }
  if (redisAppendCommandArgv(context, int(texts.size()), texts.data(),
                             sizes.data()) != REDIS_OK)
    return fail();
  int isDone = 0;
  while (true) {
    if (redisBufferWrite(context, &isDone) != REDIS_OK)
      return fail();
    if (isDone)
      return Error::success();
    if (Error error = wait(POLLOUT, deadline))
      return error;
  }
}

Expected<RedisReply> RedisConnection::receive(Clock::time_point deadline) {
  const uint64_t maxBytes = options.maxEntryBytes + (64 << 10);
  uint64_t bytes = 0;
  while (true) {
    void *reply = nullptr;
    if (redisGetReplyFromReader(context, &reply) != REDIS_OK)
      return fail();
    if (reply)
      return RedisReply(static_cast<redisReply *>(reply));
    if (Error error = wait(POLLIN, deadline))
      return std::move(error);
    size_t before = context->reader->len;
    if (redisBufferRead(context) != REDIS_OK)
      return fail();
    bytes += context->reader->len - before;
    if (bytes > maxBytes)
      return fail("the answer is too large");
  }
}

/// The text of an error that a server sent, fit to be printed.
static std::string getPrintable(const redisReply &reply) {
  std::string text;
  raw_string_ostream os(text);
  printEscapedString(StringRef(reply.str, reply.len).take_front(200), os);
  return text;
}

Expected<RedisReply> RedisConnection::exchange(ArrayRef<StringRef> arguments) {
  Clock::time_point deadline = Clock::now() + options.commandTimeout;
  if (Error error = send(arguments, deadline))
    return std::move(error);
  Expected<RedisReply> reply = receive(deadline);
  if (reply && (*reply)->type == REDIS_REPLY_ERROR)
    return makeError(ErrorCode::Other,
                     getPlace() + ": " + getPrintable(**reply));
  return reply;
}

Expected<RedisReply> RedisConnection::run(ArrayRef<StringRef> arguments) {
  SigpipeBlock block;
  if (context && owner != ::getpid())
    close();
  const bool isReused = context != nullptr;
  if (!isReused)
    if (Error error = connect())
      return std::move(error);
  Expected<RedisReply> reply = exchange(arguments);
  if (reply || !isReused || context || !wasClosedByServer)
    return reply;
  consumeError(reply.takeError());
  if (Error error = connect())
    return std::move(error);
  return exchange(arguments);
}
