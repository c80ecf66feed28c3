//===- Context.h - The context that a device works in -----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the contexts of all vendors have. What is current on a thread, and for
// how long, is each vendor's: its Context derives from this one, and its
// ContextGuard makes that current while it lives.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_DRIVERAPI_CONTEXT_H
#define VMJIT_LIB_RUNTIME_DRIVERAPI_CONTEXT_H

#include "Api.h"

#include <mutex>
#include <set>

namespace vmjit::driverapi {

/// A device, and the library that everything on it needs.
template <class Traits> class ContextBase {
public:
  const Api<Traits> &getApi() const { return *api; }
  typename Traits::Device getDevice() const { return device; }

  /// Lets the device access the memory of \p peer directly, if it can; else
  /// copies between them go through the host. This context must be current.
  Status enablePeer(const typename Traits::Context &peer);

protected:
  ContextBase(std::shared_ptr<const Api<Traits>> api,
              typename Traits::Device device)
      : api(std::move(api)), device(device) {}
  ~ContextBase() = default;

private:
  Status tryEnablePeer(const typename Traits::Context &peer);

  std::shared_ptr<const Api<Traits>> api;
  typename Traits::Device device;
  std::mutex peersMutex;
  /// The devices that enablePeer has succeeded for.
  std::set<typename Traits::Device> peers;
};

} // namespace vmjit::driverapi

#endif // VMJIT_LIB_RUNTIME_DRIVERAPI_CONTEXT_H
