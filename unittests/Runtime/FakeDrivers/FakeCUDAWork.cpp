//===- FakeCUDAWork.cpp - What devices of libfakecuda do --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "FakeCUDA.h"

#include <cstring>

using namespace fake;

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

CUresult fake::cuMemGetInfo_v2(size_t *free, size_t *total) {
  return run("cuMemGetInfo_v2", InContext, getMemoryInfo, free, total);
}

CUresult fake::cuMemAlloc_v2(CUdeviceptr *address, size_t size) {
  return run("cuMemAlloc_v2", InContext, allocateDevice, MemoryKind::Device,
             address, size, 0u, 0u);
}

CUresult fake::cuMemAllocManaged(CUdeviceptr *address, size_t size,
                                 unsigned flags) {
  return run("cuMemAllocManaged", InContext, allocateDevice,
             MemoryKind::Managed, address, size, flags, CU_MEM_ATTACH_GLOBAL);
}

CUresult fake::cuMemFree_v2(CUdeviceptr address) {
  return run("cuMemFree_v2", InContext | Releases, freeDevice, address);
}

CUresult fake::cuMemHostAlloc(void **pointer, size_t size, unsigned flags) {
  return run("cuMemHostAlloc", InContext, allocateHost, pointer, size, flags,
             CU_MEMHOSTALLOC_PORTABLE | CU_MEMHOSTALLOC_DEVICEMAP);
}

CUresult fake::cuMemHostGetDevicePointer_v2(CUdeviceptr *address, void *pointer,
                                            unsigned flags) {
  return run("cuMemHostGetDevicePointer_v2", InContext, getHostDevicePointer,
             address, pointer, flags);
}

CUresult fake::cuMemFreeHost(void *pointer) {
  return run("cuMemFreeHost", InContext | Releases, freeHost, pointer);
}

CUresult fake::cuMemcpyHtoDAsync_v2(CUdeviceptr device, const void *host,
                                    size_t size, CUstream stream) {
  return run("cuMemcpyHtoDAsync_v2", InContext, copyToDevice, device, host,
             size, stream);
}

CUresult fake::cuMemcpyDtoHAsync_v2(void *host, CUdeviceptr device, size_t size,
                                    CUstream stream) {
  return run("cuMemcpyDtoHAsync_v2", InContext, copyToHost, host, device, size,
             stream);
}

CUresult fake::cuMemcpyDtoDAsync_v2(CUdeviceptr destination, CUdeviceptr source,
                                    size_t size, CUstream stream) {
  return run("cuMemcpyDtoDAsync_v2", InContext, copyOnDevice, destination,
             source, size, stream);
}

CUresult fake::cuMemcpyPeerAsync(CUdeviceptr destination, CUcontext to,
                                 CUdeviceptr source, CUcontext from,
                                 size_t size, CUstream stream) {
  return run("cuMemcpyPeerAsync", InContext, [=](Machine &machine, Lock &) {
    return copyBetween(machine, destination, machine.findContext(to), source,
                       machine.findContext(from), size, stream);
  });
}

CUresult fake::cuMemsetD8Async(CUdeviceptr address, unsigned char value,
                               size_t size, CUstream stream) {
  return run("cuMemsetD8Async", InContext, fill, address, value, size, stream);
}

//===----------------------------------------------------------------------===//
// Streams and events
//===----------------------------------------------------------------------===//

CUresult fake::cuStreamCreate(CUstream *stream, unsigned flags) {
  return run("cuStreamCreate", InContext, createStream, stream, flags);
}

CUresult fake::cuStreamDestroy_v2(CUstream stream) {
  return run("cuStreamDestroy_v2", InContext | Releases, destroyStream, stream);
}

CUresult fake::cuStreamSynchronize(CUstream stream) {
  return run("cuStreamSynchronize", InContext, synchronizeStream, stream);
}

CUresult fake::cuStreamQuery(CUstream stream) {
  return run("cuStreamQuery", InContext, queryStream, stream);
}

CUresult fake::cuStreamWaitEvent(CUstream stream, CUevent event,
                                 unsigned flags) {
  return run("cuStreamWaitEvent", InContext, waitEvent, stream, event, flags);
}

CUresult fake::cuEventCreate(CUevent *event, unsigned flags) {
  return run("cuEventCreate", InContext, createEvent, event, flags);
}

CUresult fake::cuEventDestroy_v2(CUevent event) {
  return run("cuEventDestroy_v2", InContext | Releases, destroyEvent, event);
}

CUresult fake::cuEventRecord(CUevent event, CUstream stream) {
  return run("cuEventRecord", InContext, recordEvent, event, stream);
}

CUresult fake::cuEventQuery(CUevent event) {
  return run("cuEventQuery", InContext, queryEvent, event);
}

CUresult fake::cuEventSynchronize(CUevent event) {
  return run("cuEventSynchronize", InContext, synchronizeEvent, event);
}

CUresult fake::cuEventElapsedTime(float *milliseconds, CUevent start,
                                  CUevent end) {
  return run("cuEventElapsedTime", InContext, getElapsed, milliseconds, start,
             end);
}

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

/// The error log among the options of a call.
struct ErrorLog {
  char *buffer = nullptr;
  size_t size = 0;
};

static ErrorLog findErrorLog(unsigned count, CUjit_option *options,
                             void **values) {
  ErrorLog log;
  for (unsigned index = 0; index < count; ++index) {
    if (options[index] == CU_JIT_ERROR_LOG_BUFFER)
      log.buffer = static_cast<char *>(values[index]);
    if (options[index] == CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES)
      log.size =
          static_cast<unsigned>(reinterpret_cast<uintptr_t>(values[index]));
  }
  return log;
}

CUresult fake::cuModuleLoadDataEx(CUmodule *module, const void *image,
                                  unsigned count, CUjit_option *options,
                                  void **values) {
  ErrorLog log = findErrorLog(count, options, values);
  return run("cuModuleLoadDataEx", InContext, loadModule, module, image,
             log.buffer, log.size);
}

CUresult fake::cuModuleUnload(CUmodule module) {
  return run("cuModuleUnload", InContext | Releases, unloadModule, module);
}

CUresult fake::cuModuleGetFunction(CUfunction *function, CUmodule module,
                                   const char *name) {
  return run("cuModuleGetFunction", InContext, getFunction, function, module,
             name);
}

CUresult fake::cuModuleGetGlobal_v2(CUdeviceptr *address, size_t *size,
                                    CUmodule module, const char *name) {
  return run("cuModuleGetGlobal_v2", InContext, getGlobal, address, size,
             module, name);
}

CUresult fake::cuFuncGetAttribute(int *value, CUfunction_attribute attribute,
                                  CUfunction function) {
  return run("cuFuncGetAttribute", InContext, getFunctionAttribute, value,
             attribute, function);
}

CUresult fake::cuFuncSetAttribute(CUfunction function,
                                  CUfunction_attribute attribute, int value) {
  return run("cuFuncSetAttribute", InContext, setFunctionAttribute, function,
             attribute, value);
}

CUresult fake::cuLaunchKernel(CUfunction function, unsigned gridX,
                              unsigned gridY, unsigned gridZ, unsigned blockX,
                              unsigned blockY, unsigned blockZ,
                              unsigned sharedBytes, CUstream stream,
                              void **args, void **extra) {
  return run("cuLaunchKernel", InContext, launch, function,
             Dims{gridX, gridY, gridZ}, Dims{blockX, blockY, blockZ},
             sharedBytes, stream, args, extra);
}

CUresult fake::cuLinkCreate_v2(unsigned count, CUjit_option *options,
                               void **values, CUlinkState *state) {
  return run("cuLinkCreate_v2", InContext, [&](Machine &machine, Lock &) {
    if (!canWrite(machine, state))
      return InvalidValue;
    ErrorLog log = findErrorLog(count, options, values);
    Link *link = machine.create<Link>(machine.getCurrent());
    link->errorLog = log.buffer;
    link->errorLogSize = log.size;
    *state = reinterpret_cast<CUlinkState>(link);
    return Success;
  });
}

CUresult fake::cuLinkAddData_v2(CUlinkState state, CUjitInputType type,
                                void *data, size_t size, const char *name,
                                unsigned, CUjit_option *, void **) {
  return run(
      "cuLinkAddData_v2", InContext, [&](Machine &machine, Lock &) -> int {
        Link *link = machine.find<Link>(state);
        if (!link)
          return InvalidHandle;
        auto *text = static_cast<const char *>(data);
        if (type != CU_JIT_INPUT_PTX || !data || size == 0 || !name ||
            std::strlen(text) + 1 != size)
          return machine.violation("no PTX that ends in a zero", InvalidValue);
        std::string error;
        std::optional<Image> image = readPTX(text, error);
        writeLog(link->errorLog, link->errorLogSize, error);
        if (!image)
          return InvalidPTX;
        if (int wrong = checkImage(machine, *image))
          return wrong;
        link->ptx = text;
        return Success;
      });
}

CUresult fake::cuLinkComplete(CUlinkState state, void **cubin, size_t *size) {
  return run("cuLinkComplete", InContext, [&](Machine &machine, Lock &) -> int {
    Link *link = machine.find<Link>(state);
    if (!link)
      return InvalidHandle;
    if (!canWrite(machine, cubin) || !canWrite(machine, size))
      return InvalidValue;
    if (link->ptx.empty())
      return machine.violation("nothing to link", InvalidValue);
    link->cubin = makeCubin(link->ptx, getArchitecture(machine.settings.chip));
    *cubin = link->cubin.data();
    *size = link->cubin.size();
    return Success;
  });
}

CUresult fake::cuLinkDestroy(CUlinkState state) {
  return run("cuLinkDestroy", InContext | Releases,
             [&](Machine &machine, Lock &) -> int {
               Link *link = machine.find<Link>(state);
               if (!link)
                 return InvalidHandle;
               link->isAlive = false;
               link->cubin.clear();
               return Success;
             });
}
