//===- Settings.cpp - What a fake driver is told to be ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "Settings.h"

#include <charconv>

using namespace fake;

/// Whether all of \p text is a number, which is put into \p value.
template <class T> static bool parseNumber(std::string_view text, T &value) {
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

std::string Settings::parseFault(FaultKind kind, std::string_view value) {
  Fault fault;
  fault.kind = kind;
  if (kind != FaultKind::Hang) {
    size_t colon = value.find(':');
    if (colon == value.npos ||
        !parseNumber(value.substr(colon + 1), fault.value))
      return "a fault needs a number after a colon";
    value = value.substr(0, colon);
  }
  if (size_t at = value.find('@'); at != value.npos) {
    std::string_view nth = value.substr(at + 1);
    if (nth == "*")
      fault.nth = 0;
    else if (!parseNumber(nth, fault.nth) || fault.nth == 0)
      return "no number of a call";
    value = value.substr(0, at);
  }
  if (value.empty())
    return "a fault needs a function";
  fault.function = value;
  faults.push_back(std::move(fault));
  return {};
}

std::string Settings::parseItem(std::string_view key, std::string_view value) {
  if (key == "fail")
    return parseFault(FaultKind::Fail, value);
  if (key == "fail-work")
    return parseFault(FaultKind::FailWork, value);
  if (key == "delay")
    return parseFault(FaultKind::Delay, value);
  if (key == "hang")
    return parseFault(FaultKind::Hang, value);
  if (key == "chip" || key == "report") {
    (key == "chip" ? chip : reportPath) = value;
    return {};
  }
  if (key == "attribute") {
    int attribute = 0;
    size_t colon = value.find(':');
    if (colon == value.npos ||
        !parseNumber(value.substr(0, colon), attribute) ||
        !parseNumber(value.substr(colon + 1), attributes[attribute]))
      return "not of the form NUMBER:VALUE";
    return {};
  }
  if (key == "peers") {
    hasPeerAccess = value != "0";
    return {};
  }
  bool isNumber = key == "devices" ? parseNumber(value, deviceCount)
                  : key == "driver"
                      ? parseNumber(value, driverVersion)
                      : key == "memory" && parseNumber(value, memoryBytes);
  return isNumber ? "" : "no such setting, or no number";
}

std::string Settings::parse(std::string_view text) {
  constexpr std::string_view separators = " ;\n";
  while (true) {
    size_t start = text.find_first_not_of(separators);
    if (start == text.npos)
      return {};
    text.remove_prefix(start);
    std::string_view item = text.substr(0, text.find_first_of(separators));
    text.remove_prefix(item.size());
    size_t equals = item.find('=');
    if (equals == item.npos)
      return std::string(item) + ": not of the form KEY=VALUE";
    std::string wrong =
        parseItem(item.substr(0, equals), item.substr(equals + 1));
    if (!wrong.empty())
      return std::string(item) + ": " + wrong;
  }
}

CallFaults Settings::countCall(std::string_view function) {
  CallFaults result;
  for (Fault &fault : faults) {
    if (fault.function != function ||
        (++fault.seen, fault.nth != 0 && fault.seen != fault.nth))
      continue;
    switch (fault.kind) {
    case FaultKind::Fail:
      result.code = static_cast<int>(fault.value);
      break;
    case FaultKind::FailWork:
      result.workCode = static_cast<int>(fault.value);
      break;
    case FaultKind::Delay:
      result.delay = std::chrono::microseconds(fault.value);
      break;
    case FaultKind::Hang:
      result.hangs = true;
      break;
    }
  }
  return result;
}
