//===- Stream.cpp - Streams of HIP devices ----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Making, destroying and reusing streams.
//
//===----------------------------------------------------------------------===//

#include "Stream.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::hip;

Expected<StreamHandle> StreamHandle::create(std::shared_ptr<Context> context) {
  const Api &api = context->getApi();
  hipStream_t stream = nullptr;
  if (Status status =
          api.hipStreamCreateWithFlags(&stream, hipStreamNonBlocking);
      status.failed())
    return makeDriverError(api, status, GpuErrorKind::KernelExecutionFailed, {},
                           "a stream cannot be created");
  return StreamHandle(std::move(context), stream);
}

StreamHandle::~StreamHandle() {
  if (!stream)
    return;
  ContextGuard guard(*context);
  if (!guard.getStatus().failed())
    (void)context->getApi().hipStreamDestroy(stream);
}

Expected<StreamHandle>
StreamPool::take(const std::shared_ptr<Context> &context) {
  {
    std::lock_guard lock(mutex);
    if (!idle.empty()) {
      StreamHandle stream = std::move(idle.back());
      idle.pop_back();
      return stream;
    }
  }
  return StreamHandle::create(context);
}

void StreamPool::putBack(StreamHandle stream) {
  std::lock_guard lock(mutex);
  idle.push_back(std::move(stream));
}
