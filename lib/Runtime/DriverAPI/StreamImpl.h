//===- StreamImpl.h - Streams of devices ------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Making, destroying and reusing streams.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_DRIVERAPI_STREAMIMPL_H
#define VMJIT_LIB_RUNTIME_DRIVERAPI_STREAMIMPL_H

#include "Stream.h"

namespace vmjit::driverapi {

template <class Traits>
llvm::Expected<StreamHandle<Traits>>
StreamHandle<Traits>::create(std::shared_ptr<Context> context) {
  const Api<Traits> &api = context->getApi();
  Handle stream = nullptr;
  if (Status status = api.streamCreate(&stream, Traits::kStreamFlags);
      status.failed())
    return api.makeDriverError(status, GpuErrorKind::KernelExecutionFailed, {},
                               "a stream cannot be created");
  return StreamHandle(std::move(context), stream);
}

template <class Traits> StreamHandle<Traits>::~StreamHandle() {
  if (!stream)
    return;
  typename Traits::ContextGuard guard(*context);
  if (!guard.getStatus().failed())
    (void)context->getApi().streamDestroy(stream);
}

template <class Traits>
llvm::Expected<StreamHandle<Traits>> StreamPool<Traits>::take(
    const std::shared_ptr<typename Traits::Context> &context) {
  {
    std::lock_guard lock(mutex);
    if (!idle.empty()) {
      StreamHandle<Traits> stream = std::move(idle.back());
      idle.pop_back();
      return stream;
    }
  }
  return StreamHandle<Traits>::create(context);
}

template <class Traits>
void StreamPool<Traits>::putBack(StreamHandle<Traits> stream) {
  std::lock_guard lock(mutex);
  idle.push_back(std::move(stream));
}

} // namespace vmjit::driverapi

#endif // VMJIT_LIB_RUNTIME_DRIVERAPI_STREAMIMPL_H
