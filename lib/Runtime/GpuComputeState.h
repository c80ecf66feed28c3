//===- GpuComputeState.h - The checked part of a device ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// What every device has besides its driver's part. The public functions of
// GpuCompute are short; what several of them need is here.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_GPUCOMPUTESTATE_H
#define VMJIT_LIB_RUNTIME_GPUCOMPUTESTATE_H

#include "LoadedKernel.h"
#include "MemoryPool.h"
#include "SubmissionTracker.h"

#include "vmjit/Runtime/GpuCompute.h"

namespace vmjit {

using Deadline = std::optional<std::chrono::steady_clock::time_point>;

/// When \p timeout, from now on, is over.
Deadline getDeadline(std::optional<std::chrono::nanoseconds> timeout);
/// \p timeout for people: "0.5 s".
std::string describe(std::chrono::nanoseconds timeout);

/// \p error of work that is waited for, about \p kernels, those that it may be
/// from, if it is about an execution.
llvm::Error nameKernels(llvm::Error error, llvm::StringRef kernels);

/// Keeps launches of one kernel in order that would disturb each other. Made at
/// the kernel's first launch that needs it.
struct DriverKernel::LaunchOrder {
  std::mutex mutex;
  /// Behind the last launch; null before the first.
  std::unique_ptr<DriverEvent> lastLaunch;
};

/// See the file's head. Guarded by mutex where nothing else is said.
struct GpuCompute::State {
  enum class Readiness : uint8_t { Unknown, Ready, Failed };

  /// What a blocking execution needs, kept for the next one.
  struct Lane {
    std::unique_ptr<DriverStream> stream;
    std::unique_ptr<DriverEvent> start;
    std::unique_ptr<DriverEvent> end;
  };
  class LaneWork;
  /// An execution that goes on after its timeout.
  struct Unfinished {
    std::unique_ptr<DriverWork> work;
    std::shared_ptr<SubmissionQueue> queue;
  };
  /// Code without a handle.
  struct Retired {
    std::unique_ptr<DriverKernel> kernel;
    uint64_t stamp = 0;
  };

  explicit State(GpuCompute &device) : device(device), pool(tracker) {}

  //===--------------------------------------------------------------------===//
  // The device (GpuCompute.cpp)
  //===--------------------------------------------------------------------===//

  /// Fails if the device cannot be used.
  llvm::Error prepare();
  /// The same, and checks that \p stream is this device's.
  llvm::Error prepareStream(const GpuStream &stream);
  /// Whether a timed-out execution is still under way.
  bool hasUnfinishedWork();
  /// Waits for all work and notes that it is done.
  llvm::Error waitForAll();
  /// Keeps \p error for the next synchronize.
  void keepError(llvm::Error error);

  //===--------------------------------------------------------------------===//
  // Memory (GpuComputeMemory.cpp)
  //===--------------------------------------------------------------------===//

  /// From the driver; empties the pool if that takes it.
  llvm::Expected<DriverAllocation> allocate(uint64_t capacity, MemoryKind kind);
  llvm::Error returnToDriver(llvm::ArrayRef<PooledMemory> memory);
  /// Gives the memory of \p buffer, which becomes empty, to the pool.
  llvm::Error release(GpuBuffer &buffer);
  /// Passes a checked copy on, to \p stream if it is not null.
  llvm::Error copy(const DriverCopy &copy, GpuStream *stream);
  llvm::Error fill(const GpuBuffer &destination, uint8_t value, uint64_t size,
                   uint64_t offset, GpuStream *stream);
  llvm::Error copyIn(const GpuBuffer &destination,
                     llvm::ArrayRef<uint8_t> source, uint64_t offset,
                     GpuStream *stream);
  llvm::Error copyOut(llvm::MutableArrayRef<uint8_t> destination,
                      const GpuBuffer &source, uint64_t offset,
                      GpuStream *stream);
  llvm::Error copyAcross(const GpuBuffer &destination, const GpuBuffer &source,
                         uint64_t size, uint64_t destinationOffset,
                         uint64_t sourceOffset, GpuStream *stream);

  //===--------------------------------------------------------------------===//
  // Arguments (ArgumentChecks.cpp)
  //===--------------------------------------------------------------------===//
  // Each fails with InvalidArgument.

  /// Checks that a handle is not empty and this device's.
  llvm::Error verifyOwner(const GpuCompute *owner, llvm::StringRef what) const;
  /// Checks that \p size bytes from \p offset on are inside \p buffer.
  llvm::Error verifyRange(const GpuBuffer &buffer, uint64_t offset,
                          uint64_t size) const;
  /// Checks a launch against the device and the entry.
  llvm::Error verifyLaunch(const GpuKernel &kernel, const LaunchConfig &config,
                           llvm::ArrayRef<GpuArg> args) const;

  //===--------------------------------------------------------------------===//
  // Kernels (GpuComputeKernels.cpp, Execution.cpp)
  //===--------------------------------------------------------------------===//

  /// Unloads \p kernel when no work uses it.
  void retire(std::unique_ptr<DriverKernel> kernel);
  void dropRetired();
  /// launchImpl, behind other launches of the kernel where they would meet.
  llvm::Error launch(DriverKernel &kernel, const Entry &entry,
                     const DriverLaunch &launch, DriverStream &stream);
  llvm::Expected<std::unique_ptr<Lane>> takeLane();
  void giveBack(std::unique_ptr<Lane> lane);
  std::shared_ptr<SubmissionQueue> takeQueue();
  void giveBack(std::shared_ptr<SubmissionQueue> queue);
  /// Launches between the events of \p lane.
  llvm::Error start(Lane &lane, DriverKernel &kernel, const Entry &entry,
                    const DriverLaunch &launch);
  /// Waits for \p event; false if \p deadline came first.
  llvm::Expected<bool> waitFor(DriverEvent &event, Deadline deadline);

  GpuCompute &device;
  std::mutex initializeMutex;
  std::atomic<Readiness> readiness = Readiness::Unknown;
  /// Guarded by initializeMutex.
  std::optional<GpuError> initializeError;
  /// Does not change once the device is ready.
  GpuDeviceInfo info;

  SubmissionTracker tracker;
  MemoryPool pool;

  std::mutex mutex;
  llvm::SmallVector<std::unique_ptr<Lane>> idleLanes;
  llvm::SmallVector<std::shared_ptr<SubmissionQueue>> idleQueues;
  llvm::SmallVector<Unfinished> unfinished;
  std::atomic<bool> mayBeUnfinished = false;
  llvm::SmallVector<Retired> retired;
  std::optional<GpuError> keptError;
  bool isClosed = false;
};

/// An InvalidArgument.
template <class... Args>
llvm::Error invalidArgument(const char *format, Args &&...args) {
  return makeGpuError(GpuErrorKind::InvalidArgument,
                      llvm::formatv(format, std::forward<Args>(args)...).str());
}

} // namespace vmjit

#endif // VMJIT_LIB_RUNTIME_GPUCOMPUTESTATE_H
