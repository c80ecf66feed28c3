//===- Context.h - The context that a device works in -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// We work in the device's primary context, which is the one that everybody in
// the process shares. It is current on a thread only while that thread is in a
// call of ours.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_CUDA_CONTEXT_H
#define VMJIT_LIB_RUNTIME_CUDA_CONTEXT_H

#include "Traits.h"

namespace vmjit::cuda {

/// Holds a device's primary context. Everything that lives in the context
/// shares the ownership, so that it is given back last.
class Context : public driverapi::ContextBase<CUDATraits> {
public:
  /// Fails with DeviceInitializationFailed.
  static llvm::Expected<std::shared_ptr<Context>>
  create(std::shared_ptr<const Api> api, CUdevice device);
  ~Context();

  CUcontext getHandle() const { return handle; }
  /// What functions on two devices take.
  CUcontext getPeerHandle() const { return handle; }

private:
  Context(std::shared_ptr<const Api> api, CUdevice device, CUcontext handle)
      : ContextBase(std::move(api), device), handle(handle) {}

  CUcontext handle;
};

/// Makes a context current while it lives, and what was before afterwards.
class ContextGuard {
public:
  explicit ContextGuard(const Context &context)
      : api(context.getApi()), status(api.ctxPushCurrent(context.getHandle())) {
  }
  ContextGuard(const ContextGuard &) = delete;
  ContextGuard &operator=(const ContextGuard &) = delete;
  ~ContextGuard() {
    CUcontext popped = nullptr;
    // It can only fail where nothing is on the stack.
    if (!status.failed())
      (void)api.ctxPopCurrent(&popped);
  }

  /// Whether the context is current.
  const Status &getStatus() const { return status; }

private:
  const Api &api;
  Status status;
};

} // namespace vmjit::cuda

#endif // VMJIT_LIB_RUNTIME_CUDA_CONTEXT_H
