//===- HostDevice.h - This machine's CPU as a device ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What kernels on the host share: worker threads with their scratch memory, and
// the linker that loads code.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_HOST_HOSTDEVICE_H
#define VMJIT_RUNTIME_HOST_HOSTDEVICE_H

#include "llvm/Support/Error.h"

#include <cstdint>
#include <memory>

namespace vmjit {

/// How a HostDevice is set up.
struct HostDeviceOptions {
  /// Worker threads; 0 for one on each core that the process may use.
  unsigned threadCount = 0;
  /// The most shared memory that a block may have.
  uint64_t maxSharedBytes = uint64_t(256) << 20;
  /// The most memory that the frames of a block's threads may take together,
  /// for each worker thread.
  uint64_t maxFrameBytes = uint64_t(1) << 30;
};

/// The host. Kernels keep it alive. Launches on one device run one after the
/// other; it can be used from any thread.
class HostDevice {
public:
  static constexpr unsigned kMaxThreads = 1024;
  static constexpr uint64_t kMaxScratchBytes = uint64_t(1) << 39;

  /// Starts the worker threads. Fails with InvalidArgument if \p options ask
  /// for more than kMaxThreads or allow more than kMaxScratchBytes, and with
  /// LoadingFailed if code cannot be loaded in this process.
  static llvm::Expected<std::shared_ptr<HostDevice>>
  create(const HostDeviceOptions &options = {});
  ~HostDevice();

  unsigned getThreadCount() const;
  const HostDeviceOptions &getOptions() const { return options; }
  /// Whether the execution with that number (HostExecution::unfinished) is
  /// done.
  bool isDone(uint64_t execution);

  /// The device's parts, declared in lib/Runtime/Host only.
  struct Impl;

private:
  friend class HostKernel;

  HostDevice(const HostDeviceOptions &options, std::unique_ptr<Impl> impl);

  HostDeviceOptions options;
  std::unique_ptr<Impl> impl;
};

} // namespace vmjit

#endif // VMJIT_RUNTIME_HOST_HOSTDEVICE_H
