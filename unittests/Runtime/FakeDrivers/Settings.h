//===- Settings.h - What a fake driver is told to be ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_SETTINGS_H
#define VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_SETTINGS_H

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fake {

enum class FaultKind { Fail, FailWork, Delay, Hang };

/// Something that happens to a call.
struct Fault {
  FaultKind kind = FaultKind::Fail;
  std::string function;
  /// Which call from now on; 0 for every one.
  uint64_t nth = 1;
  /// The code, or microseconds.
  int64_t value = 0;
  /// Calls seen so far.
  uint64_t seen = 0;
};

/// The faults that a call meets.
struct CallFaults {
  int code = 0;
  int workCode = 0;
  std::chrono::microseconds delay{0};
  bool hangs = false;
};

struct Settings {
  int deviceCount = 1;
  int driverVersion = 0;
  std::string chip;
  uint64_t memoryBytes = uint64_t(8) << 30;
  bool hasPeerAccess = true;
  std::map<int, int> attributes;
  std::string reportPath;
  std::vector<Fault> faults;

  /// Reads settings; empty, or what is wrong.
  std::string parse(std::string_view text);
  /// Counts a call of \p function and returns the faults that it meets.
  CallFaults countCall(std::string_view function);

private:
  std::string parseItem(std::string_view key, std::string_view value);
  std::string parseFault(FaultKind kind, std::string_view value);
};

} // namespace fake

#endif // VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_SETTINGS_H
