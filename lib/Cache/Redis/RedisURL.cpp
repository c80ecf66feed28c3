//===- RedisURL.cpp - Redis servers as text ---------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Cache/RedisCache.h"

#include "vmjit/Support/Error.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace vmjit;

/// Never has the URL in it, which may have a password.
static Error malformed(const Twine &message) {
  return makeError(ErrorCode::InvalidArgument,
                   "Redis server: " + message +
                       "; write redis://[[user]:password@]host[:port][/number] "
                       "or unix://[[user]:password@]/path");
}

/// Replaces "%41" by "A"; none where something else follows a "%".
static std::optional<std::string> decodePercent(StringRef text) {
  std::string decoded;
  for (size_t index = 0; index < text.size(); ++index) {
    if (text[index] != '%') {
      decoded += text[index];
      continue;
    }
    uint8_t value;
    if (text.size() < index + 3 ||
        text.substr(index + 1, 2).getAsInteger(16, value))
      return std::nullopt;
    decoded += char(value);
    index += 2;
  }
  return decoded;
}

/// Takes "user:password@" from the front of \p text.
static Error readCredentials(StringRef &text, RedisCacheOptions &options) {
  // The host has no "@", and the password may have one only as %40.
  size_t at = text.find('@');
  if (at == StringRef::npos)
    return Error::success();
  auto [user, password] = text.take_front(at).split(':');
  text = text.drop_front(at + 1);
  std::optional<std::string> decodedUser = decodePercent(user);
  std::optional<std::string> decodedPassword = decodePercent(password);
  if (!decodedUser || !decodedPassword || decodedPassword->empty())
    return malformed("malformed user or password");
  options.user = std::move(*decodedUser);
  options.password = std::move(*decodedPassword);
  return Error::success();
}

/// Reads "host[:port]", where the host may be an IPv6 address in brackets.
static Error readHost(StringRef text, RedisCacheOptions &options) {
  StringRef host, port;
  if (text.consume_front("[")) {
    std::tie(host, port) = text.split(']');
    if (!port.empty() && !port.starts_with(":"))
      return malformed("malformed address");
    port.consume_front(":");
  } else {
    std::tie(host, port) = text.split(':');
  }
  if (host.empty())
    return malformed("no host");
  if (!port.empty() &&
      (port.getAsInteger(10, options.port) || options.port == 0))
    return malformed("malformed port");
  options.host = host.str();
  return Error::success();
}

Expected<RedisCacheOptions> RedisCacheOptions::parse(StringRef url) {
  RedisCacheOptions options;
  if (url.consume_front("unix://")) {
    if (Error error = readCredentials(url, options))
      return std::move(error);
    if (!url.starts_with("/"))
      return malformed("the path of a socket starts with /");
    options.unixSocket = url.str();
    return options;
  }
  if (!url.consume_front("redis://"))
    return malformed("unknown kind of URL");
  if (Error error = readCredentials(url, options))
    return std::move(error);
  auto [host, database] = url.split('/');
  if (!database.empty() && database.getAsInteger(10, options.database))
    return malformed("malformed number of a database");
  if (Error error = readHost(host, options))
    return std::move(error);
  return options;
}
