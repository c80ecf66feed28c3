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
  return run("hipInit", Anytime, [&](Machine &machine, Lock &) -> int {
    if (flags != 0)
      return machine.violation("flags", InvalidValue);
    if (machine.settings.deviceCount == 0)
      return NoDevice;
    machine.isInitialized = true;
    return Success;
  });
}

hipError_t fake::hipRuntimeGetVersion(int *version) {
  return run("hipRuntimeGetVersion", Anytime, [&](Machine &machine, Lock &) {
    if (!canWrite(machine, version))
      return InvalidValue;
    *version = machine.settings.driverVersion;
    return Success;
  });
}

hipError_t fake::hipGetDeviceCount(int *count) {
  return run("hipGetDeviceCount", Initialized, [&](Machine &machine, Lock &) {
    if (!canWrite(machine, count))
      return InvalidValue;
    *count = machine.settings.deviceCount;
    return Success;
  });
}

/// Runs \p body for a device that there is.
static hipError_t runForDevice(const char *name, hipDevice_t device,
                               const void *result,
                               const std::function<int(Machine &)> &body) {
  return run(name, Initialized, [&](Machine &machine, Lock &) -> int {
    if (!canWrite(machine, result))
      return InvalidValue;
    if (!machine.isDevice(device))
      return machine.violation("no such device", InvalidDevice);
    return body(machine);
  });
}

hipError_t fake::hipDeviceGet(hipDevice_t *device, int ordinal) {
  return runForDevice("hipDeviceGet", ordinal, device, [&](Machine &) {
    *device = ordinal;
    return Success;
  });
}

hipError_t fake::hipDeviceGetName(char *name, int length, hipDevice_t device) {
  return runForDevice("hipDeviceGetName", device, name, [&](Machine &) {
    writeLog(name, length, "Fake HIP device " + std::to_string(device));
    return Success;
  });
}

hipError_t fake::hipDeviceGetUuid(hipUUID *uuid, hipDevice_t device) {
  return runForDevice("hipDeviceGetUuid", device, uuid, [&](Machine &) {
    for (int index = 0; index < 16; ++index)
      uuid->bytes[index] = static_cast<char>(index == 15 ? device : 0xfa);
    return Success;
  });
}

hipError_t fake::hipDeviceGetPCIBusId(char *id, int length,
                                      hipDevice_t device) {
  return runForDevice("hipDeviceGetPCIBusId", device, id, [&](Machine &) {
    writeLog(id, length, "0000:0" + std::to_string(device + 1) + ":00.0");
    return Success;
  });
}

hipError_t fake::hipDeviceGetAttribute(int *value,
                                       hipDeviceAttribute_t attribute,
                                       hipDevice_t device) {
  return runForDevice(
      "hipDeviceGetAttribute", device, value, [&](Machine &machine) -> int {
        int result = machine.getAttribute(attribute);
        if (result < 0)
          return machine.violation("an unknown attribute", InvalidValue);
        *value = result;
        return Success;
      });
}

hipError_t fake::hipDeviceCanAccessPeer(int *can, hipDevice_t device,
                                        hipDevice_t peer) {
  return runForDevice("hipDeviceCanAccessPeer", device, can, [&](Machine &m) {
    *can = m.isDevice(peer) && device != peer && m.settings.hasPeerAccess;
    return Success;
  });
}

/// Fills in the name of the chip, with what can be switched on some of them.
template <class Properties>
static hipError_t getProperties(const char *name, Properties *properties,
                                int device) {
  return runForDevice(name, device, properties, [&](Machine &machine) {
    std::memset(static_cast<void *>(properties), 0, sizeof(*properties));
    std::string chip = machine.settings.chip;
    if (chip == "gfx90a" || chip == "gfx942")
      chip += ":sramecc+:xnack-";
    writeLog(properties->gcnArchName, sizeof(properties->gcnArchName), chip);
    return Success;
  });
}

hipError_t fake::hipGetDevicePropertiesR0600(hipDeviceProp_tR0600 *properties,
                                             int device) {
  return getProperties("hipGetDevicePropertiesR0600", properties, device);
}

hipError_t fake::hipGetDeviceProperties(hipDeviceProp_tR0000 *properties,
                                        int device) {
  return getProperties("hipGetDeviceProperties", properties, device);
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
  return run("hipDeviceSynchronize", InContext,
             [&](Machine &machine, Lock &lock) {
               return machine.waitAll(lock, *machine.getCurrent());
             });
}

hipError_t fake::hipDeviceEnablePeerAccess(int peer, unsigned flags) {
  return run("hipDeviceEnablePeerAccess", InContext,
             [&](Machine &machine, Lock &) -> int {
               Context *current = machine.getCurrent();
               if (!machine.isDevice(peer) || peer == current->device ||
                   flags != 0)
                 return machine.violation("no other device", InvalidDevice);
               if (!machine.settings.hasPeerAccess)
                 return PeerAccessUnsupported;
               bool isNew = current->peers.insert(peer).second;
               return isNew ? Success : PeerAccessAlreadyEnabled;
             });
}
