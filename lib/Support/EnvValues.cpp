//===- EnvValues.cpp - Values of environment variables ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EnvValues.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <cmath>

using namespace llvm;
using namespace vmjit;

std::optional<std::string> envvalues::parseText(StringRef text) {
  return text.str();
}

std::optional<std::string> envvalues::parsePath(StringRef text) {
  return text.str();
}

std::optional<bool> envvalues::parseSwitch(StringRef text) {
  return StringSwitch<std::optional<bool>>(text)
      .Cases({"on", "1"}, true)
      .Cases({"off", "0"}, false)
      .Default(std::nullopt);
}

std::optional<uint64_t> envvalues::parseBytes(StringRef text) {
  constexpr StringLiteral units = "KMGT";
  unsigned shift = 0;
  if (size_t unit = units.find(text.back()); unit != StringRef::npos) {
    shift = 10 * (unit + 1);
    text = text.drop_back();
  }
  uint64_t count;
  if (!to_integer(text, count, 10) || count > UINT64_MAX >> shift)
    return std::nullopt;
  return count << shift;
}

std::optional<std::chrono::nanoseconds>
envvalues::parseDuration(StringRef text) {
  // Far from where the nanoseconds of any clock end.
  constexpr double maxSeconds = 100.0 * 365 * 86400;
  StringRef number =
      text.take_while([](char c) { return isDigit(c) || c == '.'; });
  auto unit =
      StringSwitch<std::optional<double>>(text.drop_front(number.size()))
          .Cases({"", "s"}, 1)
          .Case("ms", 1e-3)
          .Case("m", 60)
          .Case("h", 3600)
          .Case("d", 86400)
          .Default(std::nullopt);
  double count;
  if (!unit || number.empty() || !isDigit(number.front()) ||
      number.getAsDouble(count) || count * *unit > maxSeconds)
    return std::nullopt;
  return std::chrono::nanoseconds(std::llround(count * *unit * 1e9));
}

std::optional<EnvEndpoint> envvalues::parseEndpoint(StringRef text) {
  EnvEndpoint endpoint;
  if (text.starts_with("/")) {
    endpoint.socketPath = text.str();
    return endpoint;
  }
  auto [host, port] = text.rsplit(':');
  if (host.consume_front("[")) {
    if (!host.consume_back("]"))
      return std::nullopt;
  } else if (host.contains(':')) {
    return std::nullopt;
  }
  if (host.empty() || !to_integer(port, endpoint.port, 10) || !endpoint.port)
    return std::nullopt;
  endpoint.host = host.str();
  return endpoint;
}

std::optional<LogLevel> envvalues::parseLevel(StringRef text) {
  return parseLogLevel(text);
}

std::optional<EnvCacheMode> envvalues::parseMode(StringRef text) {
  return StringSwitch<std::optional<EnvCacheMode>>(text)
      .Case("normal", EnvCacheMode::Normal)
      .Case("must-hit", EnvCacheMode::MustHit)
      .Case("recheck", EnvCacheMode::Recheck)
      .Default(std::nullopt);
}
