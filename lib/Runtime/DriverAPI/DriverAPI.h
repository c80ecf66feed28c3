//===- DriverAPI.h - Instances for a vendor ---------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Included by the one source file of a vendor that instantiates the templates
// of this folder for its traits.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_DRIVERAPI_DRIVERAPI_H
#define VMJIT_LIB_RUNTIME_DRIVERAPI_DRIVERAPI_H

#include "ApiImpl.h"
#include "ContextImpl.h"
#include "DeviceImpl.h"
#include "DeviceKernelsImpl.h"
#include "DeviceMemoryImpl.h"
#include "DeviceStreamsImpl.h"
#include "EventImpl.h"
#include "KernelImpl.h"
#include "StreamImpl.h"

#define VMJIT_INSTANTIATE_DRIVER_API(Traits)                                   \
  template class vmjit::driverapi::Api<Traits>;                                \
  template class vmjit::driverapi::ContextBase<Traits>;                        \
  template class vmjit::driverapi::StreamHandle<Traits>;                       \
  template class vmjit::driverapi::StreamPool<Traits>;                         \
  template class vmjit::driverapi::Event<Traits>;                              \
  template class vmjit::driverapi::Kernel<Traits>;                             \
  template class vmjit::driverapi::Device<Traits>

#endif // VMJIT_LIB_RUNTIME_DRIVERAPI_DRIVERAPI_H
