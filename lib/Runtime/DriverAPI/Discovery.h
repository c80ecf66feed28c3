//===- Discovery.h - The devices of a driver --------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every device that a driver has.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_DRIVERAPI_DISCOVERY_H
#define VMJIT_LIB_RUNTIME_DRIVERAPI_DISCOVERY_H

#include "ApiImpl.h"

#include <vector>

namespace vmjit {

class GpuCompute;

namespace driverapi {

/// All devices of the library at \p path, as the vendor's \p VendorDevice; of
/// the system's if \p path is empty. Fails as Api::load does.
template <class VendorDevice>
llvm::Expected<std::vector<std::shared_ptr<GpuCompute>>>
openDevices(llvm::StringRef path) {
  using Traits = typename VendorDevice::Traits;
  llvm::Expected<std::shared_ptr<const Api<Traits>>> loaded =
      Api<Traits>::load(path);
  if (!loaded)
    return loaded.takeError();
  const Api<Traits> &api = **loaded;
  auto failed = [&](const Status &status) {
    return api.makeDriverError(status, GpuErrorKind::DriverBindingFailed,
                               {.deviceType = Traits::kType},
                               llvm::Twine("the ") + Traits::kLibrary +
                                   " does not tell its devices");
  };
  int count = 0;
  if (Status status = api.deviceGetCount(&count); status.failed())
    return failed(status);
  if (count <= 0)
    return noDevice<Traits>();
  std::vector<std::shared_ptr<GpuCompute>> devices;
  for (int index = 0; index < count; ++index) {
    typename Traits::Device device = 0;
    if (Status status = api.deviceGet(&device, index); status.failed())
      return failed(status);
    devices.push_back(std::make_shared<VendorDevice>(*loaded, index, device));
  }
  return devices;
}

} // namespace driverapi
} // namespace vmjit

#endif // VMJIT_LIB_RUNTIME_DRIVERAPI_DISCOVERY_H
