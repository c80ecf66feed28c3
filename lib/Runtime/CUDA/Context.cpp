//===- Context.cpp - The context that a device works in ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Retaining and releasing the primary context.
//
//===----------------------------------------------------------------------===//

#include "Context.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::cuda;

Expected<std::shared_ptr<Context>>
Context::create(std::shared_ptr<const Api> api, CUdevice device) {
  CUcontext handle = nullptr;
  if (Status status = api->devicePrimaryCtxRetain(&handle, device);
      status.failed())
    return api->makeDriverError(status,
                                GpuErrorKind::DeviceInitializationFailed,
                                {.deviceType = DeviceType::CUDA});
  return std::shared_ptr<Context>(new Context(std::move(api), device, handle));
}

Context::~Context() { (void)getApi().devicePrimaryCtxRelease(getDevice()); }
