//===- Call.h - A call of a fake driver -------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What all exported functions do before and after their own part, and those
// parts, as far as the vendors have them in common. All are called with the
// machine's lock held, and give results.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_CALL_H
#define VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_CALL_H

#include "Machine.h"

#include <array>

namespace fake {

/// What a function needs.
enum CallFlags : unsigned {
  /// Nothing at all.
  Anytime = 0,
  Initialized = 1,
  /// A context that is current, and usable.
  InContext = 2 | Initialized,
  /// Gives something back: it does so even if it is told to fail, as the
  /// drivers do that report earlier failures from such calls.
  Releases = 4,
};

using Lock = std::unique_lock<std::mutex>;

/// Runs \p body as the function \p name.
int callBody(const char *name, unsigned flags,
             const std::function<int(Machine &, Lock &)> &body);

/// Calls \p function with the machine, its lock and \p args as the exported
/// function \p name.
template <class Function, class... Args>
int call(const char *name, unsigned flags, const Function &function,
         Args... args) {
  return callBody(name, flags, [&](Machine &machine, Lock &lock) -> int {
    return function(machine, lock, args...);
  });
}

/// An address of device memory, which is a number with one vendor and a pointer
/// with another.
struct Address {
  Address(unsigned long long number) : value(number) {}
  Address(const void *pointer) : value(reinterpret_cast<uintptr_t>(pointer)) {}

  uint64_t value;
};

/// Where a caller wants an address to be put.
class AddressResult {
public:
  AddressResult(unsigned long long *number) : number(number) {}
  AddressResult(void **pointer) : pointer(pointer) {}

  explicit operator bool() const { return number || pointer; }
  void put(uint64_t address) const {
    if (number)
      *number = address;
    else
      *pointer = reinterpret_cast<void *>(address);
  }

private:
  unsigned long long *number = nullptr;
  void **pointer = nullptr;
};

/// Where a caller wants a handle to be put, whatever it stands for.
class HandleResult {
public:
  template <class T>
  HandleResult(T **handle) : handle(reinterpret_cast<void **>(handle)) {}

  explicit operator bool() const { return handle != nullptr; }
  void put(void *value) const { *handle = value; }

private:
  void **handle;
};

/// \p pointer as something to write a result to; null is a violation.
template <class T> bool canWrite(Machine &machine, const T &pointer) {
  if (pointer)
    return true;
  machine.violation("nowhere to put the result", 0);
  return false;
}

// The driver and its devices.
int initialize(Machine &machine, Lock &lock, unsigned flags);
int getDriverVersion(Machine &machine, Lock &lock, int *version);
int getDeviceCount(Machine &machine, Lock &lock, int *count);
int getDevice(Machine &machine, Lock &lock, int *device, int ordinal);
int getDeviceName(Machine &machine, Lock &lock, char *name, int length,
                  int device);
/// \p bytes are 16.
int getDeviceUUID(Machine &machine, Lock &lock, char *bytes, int device);
int getDevicePCIBusId(Machine &machine, Lock &lock, char *id, int length,
                      int device);
int getDeviceAttribute(Machine &machine, Lock &lock, int *value, int attribute,
                       int device);
int canAccessPeer(Machine &machine, Lock &lock, int *can, int device, int peer);
/// \p peer is null if the caller names no context or device.
int enablePeerAccess(Machine &machine, Context *peer, unsigned flags);
int synchronizeContext(Machine &machine, Lock &lock);
/// Whether there is a device \p device, and \p result to tell of it: Success,
/// or what is wrong.
int checkDevice(Machine &machine, const void *result, int device);

// Memory. Flags other than those expected are a violation.
int allocateDevice(Machine &machine, Lock &lock, MemoryKind kind,
                   AddressResult address, uint64_t size, unsigned flags,
                   unsigned expectedFlags);
int allocateHost(Machine &machine, Lock &lock, void **pointer, uint64_t size,
                 unsigned flags, unsigned expectedFlags);
int freeDevice(Machine &machine, Lock &lock, Address address);
int freeHost(Machine &machine, Lock &lock, void *pointer);
int getHostDevicePointer(Machine &machine, Lock &lock, AddressResult address,
                         void *pointer, unsigned flags);
int getMemoryInfo(Machine &machine, Lock &lock, size_t *free, size_t *total);

// Copies. A handle of null is the stream that always is there, which no driver
// of ours uses: a violation.
int copyToDevice(Machine &machine, Lock &lock, Address device, const void *host,
                 uint64_t size, void *stream);
int copyToHost(Machine &machine, Lock &lock, void *host, Address device,
               uint64_t size, void *stream);
int copyOnDevice(Machine &machine, Lock &lock, Address destination,
                 Address source, uint64_t size, void *stream);
int copyBetween(Machine &machine, Address destination, Context *to,
                Address source, Context *from, uint64_t size, void *stream);
int fill(Machine &machine, Lock &lock, Address address, uint8_t value,
         uint64_t size, void *stream);

// Streams and events.
int createStream(Machine &machine, Lock &lock, HandleResult handle,
                 unsigned flags);
int destroyStream(Machine &machine, Lock &lock, void *handle);
int synchronizeStream(Machine &machine, Lock &lock, void *handle);
int queryStream(Machine &machine, Lock &lock, void *handle);
int waitEvent(Machine &machine, Lock &lock, void *stream, void *event,
              unsigned flags);
int createEvent(Machine &machine, Lock &lock, HandleResult handle,
                unsigned flags);
int destroyEvent(Machine &machine, Lock &lock, void *handle);
int recordEvent(Machine &machine, Lock &lock, void *event, void *stream);
int queryEvent(Machine &machine, Lock &lock, void *handle);
int synchronizeEvent(Machine &machine, Lock &lock, void *handle);
int getElapsed(Machine &machine, Lock &lock, float *milliseconds, void *start,
               void *end);

// Code.
int loadModule(Machine &machine, Lock &lock, HandleResult handle,
               const void *image, char *log, size_t logSize);
int unloadModule(Machine &machine, Lock &lock, void *handle);
int getFunction(Machine &machine, Lock &lock, HandleResult function,
                void *module, const char *name);
int getGlobal(Machine &machine, Lock &lock, AddressResult address, size_t *size,
              void *module, const char *name);
int getFunctionAttribute(Machine &machine, Lock &lock, int *value,
                         int attribute, void *function);
int setFunctionAttribute(Machine &machine, Lock &lock, void *function,
                         int attribute, int value);
using Dims = std::array<uint32_t, 3>;
int launch(Machine &machine, Lock &lock, void *function, Dims grid, Dims block,
           uint32_t sharedBytes, void *stream, void **args, void **extra);
/// Whether the current device can run what \p image is for.
int checkImage(Machine &machine, const Image &image);
/// Writes \p text to a log of a caller.
void writeLog(char *log, size_t size, const std::string &text);

} // namespace fake

#endif // VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_CALL_H
