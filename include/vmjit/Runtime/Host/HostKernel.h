//===- HostKernel.h - Compiled programs on the host -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loads a code object for the host into the process and runs its entries, the
// blocks of a launch spread over the device's threads.
//
//   auto device = HostDevice::create();
//   auto kernel = HostKernel::load(*device, object);
//   float a = 2; float *x = ...;
//   void *args[] = {&a, &x};
//   kernel->launch({blocks}, {256}, /*dynamicSharedBytes=*/0, args);
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_HOST_HOSTKERNEL_H
#define VMJIT_RUNTIME_HOST_HOSTKERNEL_H

#include "vmjit/CodeObject/CodeObject.h"
#include "vmjit/Runtime/Host/HostDevice.h"
#include "vmjit/Runtime/LaunchDims.h"

#include <chrono>
#include <optional>

namespace vmjit {

/// A launch of either mode, as GPU drivers take it.
struct HostExecutionRequest {
  Dim3 grid;
  Dim3 block;
  /// What Entry::getLaunchSharedBytes gives.
  uint64_t sharedBytes = 0;
  /// Where the value of each argument is; only during the call. Hart mode: the
  /// address of the launch record.
  llvm::ArrayRef<void *> args;
  /// For a stoppable entry, or null. Hart mode: that of the launch record.
  vmjit_control *control = nullptr;
  /// How long the caller waits. If it is not done then and there is a control
  /// block, it is told to stop and given \p stopGrace.
  std::optional<std::chrono::nanoseconds> timeout = std::nullopt;
  std::chrono::nanoseconds stopGrace{0};
  /// Whether the caller wants to know how long it takes; to find out takes as
  /// long as short code.
  bool isTimed = true;
};

/// How it went.
struct HostExecution {
  /// Says nothing if nobody wants to know.
  uint64_t nanoseconds = 0;
  bool isTimedOut = false;
  /// Set if it goes on after the timeout: the number that HostDevice::isDone
  /// takes. Until then everything that it uses, the kernel too, has to live;
  /// other launches that need the workers wait.
  std::optional<uint64_t> unfinished;
};

/// One entry of a loaded code object. Move-only; unloads its code. Code is
/// trusted: it is machine code that runs in this process.
class HostKernel {
public:
  static constexpr uint32_t kDefaultHartBlock = 64;

  /// Loads \p object, which need not outlive the call, for its entry
  /// \p entryName, or its only entry if that is empty. Fails with
  /// InvalidArgument if there is no such entry, and with LoadingFailed if the
  /// object is not for this machine or cannot be linked.
  static llvm::Expected<HostKernel> load(std::shared_ptr<HostDevice> device,
                                         const CodeObject &object,
                                         llvm::StringRef entryName = "");
  HostKernel(HostKernel &&);
  HostKernel &operator=(HostKernel &&);
  ~HostKernel();

  const Entry &getEntry() const;

  /// Runs a kernel-mode entry and waits for it. args[i] points to the value of
  /// argument i; a buffer's value is a pointer. Blocks have the program's
  /// shared memory and then \p dynamicSharedBytes, all zeros. \p control, which
  /// only a stoppable entry takes, limits the launch and gets its report. Fails
  /// with InvalidArgument, and with OutOfMemory before anything has run; that
  /// threads did not return is no failure.
  llvm::Error launch(const Dim3 &grid, const Dim3 &block,
                     uint64_t dynamicSharedBytes, llvm::ArrayRef<void *> args,
                     vmjit_control *control = nullptr);

  /// Runs a hart-mode entry for all harts of \p launch, in blocks of
  /// \p blockSize, and waits for it. A single block runs on the calling thread,
  /// if the code needs little of its stack, and any number of threads can run
  /// one at the same time; other launches wait for each other. The addresses in
  /// \p launch are those of this process, that of a control block, which only a
  /// stoppable entry takes, too. Fails with InvalidArgument, also if \p launch
  /// is not as Hart.h demands.
  llvm::Error launchHarts(vmjit_hart_launch &launch,
                          uint32_t blockSize = kDefaultHartBlock);

  /// Runs an entry of either mode. Fails as the above do.
  llvm::Expected<HostExecution> execute(const HostExecutionRequest &request);

  const std::shared_ptr<HostDevice> &getDevice() const;

private:
  struct Impl;

  explicit HostKernel(std::unique_ptr<Impl> impl);
  llvm::Expected<HostExecution> run(const HostExecutionRequest &request);
  llvm::Error verifyArguments(llvm::ArrayRef<void *> args) const;
  llvm::Error verifyStoppable(const vmjit_control *control) const;

  std::unique_ptr<Impl> impl;
};

} // namespace vmjit

#endif // VMJIT_RUNTIME_HOST_HOSTKERNEL_H
