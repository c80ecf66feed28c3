//===- EventImpl.h - Events of devices --------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Making and destroying events.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_DRIVERAPI_EVENTIMPL_H
#define VMJIT_LIB_RUNTIME_DRIVERAPI_EVENTIMPL_H

#include "Event.h"

namespace vmjit::driverapi {

template <class Traits>
llvm::Expected<std::unique_ptr<Event<Traits>>>
Event<Traits>::create(std::shared_ptr<Context> context) {
  const Api<Traits> &api = context->getApi();
  Handle event = nullptr;
  if (Status status = api.eventCreate(&event, Traits::kEventFlags);
      status.failed())
    return api.makeDriverError(status, GpuErrorKind::KernelExecutionFailed, {},
                               "an event cannot be created");
  return std::unique_ptr<Event>(new Event(std::move(context), event));
}

template <class Traits> Event<Traits>::~Event() {
  typename Traits::ContextGuard guard(*context);
  if (!guard.getStatus().failed())
    (void)context->getApi().eventDestroy(event);
}

} // namespace vmjit::driverapi

#endif // VMJIT_LIB_RUNTIME_DRIVERAPI_EVENTIMPL_H
