//===- DriverMeaning.h - What a driver's result means -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The results of drivers' calls fall into a few classes; each vendor's
// Results.def gives every result that it names one of them.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_DRIVERAPI_DRIVERMEANING_H
#define VMJIT_LIB_RUNTIME_DRIVERAPI_DRIVERMEANING_H

#include <cstdint>

namespace vmjit {

/// What a result means for what happens next.
enum class DriverMeaning : uint8_t {
  Succeeded,
  /// Nothing beyond the call that failed.
  Failed,
  /// Freeing memory may help.
  OutOfMemory,
  /// Not an error: work is still under way.
  NotReady,
  /// Not an error: what was asked for is already so.
  AlreadyDone,
  /// There is nothing of the name that was asked for.
  NotFound,
  /// There is no direct way between two devices; copies go through the host.
  NoPeerAccess,
  /// The driver works, and there is no device.
  NoDevice,
  /// The library that is linked against, not a driver.
  StubLibrary,
  /// The system's watchdog ended a kernel, and the context with it.
  TimedOut,
  /// The context is unusable from here on.
  DeviceLost,
};

/// Whether nothing works any more after a result of this meaning.
inline bool isDeviceLost(DriverMeaning meaning) {
  return meaning == DriverMeaning::TimedOut ||
         meaning == DriverMeaning::DeviceLost;
}

} // namespace vmjit

#endif // VMJIT_LIB_RUNTIME_DRIVERAPI_DRIVERMEANING_H
