//===- Event.cpp - Events of CUDA devices -----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Making and destroying events.
//
//===----------------------------------------------------------------------===//

#include "Event.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::cuda;

Expected<std::unique_ptr<CUDAEvent>>
CUDAEvent::create(std::shared_ptr<Context> context) {
  const Api &api = context->getApi();
  CUevent event = nullptr;
  if (Status status = api.cuEventCreate(&event, CU_EVENT_DEFAULT);
      status.failed())
    return makeDriverError(api, status, GpuErrorKind::KernelExecutionFailed, {},
                           "an event cannot be created");
  return std::unique_ptr<CUDAEvent>(new CUDAEvent(std::move(context), event));
}

CUDAEvent::~CUDAEvent() {
  ContextGuard guard(*context);
  if (!guard.getStatus().failed())
    (void)context->getApi().cuEventDestroy(event);
}
