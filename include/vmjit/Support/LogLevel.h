//===- LogLevel.h - How serious a log message is ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_SUPPORT_LOGLEVEL_H
#define VMJIT_SUPPORT_LOGLEVEL_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace vmjit {

/// The level of a message, and of the log: it takes messages whose level is
/// not above its own.
enum class LogLevel : uint8_t {
  /// Of the log: it takes none. No message has it.
  Off,
  /// A request failed in a way that its caller may not see.
  Error,
  /// It works, but not as asked for: a fallback, a cache that is left out.
  Warning,
  /// What happens rarely: devices found, code compiled.
  Info,
  /// What happens often, with times.
  Debug,
};

/// "off", "error", "warning", "info" or "debug".
llvm::StringRef getLogLevelName(LogLevel level);
/// The level that is written as \p name; none if there is no such level.
std::optional<LogLevel> parseLogLevel(llvm::StringRef name);

} // namespace vmjit

#endif // VMJIT_SUPPORT_LOGLEVEL_H
