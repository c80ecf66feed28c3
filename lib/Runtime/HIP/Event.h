//===- Event.h - Events of HIP devices --------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Events know their time, so that executions can be measured.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_HIP_EVENT_H
#define VMJIT_LIB_RUNTIME_HIP_EVENT_H

#include "Context.h"
#include "vmjit/Runtime/GpuDriver.h"

namespace vmjit::hip {

/// What GpuEvent is here; owns an event.
class HIPEvent : public DriverEvent {
public:
  /// The device must be current.
  static llvm::Expected<std::unique_ptr<HIPEvent>>
  create(std::shared_ptr<Context> context);
  ~HIPEvent() override;

  hipEvent_t get() const { return event; }

private:
  HIPEvent(std::shared_ptr<Context> context, hipEvent_t event)
      : context(std::move(context)), event(event) {}

  std::shared_ptr<Context> context;
  hipEvent_t event;
};

} // namespace vmjit::hip

#endif // VMJIT_LIB_RUNTIME_HIP_EVENT_H
