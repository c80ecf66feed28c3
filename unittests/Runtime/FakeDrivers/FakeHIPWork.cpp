//===- FakeHIPWork.cpp - What devices of libfakehip do ----------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "FakeHIP.h"

using namespace fake;

static uint64_t toAddress(const void *pointer) {
  return reinterpret_cast<uintptr_t>(pointer);
}

static void *toPointer(uint64_t address) {
  return reinterpret_cast<void *>(address);
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

hipError_t fake::hipMemGetInfo(size_t *free, size_t *total) {
  return run("hipMemGetInfo", InContext, [&](Machine &machine, Lock &) {
    return getMemoryInfo(machine, free, total);
  });
}

static hipError_t allocateAddress(const char *name, MemoryKind kind,
                                  void **address, size_t size, unsigned flags,
                                  unsigned expectedFlags) {
  return run(name, InContext, [&](Machine &machine, Lock &) -> int {
    if (!canWrite(machine, address))
      return InvalidValue;
    if (flags != expectedFlags)
      return machine.violation("unexpected flags", InvalidValue);
    Allocation *allocation = nullptr;
    int result = allocate(machine, kind, size, allocation);
    if (result == Success)
      *address = toPointer(allocation->address);
    return result;
  });
}

hipError_t fake::hipMalloc(void **address, size_t size) {
  return allocateAddress("hipMalloc", MemoryKind::Device, address, size, 0, 0);
}

hipError_t fake::hipMallocManaged(void **address, size_t size, unsigned flags) {
  return allocateAddress("hipMallocManaged", MemoryKind::Managed, address, size,
                         flags, hipMemAttachGlobal);
}

hipError_t fake::hipFree(void *address) {
  return run("hipFree", InContext | Releases,
             [&](Machine &machine, Lock &lock) {
               return freeDevice(machine, lock, toAddress(address));
             });
}

hipError_t fake::hipHostMalloc(void **pointer, size_t size, unsigned flags) {
  return run("hipHostMalloc", InContext, [&](Machine &machine, Lock &) -> int {
    if (!canWrite(machine, pointer))
      return InvalidValue;
    if (flags !=
        (hipHostMallocPortable | hipHostMallocMapped | hipHostMallocCoherent))
      return machine.violation("unexpected flags", InvalidValue);
    Allocation *allocation = nullptr;
    int result = allocate(machine, MemoryKind::Host, size, allocation);
    if (result == Success)
      *pointer = allocation->bytes.get();
    return result;
  });
}

hipError_t fake::hipHostGetDevicePointer(void **address, void *pointer,
                                         unsigned flags) {
  return run("hipHostGetDevicePointer", InContext,
             [&](Machine &machine, Lock &) -> int {
               if (!canWrite(machine, address))
                 return InvalidValue;
               if (flags != 0)
                 return machine.violation("flags", InvalidValue);
               uint64_t found = 0;
               int result = getHostDevicePointer(machine, pointer, found);
               *address = toPointer(found);
               return result;
             });
}

hipError_t fake::hipHostFree(void *pointer) {
  return run("hipHostFree", InContext | Releases,
             [&](Machine &machine, Lock &lock) {
               return freeHost(machine, lock, pointer);
             });
}

hipError_t fake::hipMemcpyHtoDAsync(hipDeviceptr_t device, const void *host,
                                    size_t size, hipStream_t stream) {
  return run("hipMemcpyHtoDAsync", InContext, [&](Machine &machine, Lock &) {
    return copyToDevice(machine, toAddress(device), host, size, stream);
  });
}

hipError_t fake::hipMemcpyDtoHAsync(void *host, hipDeviceptr_t device,
                                    size_t size, hipStream_t stream) {
  return run(
      "hipMemcpyDtoHAsync", InContext, [&](Machine &machine, Lock &lock) {
        return copyToHost(machine, lock, host, toAddress(device), size, stream);
      });
}

hipError_t fake::hipMemcpyDtoDAsync(hipDeviceptr_t destination,
                                    hipDeviceptr_t source, size_t size,
                                    hipStream_t stream) {
  return run("hipMemcpyDtoDAsync", InContext, [&](Machine &machine, Lock &) {
    Context *current = machine.getCurrent();
    return copyOnDevice(machine, toAddress(destination), current,
                        toAddress(source), current, size, stream);
  });
}

hipError_t fake::hipMemcpyPeerAsync(void *destination, int to,
                                    const void *source, int from, size_t size,
                                    hipStream_t stream) {
  return run("hipMemcpyPeerAsync", InContext,
             [&](Machine &machine, Lock &) -> int {
               if (!machine.isDevice(to) || !machine.isDevice(from))
                 return machine.violation("no such device", InvalidDevice);
               return copyOnDevice(machine, toAddress(destination),
                                   &machine.getContext(to), toAddress(source),
                                   &machine.getContext(from), size, stream);
             });
}

hipError_t fake::hipMemsetD8Async(hipDeviceptr_t address, unsigned char value,
                                  size_t size, hipStream_t stream) {
  return run("hipMemsetD8Async", InContext, [&](Machine &machine, Lock &) {
    return fill(machine, toAddress(address), value, size, stream);
  });
}

//===----------------------------------------------------------------------===//
// Streams and events
//===----------------------------------------------------------------------===//

hipError_t fake::hipStreamCreateWithFlags(hipStream_t *stream, unsigned flags) {
  return run(
      "hipStreamCreateWithFlags", InContext, [&](Machine &machine, Lock &) {
        return createStream(machine, reinterpret_cast<void **>(stream), flags);
      });
}

hipError_t fake::hipStreamDestroy(hipStream_t stream) {
  return run(
      "hipStreamDestroy", InContext | Releases,
      [&](Machine &machine, Lock &) { return destroyStream(machine, stream); });
}

hipError_t fake::hipStreamSynchronize(hipStream_t stream) {
  return run("hipStreamSynchronize", InContext,
             [&](Machine &machine, Lock &lock) {
               return synchronizeStream(machine, lock, stream);
             });
}

hipError_t fake::hipStreamQuery(hipStream_t stream) {
  return run("hipStreamQuery", InContext, [&](Machine &machine, Lock &) {
    return queryStream(machine, stream);
  });
}

hipError_t fake::hipStreamWaitEvent(hipStream_t stream, hipEvent_t event,
                                    unsigned flags) {
  return run("hipStreamWaitEvent", InContext,
             [&](Machine &machine, Lock &) -> int {
               if (flags != 0)
                 return machine.violation("flags", InvalidValue);
               return waitEvent(machine, stream, event);
             });
}

hipError_t fake::hipEventCreateWithFlags(hipEvent_t *event, unsigned flags) {
  return run(
      "hipEventCreateWithFlags", InContext, [&](Machine &machine, Lock &) {
        return createEvent(machine, reinterpret_cast<void **>(event), flags);
      });
}

hipError_t fake::hipEventDestroy(hipEvent_t event) {
  return run(
      "hipEventDestroy", InContext | Releases,
      [&](Machine &machine, Lock &) { return destroyEvent(machine, event); });
}

hipError_t fake::hipEventRecord(hipEvent_t event, hipStream_t stream) {
  return run("hipEventRecord", InContext, [&](Machine &machine, Lock &) {
    return recordEvent(machine, event, stream);
  });
}

hipError_t fake::hipEventQuery(hipEvent_t event) {
  return run("hipEventQuery", InContext, [&](Machine &machine, Lock &) {
    return queryEvent(machine, event);
  });
}

hipError_t fake::hipEventSynchronize(hipEvent_t event) {
  return run("hipEventSynchronize", InContext,
             [&](Machine &machine, Lock &lock) {
               return synchronizeEvent(machine, lock, event);
             });
}

hipError_t fake::hipEventElapsedTime(float *milliseconds, hipEvent_t start,
                                     hipEvent_t end) {
  return run("hipEventElapsedTime", InContext, [&](Machine &machine, Lock &) {
    return getElapsed(machine, milliseconds, start, end);
  });
}

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

hipError_t fake::hipModuleLoadData(hipModule_t *module, const void *image) {
  return run("hipModuleLoadData", InContext, [&](Machine &machine, Lock &) {
    return loadModule(machine, reinterpret_cast<void **>(module), image,
                      nullptr, 0);
  });
}

hipError_t fake::hipModuleUnload(hipModule_t module) {
  return run("hipModuleUnload", InContext | Releases,
             [&](Machine &machine, Lock &lock) {
               return unloadModule(machine, lock, module);
             });
}

hipError_t fake::hipModuleGetFunction(hipFunction_t *function,
                                      hipModule_t module, const char *name) {
  return run("hipModuleGetFunction", InContext, [&](Machine &machine, Lock &) {
    return getFunction(machine, reinterpret_cast<void **>(function), module,
                       name);
  });
}

hipError_t fake::hipModuleGetGlobal(hipDeviceptr_t *address, size_t *size,
                                    hipModule_t module, const char *name) {
  return run("hipModuleGetGlobal", InContext, [&](Machine &machine, Lock &) {
    uint64_t found = 0;
    int result =
        getGlobal(machine, address ? &found : nullptr, size, module, name);
    if (address && result == Success)
      *address = toPointer(found);
    return result;
  });
}

hipError_t fake::hipFuncGetAttribute(int *value,
                                     hipFunction_attribute attribute,
                                     hipFunction_t function) {
  return run("hipFuncGetAttribute", InContext, [&](Machine &machine, Lock &) {
    return getFunctionAttribute(machine, value, attribute, function);
  });
}

hipError_t fake::hipModuleLaunchKernel(hipFunction_t function, unsigned gridX,
                                       unsigned gridY, unsigned gridZ,
                                       unsigned blockX, unsigned blockY,
                                       unsigned blockZ, unsigned sharedBytes,
                                       hipStream_t stream, void **args,
                                       void **extra) {
  return run("hipModuleLaunchKernel", InContext, [&](Machine &machine, Lock &) {
    return launch(machine, function, {gridX, gridY, gridZ},
                  {blockX, blockY, blockZ}, sharedBytes, stream, args, extra);
  });
}
