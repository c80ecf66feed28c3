//===- Stream.h - Streams of HIP devices ------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Streams do not wait for the default stream, nor it for them.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_HIP_STREAM_H
#define VMJIT_LIB_RUNTIME_HIP_STREAM_H

#include "Context.h"

#include "vmjit/Runtime/GpuDriver.h"

#include <utility>
#include <vector>

namespace vmjit::hip {

/// Owns a stream. Move-only.
class StreamHandle {
public:
  /// The device must be current.
  static llvm::Expected<StreamHandle> create(std::shared_ptr<Context> context);
  StreamHandle(StreamHandle &&other) noexcept
      : context(std::move(other.context)),
        stream(std::exchange(other.stream, nullptr)) {}
  StreamHandle &operator=(StreamHandle &&other) noexcept {
    std::swap(context, other.context);
    std::swap(stream, other.stream);
    return *this;
  }
  /// Does not wait for work that is left.
  ~StreamHandle();

  hipStream_t get() const { return stream; }

private:
  StreamHandle(std::shared_ptr<Context> context, hipStream_t stream)
      : context(std::move(context)), stream(stream) {}

  std::shared_ptr<Context> context;
  hipStream_t stream;
};

/// What GpuStream is here.
struct HIPStream : DriverStream {
  explicit HIPStream(StreamHandle handle) : handle(std::move(handle)) {}
  StreamHandle handle;
};

/// Streams for calls that block: one is taken out for a call and put back.
class StreamPool {
public:
  /// The device must be current.
  llvm::Expected<StreamHandle> take(const std::shared_ptr<Context> &context);
  void putBack(StreamHandle stream);

private:
  std::mutex mutex;
  std::vector<StreamHandle> idle;
};

} // namespace vmjit::hip

#endif // VMJIT_LIB_RUNTIME_HIP_STREAM_H
