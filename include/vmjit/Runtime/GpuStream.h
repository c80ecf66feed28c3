//===- GpuStream.h - Order of asynchronous work -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Streams and events, as CUDA and HIP have them: work on one stream runs in the
// order of submission, work on different streams in any order that events
// leave.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_RUNTIME_GPUSTREAM_H
#define VMJIT_RUNTIME_GPUSTREAM_H

#include "llvm/Support/Error.h"

#include <chrono>
#include <memory>
#include <optional>

namespace vmjit {

class DriverEvent;
class DriverStream;
class GpuCompute;
class SubmissionQueue;

/// A point in the work of a stream. Move-only; keeps its device alive. One
/// thread at a time.
class GpuEvent {
public:
  GpuEvent(GpuEvent &&) noexcept;
  GpuEvent &operator=(GpuEvent &&) noexcept;
  ~GpuEvent();

  /// Whether all work before it is done; also if it was never recorded. Fails
  /// if that work failed.
  llvm::Expected<bool> isDone() const;
  /// Waits until all work before it is done. With \p timeout, at most that
  /// long: then it fails with Timeout, and the work goes on.
  llvm::Error
  synchronize(std::optional<std::chrono::nanoseconds> timeout = std::nullopt);

private:
  friend class GpuCompute;
  GpuEvent(std::shared_ptr<GpuCompute> device,
           std::unique_ptr<DriverEvent> event);

  std::shared_ptr<GpuCompute> device;
  std::unique_ptr<DriverEvent> event;
  /// Where it was recorded, null if it never was, and the last work before it.
  std::shared_ptr<SubmissionQueue> queue;
  uint64_t submission = 0;
};

/// A queue of work. Move-only; keeps its device alive; destroying it waits for
/// its work. One thread at a time.
class GpuStream {
public:
  GpuStream(GpuStream &&) noexcept;
  GpuStream &operator=(GpuStream &&) noexcept;
  ~GpuStream();

  GpuCompute *getDevice() const { return device.get(); }
  /// Whether all its work is done. Fails if some failed.
  llvm::Expected<bool> isIdle() const;
  /// Waits for all its work. Fails with the first failure of it that nobody was
  /// told of: by this, or by GpuCompute::synchronize.
  llvm::Error synchronize();

private:
  friend class GpuCompute;
  GpuStream(std::shared_ptr<GpuCompute> device,
            std::unique_ptr<DriverStream> stream,
            std::shared_ptr<SubmissionQueue> queue);
  void finish();

  std::shared_ptr<GpuCompute> device;
  std::unique_ptr<DriverStream> stream;
  /// What was submitted and may be under way.
  std::shared_ptr<SubmissionQueue> queue;
};

} // namespace vmjit

#endif // VMJIT_RUNTIME_GPUSTREAM_H
