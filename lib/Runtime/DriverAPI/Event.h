//===- Event.h - Events of devices ------------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Events know their time, so that executions can be measured.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_DRIVERAPI_EVENT_H
#define VMJIT_LIB_RUNTIME_DRIVERAPI_EVENT_H

#include "Context.h"
#include "vmjit/Runtime/GpuDriver.h"

namespace vmjit::driverapi {

/// What GpuEvent is here; owns an event.
template <class Traits> class Event : public DriverEvent {
  using Context = typename Traits::Context;
  using Handle = typename Traits::Event;

public:
  /// The context must be current.
  static llvm::Expected<std::unique_ptr<Event>>
  create(std::shared_ptr<Context> context);
  ~Event() override;

  Handle get() const { return event; }

private:
  Event(std::shared_ptr<Context> context, Handle event)
      : context(std::move(context)), event(event) {}

  std::shared_ptr<Context> context;
  Handle event;
};

} // namespace vmjit::driverapi

#endif // VMJIT_LIB_RUNTIME_DRIVERAPI_EVENT_H
