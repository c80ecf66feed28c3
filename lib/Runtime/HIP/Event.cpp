//===- Event.cpp - Events of HIP devices ------------------------*- C++ -*-===//
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
using namespace vmjit::hip;

Expected<std::unique_ptr<HIPEvent>>
HIPEvent::create(std::shared_ptr<Context> context) {
  const Api &api = context->getApi();
  hipEvent_t event = nullptr;
  if (Status status = api.hipEventCreateWithFlags(&event, hipEventDefault);
      status.failed())
    return makeDriverError(api, status, GpuErrorKind::KernelExecutionFailed, {},
                           "an event cannot be created");
  return std::unique_ptr<HIPEvent>(new HIPEvent(std::move(context), event));
}

HIPEvent::~HIPEvent() {
  ContextGuard guard(*context);
  if (!guard.getStatus().failed())
    (void)context->getApi().hipEventDestroy(event);
}
