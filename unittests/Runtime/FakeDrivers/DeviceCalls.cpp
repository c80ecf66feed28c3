//===- DeviceCalls.cpp - The fake driver and its devices --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "Call.h"

using namespace fake;

int fake::initialize(Machine &machine, Lock &, unsigned flags) {
  if (flags != 0)
    return machine.violation("flags", InvalidValue);
  if (machine.settings.deviceCount == 0)
    return NoDevice;
  machine.isInitialized = true;
  return Success;
}

int fake::getDriverVersion(Machine &machine, Lock &, int *version) {
  if (!canWrite(machine, version))
    return InvalidValue;
  *version = machine.settings.driverVersion;
  return Success;
}

int fake::getDeviceCount(Machine &machine, Lock &, int *count) {
  if (!canWrite(machine, count))
    return InvalidValue;
  *count = machine.settings.deviceCount;
  return Success;
}

int fake::checkDevice(Machine &machine, const void *result, int device) {
  if (!canWrite(machine, result))
    return InvalidValue;
  if (!machine.isDevice(device))
    return machine.violation("no such device", InvalidDevice);
  return Success;
}

int fake::getDevice(Machine &machine, Lock &, int *device, int ordinal) {
  if (int wrong = checkDevice(machine, device, ordinal))
    return wrong;
  *device = ordinal;
  return Success;
}

int fake::getDeviceName(Machine &machine, Lock &, char *name, int length,
                        int device) {
  if (int wrong = checkDevice(machine, name, device))
    return wrong;
  writeLog(name, length,
           std::string("Fake ") + vendor.name + " device " +
               std::to_string(device));
  return Success;
}

int fake::getDeviceUUID(Machine &machine, Lock &, char *bytes, int device) {
  if (int wrong = checkDevice(machine, bytes, device))
    return wrong;
  for (int index = 0; index < 16; ++index)
    bytes[index] = static_cast<char>(index == 15 ? device : 0xfa);
  return Success;
}

int fake::getDevicePCIBusId(Machine &machine, Lock &, char *id, int length,
                            int device) {
  if (int wrong = checkDevice(machine, id, device))
    return wrong;
  writeLog(id, length, "0000:0" + std::to_string(device + 1) + ":00.0");
  return Success;
}

int fake::getDeviceAttribute(Machine &machine, Lock &, int *value,
                             int attribute, int device) {
  if (int wrong = checkDevice(machine, value, device))
    return wrong;
  int result = machine.getAttribute(attribute);
  if (result < 0)
    return machine.violation("an unknown attribute", InvalidValue);
  *value = result;
  return Success;
}

int fake::canAccessPeer(Machine &machine, Lock &, int *can, int device,
                        int peer) {
  if (int wrong = checkDevice(machine, can, device))
    return wrong;
  *can = machine.isDevice(peer) && device != peer &&
         machine.settings.hasPeerAccess;
  return Success;
}

int fake::enablePeerAccess(Machine &machine, Context *peer, unsigned flags) {
  Context *current = machine.getCurrent();
  if (!peer || peer == current || flags != 0)
    return machine.violation("no other context", vendor.hasExplicitContexts
                                                     ? InvalidContext
                                                     : InvalidDevice);
  if (!machine.settings.hasPeerAccess)
    return PeerAccessUnsupported;
  bool isNew = current->peers.insert(peer->device).second;
  return isNew ? Success : PeerAccessAlreadyEnabled;
}

int fake::synchronizeContext(Machine &machine, Lock &lock) {
  return machine.waitAll(lock, *machine.getCurrent());
}
