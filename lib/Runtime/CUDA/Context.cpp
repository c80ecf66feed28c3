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
  if (Status status = api->cuDevicePrimaryCtxRetain(&handle, device);
      status.failed())
    return makeDriverError(*api, status,
                           GpuErrorKind::DeviceInitializationFailed,
                           {.deviceType = DeviceType::CUDA});
  return std::shared_ptr<Context>(new Context(std::move(api), device, handle));
}

Context::~Context() { (void)api->cuDevicePrimaryCtxRelease(device); }

Status Context::tryEnablePeer(const Context &peer) {
  int canAccess = 0;
  Status status =
      api->cuDeviceCanAccessPeer(&canAccess, device, peer.getDevice());
  if (status.failed() || !canAccess)
    return status;
  status = api->cuCtxEnablePeerAccess(peer.getHandle(), 0);
  DriverMeaning meaning = getMeaning(status.result);
  bool isFine = meaning == DriverMeaning::AlreadyDone ||
                meaning == DriverMeaning::NoPeerAccess;
  return isFine ? Status() : status;
}

Status Context::enablePeer(const Context &peer) {
  std::lock_guard lock(peersMutex);
  if (peers.contains(peer.getDevice()))
    return {};
  Status status = tryEnablePeer(peer);
  if (!status.failed())
    peers.insert(peer.getDevice());
  return status;
}
