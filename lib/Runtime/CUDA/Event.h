//===- Event.h - Events of CUDA devices -------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Events know their time, so that executions can be measured.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_CUDA_EVENT_H
#define VMJIT_LIB_RUNTIME_CUDA_EVENT_H

#include "Context.h"
#include "vmjit/Runtime/GpuDriver.h"

namespace vmjit::cuda {

/// What GpuEvent is here; owns an event.
class CUDAEvent : public DriverEvent {
public:
  /// The context must be current.
  static llvm::Expected<std::unique_ptr<CUDAEvent>>
  create(std::shared_ptr<Context> context);
  ~CUDAEvent() override;

  CUevent get() const { return event; }

private:
  CUDAEvent(std::shared_ptr<Context> context, CUevent event)
      : context(std::move(context)), event(event) {}

  std::shared_ptr<Context> context;
  CUevent event;
};

} // namespace vmjit::cuda

#endif // VMJIT_LIB_RUNTIME_CUDA_EVENT_H
