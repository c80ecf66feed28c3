//===- Context.h - The context that a device works in -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// HIP has a context for each device, which is always there, and a current
// device for each thread, which is ours only while the thread is in a call of
// ours.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_HIP_CONTEXT_H
#define VMJIT_LIB_RUNTIME_HIP_CONTEXT_H

#include "Traits.h"

namespace vmjit::hip {

class Context : public driverapi::ContextBase<HIPTraits> {
public:
  /// Fails with DeviceInitializationFailed if the device cannot be used.
  static llvm::Expected<std::shared_ptr<Context>>
  create(std::shared_ptr<const Api> api, hipDevice_t device);

  /// What functions on two devices take.
  hipDevice_t getPeerHandle() const { return getDevice(); }

private:
  Context(std::shared_ptr<const Api> api, hipDevice_t device)
      : ContextBase(std::move(api), device) {}
};

/// Makes a device the thread's while it lives, and the one before afterwards.
class ContextGuard {
public:
  explicit ContextGuard(const Context &context) : api(context.getApi()) {
    status = api.getDevice(&previous);
    if (status.failed() || previous == context.getDevice())
      return;
    status = api.setDevice(context.getDevice());
    isSwitched = !status.failed();
  }
  ContextGuard(const ContextGuard &) = delete;
  ContextGuard &operator=(const ContextGuard &) = delete;
  ~ContextGuard() {
    // The device before was good enough to be set.
    if (isSwitched)
      (void)api.setDevice(previous);
  }

  /// Whether the device is current.
  const Status &getStatus() const { return status; }

private:
  const Api &api;
  Status status;
  hipDevice_t previous = 0;
  bool isSwitched = false;
};

} // namespace vmjit::hip

#endif // VMJIT_LIB_RUNTIME_HIP_CONTEXT_H
