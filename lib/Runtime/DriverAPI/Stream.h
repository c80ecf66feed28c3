//===- Stream.h - Streams of devices ----------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Streams do not wait for the default stream, nor it for them.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_DRIVERAPI_STREAM_H
#define VMJIT_LIB_RUNTIME_DRIVERAPI_STREAM_H

#include "Context.h"
#include "vmjit/Runtime/GpuDriver.h"

#include <utility>
#include <vector>

namespace vmjit::driverapi {

/// Owns a stream. Move-only.
template <class Traits> class StreamHandle {
  using Context = typename Traits::Context;
  using Handle = typename Traits::Stream;

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

  Handle get() const { return stream; }

private:
  StreamHandle(std::shared_ptr<Context> context, Handle stream)
      : context(std::move(context)), stream(stream) {}

  std::shared_ptr<Context> context;
  Handle stream;
};

/// What GpuStream is here.
template <class Traits> struct Stream : DriverStream {
  explicit Stream(StreamHandle<Traits> handle) : handle(std::move(handle)) {}
  StreamHandle<Traits> handle;
};

/// Streams for calls that block: one is taken out for a call and put back.
template <class Traits> class StreamPool {
public:
  /// The context must be current.
  llvm::Expected<StreamHandle<Traits>>
  take(const std::shared_ptr<typename Traits::Context> &context);
  void putBack(StreamHandle<Traits> stream);

private:
  std::mutex mutex;
  std::vector<StreamHandle<Traits>> idle;
};

} // namespace vmjit::driverapi

#endif // VMJIT_LIB_RUNTIME_DRIVERAPI_STREAM_H
