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

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

hipError_t fake::hipMemGetInfo(size_t *free, size_t *total) {
  return run("hipMemGetInfo", InContext, getMemoryInfo, free, total);
}

hipError_t fake::hipMalloc(void **address, size_t size) {
  return run("hipMalloc", InContext, allocateDevice, MemoryKind::Device,
             address, size, 0u, 0u);
}

hipError_t fake::hipMallocManaged(void **address, size_t size, unsigned flags) {
  return run("hipMallocManaged", InContext, allocateDevice, MemoryKind::Managed,
             address, size, flags, hipMemAttachGlobal);
}

hipError_t fake::hipFree(void *address) {
  return run("hipFree", InContext | Releases, freeDevice, address);
}

hipError_t fake::hipHostMalloc(void **pointer, size_t size, unsigned flags) {
  return run("hipHostMalloc", InContext, allocateHost, pointer, size, flags,
             hipHostMallocPortable | hipHostMallocMapped |
                 hipHostMallocCoherent);
}

hipError_t fake::hipHostGetDevicePointer(void **address, void *pointer,
                                         unsigned flags) {
  return run("hipHostGetDevicePointer", InContext, getHostDevicePointer,
             address, pointer, flags);
}

hipError_t fake::hipHostFree(void *pointer) {
  return run("hipHostFree", InContext | Releases, freeHost, pointer);
}

hipError_t fake::hipMemcpyHtoDAsync(hipDeviceptr_t device, const void *host,
                                    size_t size, hipStream_t stream) {
  return run("hipMemcpyHtoDAsync", InContext, copyToDevice, device, host, size,
             stream);
}

hipError_t fake::hipMemcpyDtoHAsync(void *host, hipDeviceptr_t device,
                                    size_t size, hipStream_t stream) {
  return run("hipMemcpyDtoHAsync", InContext, copyToHost, host, device, size,
             stream);
}

hipError_t fake::hipMemcpyDtoDAsync(hipDeviceptr_t destination,
                                    hipDeviceptr_t source, size_t size,
                                    hipStream_t stream) {
  return run("hipMemcpyDtoDAsync", InContext, copyOnDevice, destination, source,
             size, stream);
}

hipError_t fake::hipMemcpyPeerAsync(void *destination, int to,
                                    const void *source, int from, size_t size,
                                    hipStream_t stream) {
  return run("hipMemcpyPeerAsync", InContext, [=](Machine &machine, Lock &) {
    if (!machine.isDevice(to) || !machine.isDevice(from))
      return machine.violation("no such device", InvalidDevice);
    return copyBetween(machine, destination, &machine.getContext(to), source,
                       &machine.getContext(from), size, stream);
  });
}

hipError_t fake::hipMemsetD8Async(hipDeviceptr_t address, unsigned char value,
                                  size_t size, hipStream_t stream) {
  return run("hipMemsetD8Async", InContext, fill, address, value, size, stream);
}

//===----------------------------------------------------------------------===//
// Streams and events
//===----------------------------------------------------------------------===//

hipError_t fake::hipStreamCreateWithFlags(hipStream_t *stream, unsigned flags) {
  return run("hipStreamCreateWithFlags", InContext, createStream, stream,
             flags);
}

hipError_t fake::hipStreamDestroy(hipStream_t stream) {
  return run("hipStreamDestroy", InContext | Releases, destroyStream, stream);
}

hipError_t fake::hipStreamSynchronize(hipStream_t stream) {
  return run("hipStreamSynchronize", InContext, synchronizeStream, stream);
}

hipError_t fake::hipStreamQuery(hipStream_t stream) {
  return run("hipStreamQuery", InContext, queryStream, stream);
}

hipError_t fake::hipStreamWaitEvent(hipStream_t stream, hipEvent_t event,
                                    unsigned flags) {
  return run("hipStreamWaitEvent", InContext, waitEvent, stream, event, flags);
}

hipError_t fake::hipEventCreateWithFlags(hipEvent_t *event, unsigned flags) {
  return run("hipEventCreateWithFlags", InContext, createEvent, event, flags);
}

hipError_t fake::hipEventDestroy(hipEvent_t event) {
  return run("hipEventDestroy", InContext | Releases, destroyEvent, event);
}

hipError_t fake::hipEventRecord(hipEvent_t event, hipStream_t stream) {
  return run("hipEventRecord", InContext, recordEvent, event, stream);
}

hipError_t fake::hipEventQuery(hipEvent_t event) {
  return run("hipEventQuery", InContext, queryEvent, event);
}

hipError_t fake::hipEventSynchronize(hipEvent_t event) {
  return run("hipEventSynchronize", InContext, synchronizeEvent, event);
}

hipError_t fake::hipEventElapsedTime(float *milliseconds, hipEvent_t start,
                                     hipEvent_t end) {
  return run("hipEventElapsedTime", InContext, getElapsed, milliseconds, start,
             end);
}

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

hipError_t fake::hipModuleLoadData(hipModule_t *module, const void *image) {
  return run("hipModuleLoadData", InContext, loadModule, module, image, nullptr,
             size_t(0));
}

hipError_t fake::hipModuleUnload(hipModule_t module) {
  return run("hipModuleUnload", InContext | Releases, unloadModule, module);
}

hipError_t fake::hipModuleGetFunction(hipFunction_t *function,
                                      hipModule_t module, const char *name) {
  return run("hipModuleGetFunction", InContext, getFunction, function, module,
             name);
}

hipError_t fake::hipModuleGetGlobal(hipDeviceptr_t *address, size_t *size,
                                    hipModule_t module, const char *name) {
  return run("hipModuleGetGlobal", InContext, getGlobal, address, size, module,
             name);
}

hipError_t fake::hipFuncGetAttribute(int *value,
                                     hipFunction_attribute attribute,
                                     hipFunction_t function) {
  return run("hipFuncGetAttribute", InContext, getFunctionAttribute, value,
             attribute, function);
}

hipError_t fake::hipModuleLaunchKernel(hipFunction_t function, unsigned gridX,
                                       unsigned gridY, unsigned gridZ,
                                       unsigned blockX, unsigned blockY,
                                       unsigned blockZ, unsigned sharedBytes,
                                       hipStream_t stream, void **args,
                                       void **extra) {
  return run("hipModuleLaunchKernel", InContext, launch, function,
             Dims{gridX, gridY, gridZ}, Dims{blockX, blockY, blockZ},
             sharedBytes, stream, args, extra);
}
