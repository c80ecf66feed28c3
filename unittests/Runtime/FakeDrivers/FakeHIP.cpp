//===- FakeHIP.cpp - The driver and devices of libfakehip -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "FakeHIP.h"

#include "llvm/BinaryFormat/ELF.h"

#include <cstring>

using namespace fake;

//===----------------------------------------------------------------------===//
// The vendor
//===----------------------------------------------------------------------===//

static unsigned getPTXVersion(int) { return 0; }

/// As an MI210 answers.
static int getAttribute(int attribute, unsigned) {
  switch (attribute) {
  case hipDeviceAttributeMaxThreadsPerBlock:
  case hipDeviceAttributeMaxBlockDimX:
  case hipDeviceAttributeMaxBlockDimY:
  case hipDeviceAttributeMaxBlockDimZ:
    return 1024;
  case hipDeviceAttributeMaxGridDimX:
    return 0x7fffffff;
  case hipDeviceAttributeMaxGridDimY:
  case hipDeviceAttributeMaxGridDimZ:
    return 65535;
  case hipDeviceAttributeMaxSharedMemoryPerBlock:
    return 64 << 10;
  case hipDeviceAttributeWarpSize:
    return 64;
  case hipDeviceAttributeClockRate:
    return 1700000;
  case hipDeviceAttributeMultiprocessorCount:
    return 104;
  case hipDeviceAttributeCanMapHostMemory:
  case hipDeviceAttributeManagedMemory:
  case hipDeviceAttributeConcurrentManagedAccess:
    return 1;
  case hipDeviceAttributeL2CacheSize:
    return 8 << 20;
  default:
    return -1;
  }
}

const Vendor fake::vendor = {
    .name = "HIP",
    .hasExplicitContexts = false,
    .machine = llvm::ELF::EM_AMDGPU,
    .takesPTX = false,
    .defaultChip = "gfx90a",
    .defaultVersion = 60032830,
    .getPTXVersion = getPTXVersion,
    .getAttribute = getAttribute,
    .limitAttributes = {hipDeviceAttributeMaxThreadsPerBlock,
                        hipDeviceAttributeMaxBlockDimX,
                        hipDeviceAttributeMaxBlockDimY,
                        hipDeviceAttributeMaxBlockDimZ,
                        hipDeviceAttributeMaxGridDimX,
                        hipDeviceAttributeMaxGridDimY,
                        hipDeviceAttributeMaxGridDimZ,
                        hipDeviceAttributeMaxSharedMemoryPerBlock,
                        hipDeviceAttributeMaxSharedMemoryPerBlock},
};

//===----------------------------------------------------------------------===//
// The driver and its devices
//===----------------------------------------------------------------------===//

/// Not counted as calls, and never told to fail: drivers call them for
/// messages.
const char *fake::hipGetErrorName(hipError_t error) {
  const ResultText *result = findResultText(error);
  return result ? result->hipName : "hipErrorUnknown";
}

const char *fake::hipGetErrorString(hipError_t error) {
  const ResultText *result = findResultText(error);
  return result ? result->text : "unknown error";
}

hipError_t fake::hipInit(unsigned flags) {
  return run("hipInit", Anytime, initialize, flags);
}

hipError_t fake::hipRuntimeGetVersion(int *version) {
  return run("hipRuntimeGetVersion", Anytime, getDriverVersion, version);
}

hipError_t fake::hipGetDeviceCount(int *count) {
  return run("hipGetDeviceCount", Initialized, getDeviceCount, count);
}

hipError_t fake::hipDeviceGet(hipDevice_t *device, int ordinal) {
  return run("hipDeviceGet", Initialized, getDevice, device, ordinal);
}

hipError_t fake::hipDeviceGetName(char *name, int length, hipDevice_t device) {
  return run("hipDeviceGetName", Initialized, getDeviceName, name, length,
             device);
}

hipError_t fake::hipDeviceGetUuid(hipUUID *uuid, hipDevice_t device) {
  return run("hipDeviceGetUuid", Initialized, getDeviceUUID,
             uuid ? uuid->bytes : nullptr, device);
}

hipError_t fake::hipDeviceGetPCIBusId(char *id, int length,
                                      hipDevice_t device) {
  return run("hipDeviceGetPCIBusId", Initialized, getDevicePCIBusId, id, length,
             device);
}

hipError_t fake::hipDeviceGetAttribute(int *value,
                                       hipDeviceAttribute_t attribute,
                                       hipDevice_t device) {
  return run("hipDeviceGetAttribute", Initialized, getDeviceAttribute, value,
             attribute, device);
}

hipError_t fake::hipDeviceCanAccessPeer(int *can, hipDevice_t device,
                                        hipDevice_t peer) {
  return run("hipDeviceCanAccessPeer", Initialized, canAccessPeer, can, device,
             peer);
}

/// Fills in the name of the chip, with what can be switched on some of them.
template <class Properties>
static int getProperties(Machine &machine, Lock &, Properties *properties,
                         int device) {
  if (int wrong = checkDevice(machine, properties, device))
    return wrong;
  std::memset(static_cast<void *>(properties), 0, sizeof(*properties));
  std::string chip = machine.settings.chip;
  if (chip == "gfx90a" || chip == "gfx942")
    chip += ":sramecc+:xnack-";
  writeLog(properties->gcnArchName, sizeof(properties->gcnArchName), chip);
  return Success;
}

hipError_t fake::hipGetDevicePropertiesR0600(hipDeviceProp_tR0600 *properties,
                                             int device) {
  return run("hipGetDevicePropertiesR0600", Initialized,
             getProperties<hipDeviceProp_tR0600>, properties, device);
}

hipError_t fake::hipGetDeviceProperties(hipDeviceProp_tR0000 *properties,
                                        int device) {
  return run("hipGetDeviceProperties", Initialized,
             getProperties<hipDeviceProp_tR0000>, properties, device);
}

//===----------------------------------------------------------------------===//
// The device of a thread
//===----------------------------------------------------------------------===//

hipError_t fake::hipGetDevice(int *device) {
  return run("hipGetDevice", Initialized, [&](Machine &machine, Lock &) {
    if (!canWrite(machine, device))
      return InvalidValue;
    *device = getThread().device;
    return Success;
  });
}

hipError_t fake::hipSetDevice(int device) {
  return run("hipSetDevice", Initialized, [&](Machine &machine, Lock &) -> int {
    if (!machine.isDevice(device))
      return machine.violation("no such device", InvalidDevice);
    getThread().device = device;
    return Success;
  });
}

hipError_t fake::hipDeviceSynchronize() {
  return run("hipDeviceSynchronize", InContext, synchronizeContext);
}

hipError_t fake::hipDeviceEnablePeerAccess(int peer, unsigned flags) {
  return run(
      "hipDeviceEnablePeerAccess", InContext, [=](Machine &machine, Lock &) {
        bool isDevice = machine.isDevice(peer);
        return enablePeerAccess(
            machine, isDevice ? &machine.getContext(peer) : nullptr, flags);
      });
}
