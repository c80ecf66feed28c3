//===- ContextImpl.h - The context that a device works in -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reaching the memory of other devices.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_DRIVERAPI_CONTEXTIMPL_H
#define VMJIT_LIB_RUNTIME_DRIVERAPI_CONTEXTIMPL_H

#include "Context.h"

namespace vmjit::driverapi {

template <class Traits>
Status
ContextBase<Traits>::tryEnablePeer(const typename Traits::Context &peer) {
  int canAccess = 0;
  Status status =
      api->deviceCanAccessPeer(&canAccess, device, peer.getDevice());
  if (status.failed() || !canAccess)
    return status;
  status = api->ctxEnablePeerAccess(peer.getPeerHandle(), 0);
  DriverMeaning meaning = Traits::getMeaning(status.result);
  bool isFine = meaning == DriverMeaning::AlreadyDone ||
                meaning == DriverMeaning::NoPeerAccess;
  return isFine ? Status() : status;
}

template <class Traits>
Status ContextBase<Traits>::enablePeer(const typename Traits::Context &peer) {
  std::lock_guard lock(peersMutex);
  if (peers.contains(peer.getDevice()))
    return {};
  Status status = tryEnablePeer(peer);
  if (!status.failed())
    peers.insert(peer.getDevice());
  return status;
}

} // namespace vmjit::driverapi

#endif // VMJIT_LIB_RUNTIME_DRIVERAPI_CONTEXTIMPL_H
