//===- Stream.h - Streams of CUDA devices -----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Streams do not wait for the default stream, nor it for them.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_CUDA_STREAM_H
#define VMJIT_LIB_RUNTIME_CUDA_STREAM_H

#include "Context.h"

#include "vmjit/Runtime/GpuDriver.h"

#include <utility>
#include <vector>

namespace vmjit::cuda {

/// Owns a stream. Move-only.
class StreamHandle {
public:
  /// The context must be current.
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

  CUstream get() const { return stream; }

private:
  StreamHandle(std::shared_ptr<Context> context, CUstream stream)
      : context(std::move(context)), stream(stream) {}

  std::shared_ptr<Context> context;
  CUstream stream;
};

/// What GpuStream is here.
struct CUDAStream : DriverStream {
  explicit CUDAStream(StreamHandle handle) : handle(std::move(handle)) {}
  StreamHandle handle;
};

/// Streams for calls that block: one is taken out for a call and put back.
class StreamPool {
public:
  /// The context must be current.
  llvm::Expected<StreamHandle> take(const std::shared_ptr<Context> &context);
  void putBack(StreamHandle stream);

private:
  std::mutex mutex;
  std::vector<StreamHandle> idle;
};

} // namespace vmjit::cuda

#endif // VMJIT_LIB_RUNTIME_CUDA_STREAM_H
