//===- Context.cpp - The context that a device works in ---------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Choosing a device, and reaching others.
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
    return makeDriverError(context->getApi(), guard.getStatus(),
                           GpuErrorKind::DeviceInitializationFailed,
                           {.deviceType = DeviceType::HIP});
  return context;
}

Status Context::tryEnablePeer(const Context &peer) {
  int canAccess = 0;
  Status status =
      api->hipDeviceCanAccessPeer(&canAccess, device, peer.getDevice());
  if (status.failed() || !canAccess)
    return status;
  status = api->hipDeviceEnablePeerAccess(peer.getDevice(), 0);
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
