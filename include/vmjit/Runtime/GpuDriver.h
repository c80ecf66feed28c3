//===- GpuDriver.h - What a driver gets and gives ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// For those who write a driver: the objects that a driver owns, and the
// requests that GpuCompute has checked before it passes them on.
// docs/AddingADriver.md says how to begin.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_GPUDRIVER_H
#define VMJIT_RUNTIME_GPUDRIVER_H

#include "vmjit/ABI/Dim3.h"
#include "vmjit/CodeObject/CodeObject.h"
#include "vmjit/Runtime/GpuBuffer.h"
#include "vmjit/Runtime/GpuError.h"

#include <memory>
#include <optional>

struct vmjit_control;

namespace vmjit {

class HostKernel;

/// What a driver keeps for a stream, an event and a loaded entry. A driver
/// derives from them and gets back only what it made.
class DriverStream {
public:
  virtual ~DriverStream();
};
class DriverEvent {
public:
  virtual ~DriverEvent();
};
class DriverKernel {
public:
  DriverKernel();
  virtual ~DriverKernel();

  /// What GpuKernel::getHostKernel says.
  virtual std::shared_ptr<HostKernel> getHostKernel() const;

private:
  friend class GpuCompute;
  struct LaunchOrder;
  /// The checked part's: keeps launches with control blocks apart.
  std::unique_ptr<LaunchOrder> order;
};
/// An execution that did not end when it was told to. Owns whatever it still
/// uses.
class DriverWork {
public:
  virtual ~DriverWork();
  /// Whether it has ended since, well or not.
  virtual bool isDone() = 0;
};

/// Memory as the driver allocated it.
struct DriverAllocation {
  uint64_t address = 0;
  /// Null if the host does not reach it.
  void *host = nullptr;
};

/// A copy whose ranges are inside their buffers, and not empty.
struct DriverCopy {
  CopyDirection direction = CopyDirection::HostToDevice;
  /// Device memory: the destination of HostToDevice and DeviceToDevice, the
  /// source of DeviceToHost.
  uint64_t device = 0;
  /// The other side of HostToDevice, which only reads it, and DeviceToHost.
  void *host = nullptr;
  /// The source of DeviceToDevice, and the device that it is on: this one, or
  /// another of the same type.
  uint64_t source = 0;
  const GpuCompute *sourceDevice = nullptr;
  uint64_t size = 0;
};

/// A launch that is within the device's limits and fits the entry.
struct DriverLaunch {
  Dim3 grid;
  Dim3 block;
  /// Dynamic shared memory, with the program's own where the device does not
  /// set that aside.
  uint64_t sharedBytes = 0;
  /// For each parameter, where its value is; only during the call.
  llvm::ArrayRef<void *> args;
  /// Kernel mode, stoppable code: where the control block is, as the device
  /// sees it; 0 if there is none. Launches of one kernel that differ in it
  /// never overlap.
  uint64_t control = 0;
  /// Stoppable code of either mode: the same as the host sees it, to write the
  /// stop word; null if there is none.
  vmjit_control *hostControl = nullptr;
};

/// What a blocking execution gives.
struct DriverExecution {
  /// From the start to the end of the kernel on the device.
  uint64_t deviceNanoseconds = 0;
  /// The time ran out. The kernel was told to stop, if it could be.
  bool isTimedOut = false;
  /// Timed out: the work, if it goes on all the same. The device is lost until
  /// it is done.
  std::unique_ptr<DriverWork> unfinished;
};

/// What loading gives.
struct DriverLoad {
  std::unique_ptr<DriverKernel> kernel;
  /// As the driver reports it; what it does not say stays as the compiler said.
  ResourceUse resources;
  /// Where the driver compiled: its result, to be loaded the next time.
  std::optional<CodeObject> compiled;
};

} // namespace vmjit

#endif // VMJIT_RUNTIME_GPUDRIVER_H
