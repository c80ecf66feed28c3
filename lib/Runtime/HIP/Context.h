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

#include "Error.h"

#include <mutex>
#include <set>

namespace vmjit::hip {

/// A device, and the runtime that everything on it needs.
class Context {
public:
  /// Fails with DeviceInitializationFailed if the device cannot be used.
  static llvm::Expected<std::shared_ptr<Context>>
  create(std::shared_ptr<const Api> api, hipDevice_t device);

  const Api &getApi() const { return *api; }
  hipDevice_t getDevice() const { return device; }

  /// Lets the device access the memory of \p peer directly, if it can; else
  /// copies between them go through the host. This device must be current.
  Status enablePeer(const Context &peer);

private:
  Context(std::shared_ptr<const Api> api, hipDevice_t device)
      : api(std::move(api)), device(device) {}

  Status tryEnablePeer(const Context &peer);

  std::shared_ptr<const Api> api;
  hipDevice_t device;
  std::mutex peersMutex;
  /// The devices that enablePeer has succeeded for.
  std::set<hipDevice_t> peers;
};

/// Makes a device the thread's while it lives, and the one before afterwards.
class ContextGuard {
public:
  explicit ContextGuard(const Context &context) : api(context.getApi()) {
    status = api.hipGetDevice(&previous);
    if (status.failed() || previous == context.getDevice())
      return;
    status = api.hipSetDevice(context.getDevice());
    isSwitched = !status.failed();
  }
  ContextGuard(const ContextGuard &) = delete;
  ContextGuard &operator=(const ContextGuard &) = delete;
  ~ContextGuard() {
    // The device before was good enough to be set.
    if (isSwitched)
      (void)api.hipSetDevice(previous);
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
