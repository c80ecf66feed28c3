//===- Context.cpp - The context that a device works in ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Choosing a device.
//
//===----------------------------------------------------------------------===//

#include "Context.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::hip;

Expected<std::shared_ptr<Context>>
Context::create(std::shared_ptr<const Api> api, hipDevice_t device) {
  std::shared_ptr<Context> context(new Context(std::move(api), device));
  ContextGuard guard(*context);
  if (guard.getStatus().failed())
    return context->getApi().makeDriverError(
        guard.getStatus(), GpuErrorKind::DeviceInitializationFailed,
        {.deviceType = DeviceType::HIP});
  return context;
}
