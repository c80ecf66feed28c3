//===- LogLevel.cpp - How serious a log message is --------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Support/LogLevel.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace vmjit;

StringRef vmjit::getLogLevelName(LogLevel level) {
  switch (level) {
  case LogLevel::Off:
    return "off";
  case LogLevel::Error:
    return "error";
  case LogLevel::Warning:
    return "warning";
  case LogLevel::Info:
    return "info";
  case LogLevel::Debug:
    return "debug";
  }
  llvm_unreachable("every level has a name");
}

std::optional<LogLevel> vmjit::parseLogLevel(StringRef name) {
  return StringSwitch<std::optional<LogLevel>>(name)
      .Case("off", LogLevel::Off)
      .Case("error", LogLevel::Error)
      .Case("warning", LogLevel::Warning)
      .Case("info", LogLevel::Info)
      .Case("debug", LogLevel::Debug)
      .Default(std::nullopt);
}
