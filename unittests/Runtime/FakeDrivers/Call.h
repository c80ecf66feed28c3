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
int call(const char *name, unsigned flags,
         const std::function<int(Machine &, Lock &)> &body);

/// \p pointer as something to write a result to; null is a violation.
template <class T> bool canWrite(Machine &machine, T *pointer) {
  if (pointer)
    return true;
  machine.violation("nowhere to put the result", 0);
  return false;
}

// Memory.
int allocate(Machine &machine, MemoryKind kind, uint64_t size,
             Allocation *&allocation);
int freeDevice(Machine &machine, Lock &lock, uint64_t address);
int freeHost(Machine &machine, Lock &lock, void *pointer);
int getHostDevicePointer(Machine &machine, void *pointer, uint64_t &address);
int getMemoryInfo(Machine &machine, size_t *free, size_t *total);

// Copies. A handle of null is the stream that always is there, which no driver
// of ours uses: a violation.
int copyToDevice(Machine &machine, uint64_t device, const void *host,
                 uint64_t size, void *stream);
int copyToHost(Machine &machine, Lock &lock, void *host, uint64_t device,
               uint64_t size, void *stream);
int copyOnDevice(Machine &machine, uint64_t destination, Context *to,
                 uint64_t source, Context *from, uint64_t size, void *stream);
int fill(Machine &machine, uint64_t address, uint8_t value, uint64_t size,
         void *stream);

// Streams and events.
int createStream(Machine &machine, void **handle, unsigned flags);
int destroyStream(Machine &machine, void *handle);
int synchronizeStream(Machine &machine, Lock &lock, void *handle);
int queryStream(Machine &machine, void *handle);
int waitEvent(Machine &machine, void *stream, void *event);
int createEvent(Machine &machine, void **handle, unsigned flags);
int destroyEvent(Machine &machine, void *handle);
int recordEvent(Machine &machine, void *event, void *stream);
int queryEvent(Machine &machine, void *handle);
int synchronizeEvent(Machine &machine, Lock &lock, void *handle);
int getElapsed(Machine &machine, float *milliseconds, void *start, void *end);

// Code.
int loadModule(Machine &machine, void **handle, const void *image, char *log,
               size_t logSize);
int unloadModule(Machine &machine, Lock &lock, void *handle);
int getFunction(Machine &machine, void **function, void *module,
                const char *name);
int getGlobal(Machine &machine, uint64_t *address, size_t *size, void *module,
              const char *name);
int getFunctionAttribute(Machine &machine, int *value, int attribute,
                         void *function);
int setFunctionAttribute(Machine &machine, void *function, int attribute,
                         int value);
int launch(Machine &machine, void *function, const uint32_t (&grid)[3],
           const uint32_t (&block)[3], uint32_t sharedBytes, void *stream,
           void **args, void **extra);
/// Whether the current device can run what \p image is for.
int checkImage(Machine &machine, const Image &image);
/// Writes \p text to a log of a caller.
void writeLog(char *log, size_t size, const std::string &text);

} // namespace fake

#endif // VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_CALL_H
