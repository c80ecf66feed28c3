//===- FakeCUDA.cpp - The driver and devices of libfakecuda -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "FakeCUDA.h"

#include "llvm/BinaryFormat/ELF.h"

using namespace fake;

//===----------------------------------------------------------------------===//
// The vendor
//===----------------------------------------------------------------------===//

/// CUDA and the version of PTX that came with it.
static unsigned getPTXVersion(int driverVersion) {
  static constexpr struct {
    int driver;
    unsigned ptx;
  } versions[] = {{13000, 90}, {12090, 88}, {12080, 87}, {12070, 86},
                  {12050, 85}, {12040, 84}, {12030, 83}, {12020, 82},
                  {12010, 81}, {12000, 80}, {11080, 78}, {11070, 77},
                  {11060, 76}, {11050, 75}, {11040, 74}, {11030, 73},
                  {11020, 72}, {11010, 71}, {11000, 70}};
  for (const auto &version : versions)
    if (driverVersion >= version.driver)
      return version.ptx;
  return 65;
}

/// As an H100 answers, but for the chip.
static int getAttribute(int attribute, unsigned architecture) {
  switch (attribute) {
  case CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK:
  case CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X:
  case CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y:
    return 1024;
  case CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z:
    return 64;
  case CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X:
    return 0x7fffffff;
  case CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y:
  case CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z:
    return 65535;
  case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK:
    return 48 << 10;
  case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN:
    return 227 << 10;
  case CU_DEVICE_ATTRIBUTE_WARP_SIZE:
    return 32;
  case CU_DEVICE_ATTRIBUTE_CLOCK_RATE:
    return 1980000;
  case CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT:
    return 132;
  case CU_DEVICE_ATTRIBUTE_CAN_MAP_HOST_MEMORY:
  case CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY:
  case CU_DEVICE_ATTRIBUTE_CONCURRENT_MANAGED_ACCESS:
    return 1;
  case CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE:
    return 50 << 20;
  case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR:
    return static_cast<int>(architecture / 10);
  case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR:
    return static_cast<int>(architecture % 10);
  default:
    return -1;
  }
}

const Vendor fake::vendor = {
    .name = "CUDA",
    .hasExplicitContexts = true,
    .machine = llvm::ELF::EM_CUDA,
    .takesPTX = true,
    .defaultChip = "sm_90",
    .defaultVersion = 12040,
    .getPTXVersion = getPTXVersion,
    .getAttribute = getAttribute,
    .limitAttributes = {CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK,
                        CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X,
                        CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y,
                        CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z,
                        CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X,
                        CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y,
                        CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z,
                        CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK,
                        CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN},
};

//===----------------------------------------------------------------------===//
// The driver and its devices
//===----------------------------------------------------------------------===//

/// Not counted as calls, and never told to fail: drivers call them for
/// messages.
CUresult fake::cuGetErrorName(CUresult error, const char **text) {
  const ResultText *result = findResultText(error);
  *text = result ? result->cudaName : nullptr;
  return static_cast<CUresult>(result ? int(Success) : int(InvalidValue));
}

CUresult fake::cuGetErrorString(CUresult error, const char **text) {
  const ResultText *result = findResultText(error);
  *text = result ? result->text : nullptr;
  return static_cast<CUresult>(result ? int(Success) : int(InvalidValue));
}

CUresult fake::cuInit(unsigned flags) {
  return run("cuInit", Anytime, initialize, flags);
}

CUresult fake::cuDriverGetVersion(int *version) {
  return run("cuDriverGetVersion", Anytime, getDriverVersion, version);
}

CUresult fake::cuDeviceGetCount(int *count) {
  return run("cuDeviceGetCount", Initialized, getDeviceCount, count);
}

CUresult fake::cuDeviceGet(CUdevice *device, int ordinal) {
  return run("cuDeviceGet", Initialized, getDevice, device, ordinal);
}

CUresult fake::cuDeviceGetName(char *name, int length, CUdevice device) {
  return run("cuDeviceGetName", Initialized, getDeviceName, name, length,
             device);
}

CUresult fake::cuDeviceGetUuid(CUuuid *uuid, CUdevice device) {
  return run("cuDeviceGetUuid", Initialized, getDeviceUUID,
             uuid ? uuid->bytes : nullptr, device);
}

CUresult fake::cuDeviceGetPCIBusId(char *id, int length, CUdevice device) {
  return run("cuDeviceGetPCIBusId", Initialized, getDevicePCIBusId, id, length,
             device);
}

CUresult fake::cuDeviceGetAttribute(int *value, CUdevice_attribute attribute,
                                    CUdevice device) {
  return run("cuDeviceGetAttribute", Initialized, getDeviceAttribute, value,
             attribute, device);
}

CUresult fake::cuDeviceCanAccessPeer(int *can, CUdevice device, CUdevice peer) {
  return run("cuDeviceCanAccessPeer", Initialized, canAccessPeer, can, device,
             peer);
}

//===----------------------------------------------------------------------===//
// Contexts
//===----------------------------------------------------------------------===//

CUresult fake::cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device) {
  return run("cuDevicePrimaryCtxRetain", Initialized,
             [=](Machine &machine, Lock &) {
               if (int wrong = checkDevice(machine, context, device))
                 return wrong;
               Context &primary = machine.getContext(device);
               ++primary.retained;
               *context = reinterpret_cast<CUcontext>(&primary);
               return int(Success);
             });
}

CUresult fake::cuDevicePrimaryCtxRelease_v2(CUdevice device) {
  return run("cuDevicePrimaryCtxRelease_v2", Initialized | Releases,
             [&](Machine &machine, Lock &lock) -> int {
               if (!machine.isDevice(device))
                 return machine.violation("no such device", InvalidDevice);
               return machine.releaseContext(lock, machine.getContext(device));
             });
}

CUresult fake::cuCtxPushCurrent_v2(CUcontext context) {
  return run("cuCtxPushCurrent_v2", Initialized,
             [&](Machine &machine, Lock &) -> int {
               Context *found = machine.findContext(context);
               if (!found || found->retained == 0)
                 return machine.violation("no context", InvalidContext);
               getThread().contextStack.push_back(found);
               return Success;
             });
}

CUresult fake::cuCtxPopCurrent_v2(CUcontext *context) {
  return run("cuCtxPopCurrent_v2", Initialized | Releases,
             [&](Machine &machine, Lock &) -> int {
               std::vector<Context *> &stack = getThread().contextStack;
               if (stack.empty())
                 return machine.violation("nothing to pop", InvalidContext);
               if (context)
                 *context = reinterpret_cast<CUcontext>(stack.back());
               stack.pop_back();
               return Success;
             });
}

CUresult fake::cuCtxSynchronize() {
  return run("cuCtxSynchronize", InContext, synchronizeContext);
}

CUresult fake::cuCtxEnablePeerAccess(CUcontext peer, unsigned flags) {
  return run("cuCtxEnablePeerAccess", InContext, [=](Machine &machine, Lock &) {
    return enablePeerAccess(machine, machine.findContext(peer), flags);
  });
}
