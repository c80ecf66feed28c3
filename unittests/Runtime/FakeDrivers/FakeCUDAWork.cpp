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
  return run("cuMemGetInfo_v2", InContext, [&](Machine &machine, Lock &) {
    return getMemoryInfo(machine, free, total);
  });
}

static CUresult allocateAddress(const char *name, MemoryKind kind,
                                CUdeviceptr *address, size_t size,
                                unsigned flags, unsigned expectedFlags) {
  return run(name, InContext, [&](Machine &machine, Lock &) -> int {
    if (!canWrite(machine, address))
      return InvalidValue;
    if (flags != expectedFlags)
      return machine.violation("unexpected flags", InvalidValue);
    Allocation *allocation = nullptr;
    int result = allocate(machine, kind, size, allocation);
    if (result == Success)
      *address = allocation->address;
    return result;
  });
}

CUresult fake::cuMemAlloc_v2(CUdeviceptr *address, size_t size) {
  return allocateAddress("cuMemAlloc_v2", MemoryKind::Device, address, size, 0,
                         0);
}

CUresult fake::cuMemAllocManaged(CUdeviceptr *address, size_t size,
                                 unsigned flags) {
  return allocateAddress("cuMemAllocManaged", MemoryKind::Managed, address,
                         size, flags, CU_MEM_ATTACH_GLOBAL);
}

CUresult fake::cuMemFree_v2(CUdeviceptr address) {
  return run("cuMemFree_v2", InContext | Releases,
             [&](Machine &machine, Lock &lock) {
               return freeDevice(machine, lock, address);
             });
}

CUresult fake::cuMemHostAlloc(void **pointer, size_t size, unsigned flags) {
  return run("cuMemHostAlloc", InContext, [&](Machine &machine, Lock &) -> int {
    if (!canWrite(machine, pointer))
      return InvalidValue;
    if (flags != (CU_MEMHOSTALLOC_PORTABLE | CU_MEMHOSTALLOC_DEVICEMAP))
      return machine.violation("unexpected flags", InvalidValue);
    Allocation *allocation = nullptr;
    int result = allocate(machine, MemoryKind::Host, size, allocation);
    if (result == Success)
      *pointer = allocation->bytes.get();
    return result;
  });
}

CUresult fake::cuMemHostGetDevicePointer_v2(CUdeviceptr *address, void *pointer,
                                            unsigned flags) {
  return run("cuMemHostGetDevicePointer_v2", InContext,
             [&](Machine &machine, Lock &) -> int {
               if (!canWrite(machine, address))
                 return InvalidValue;
               if (flags != 0)
                 return machine.violation("flags", InvalidValue);
               uint64_t found = 0;
               int result = getHostDevicePointer(machine, pointer, found);
               *address = found;
               return result;
             });
}

CUresult fake::cuMemFreeHost(void *pointer) {
  return run("cuMemFreeHost", InContext | Releases,
             [&](Machine &machine, Lock &lock) {
               return freeHost(machine, lock, pointer);
             });
}

CUresult fake::cuMemcpyHtoDAsync_v2(CUdeviceptr device, const void *host,
                                    size_t size, CUstream stream) {
  return run("cuMemcpyHtoDAsync_v2", InContext, [&](Machine &machine, Lock &) {
    return copyToDevice(machine, device, host, size, stream);
  });
}

CUresult fake::cuMemcpyDtoHAsync_v2(void *host, CUdeviceptr device, size_t size,
                                    CUstream stream) {
  return run("cuMemcpyDtoHAsync_v2", InContext,
             [&](Machine &machine, Lock &lock) {
               return copyToHost(machine, lock, host, device, size, stream);
             });
}

CUresult fake::cuMemcpyDtoDAsync_v2(CUdeviceptr destination, CUdeviceptr source,
                                    size_t size, CUstream stream) {
  return run("cuMemcpyDtoDAsync_v2", InContext, [&](Machine &machine, Lock &) {
    Context *current = machine.getCurrent();
    return copyOnDevice(machine, destination, current, source, current, size,
                        stream);
  });
}

CUresult fake::cuMemcpyPeerAsync(CUdeviceptr destination, CUcontext to,
                                 CUdeviceptr source, CUcontext from,
                                 size_t size, CUstream stream) {
  return run("cuMemcpyPeerAsync", InContext, [&](Machine &machine, Lock &) {
    return copyOnDevice(machine, destination, machine.findContext(to), source,
                        machine.findContext(from), size, stream);
  });
}

CUresult fake::cuMemsetD8Async(CUdeviceptr address, unsigned char value,
                               size_t size, CUstream stream) {
  return run("cuMemsetD8Async", InContext, [&](Machine &machine, Lock &) {
    return fill(machine, address, value, size, stream);
  });
}

//===----------------------------------------------------------------------===//
// Streams and events
//===----------------------------------------------------------------------===//

CUresult fake::cuStreamCreate(CUstream *stream, unsigned flags) {
  return run("cuStreamCreate", InContext, [&](Machine &machine, Lock &) {
    return createStream(machine, reinterpret_cast<void **>(stream), flags);
  });
}

CUresult fake::cuStreamDestroy_v2(CUstream stream) {
  return run(
      "cuStreamDestroy_v2", InContext | Releases,
      [&](Machine &machine, Lock &) { return destroyStream(machine, stream); });
}

CUresult fake::cuStreamSynchronize(CUstream stream) {
  return run("cuStreamSynchronize", InContext,
             [&](Machine &machine, Lock &lock) {
               return synchronizeStream(machine, lock, stream);
             });
}

CUresult fake::cuStreamQuery(CUstream stream) {
  return run("cuStreamQuery", InContext, [&](Machine &machine, Lock &) {
    return queryStream(machine, stream);
  });
}

CUresult fake::cuStreamWaitEvent(CUstream stream, CUevent event,
                                 unsigned flags) {
  return run("cuStreamWaitEvent", InContext,
             [&](Machine &machine, Lock &) -> int {
               if (flags != 0)
                 return machine.violation("flags", InvalidValue);
               return waitEvent(machine, stream, event);
             });
}

CUresult fake::cuEventCreate(CUevent *event, unsigned flags) {
  return run("cuEventCreate", InContext, [&](Machine &machine, Lock &) {
    return createEvent(machine, reinterpret_cast<void **>(event), flags);
  });
}

CUresult fake::cuEventDestroy_v2(CUevent event) {
  return run(
      "cuEventDestroy_v2", InContext | Releases,
      [&](Machine &machine, Lock &) { return destroyEvent(machine, event); });
}

CUresult fake::cuEventRecord(CUevent event, CUstream stream) {
  return run("cuEventRecord", InContext, [&](Machine &machine, Lock &) {
    return recordEvent(machine, event, stream);
  });
}

CUresult fake::cuEventQuery(CUevent event) {
  return run("cuEventQuery", InContext, [&](Machine &machine, Lock &) {
    return queryEvent(machine, event);
  });
}

CUresult fake::cuEventSynchronize(CUevent event) {
  return run("cuEventSynchronize", InContext,
             [&](Machine &machine, Lock &lock) {
               return synchronizeEvent(machine, lock, event);
             });
}

CUresult fake::cuEventElapsedTime(float *milliseconds, CUevent start,
                                  CUevent end) {
  return run("cuEventElapsedTime", InContext, [&](Machine &machine, Lock &) {
    return getElapsed(machine, milliseconds, start, end);
  });
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
  return run("cuModuleLoadDataEx", InContext, [&](Machine &machine, Lock &) {
    ErrorLog log = findErrorLog(count, options, values);
    return loadModule(machine, reinterpret_cast<void **>(module), image,
                      log.buffer, log.size);
  });
}

CUresult fake::cuModuleUnload(CUmodule module) {
  return run("cuModuleUnload", InContext | Releases,
             [&](Machine &machine, Lock &lock) {
               return unloadModule(machine, lock, module);
             });
}

CUresult fake::cuModuleGetFunction(CUfunction *function, CUmodule module,
                                   const char *name) {
  return run("cuModuleGetFunction", InContext, [&](Machine &machine, Lock &) {
    return getFunction(machine, reinterpret_cast<void **>(function), module,
                       name);
  });
}

CUresult fake::cuModuleGetGlobal_v2(CUdeviceptr *address, size_t *size,
                                    CUmodule module, const char *name) {
  return run("cuModuleGetGlobal_v2", InContext, [&](Machine &machine, Lock &) {
    uint64_t found = 0;
    int result =
        getGlobal(machine, address ? &found : nullptr, size, module, name);
    if (address && result == Success)
      *address = found;
    return result;
  });
}

CUresult fake::cuFuncGetAttribute(int *value, CUfunction_attribute attribute,
                                  CUfunction function) {
  return run("cuFuncGetAttribute", InContext, [&](Machine &machine, Lock &) {
    return getFunctionAttribute(machine, value, attribute, function);
  });
}

CUresult fake::cuFuncSetAttribute(CUfunction function,
                                  CUfunction_attribute attribute, int value) {
  return run("cuFuncSetAttribute", InContext, [&](Machine &machine, Lock &) {
    return setFunctionAttribute(machine, function, attribute, value);
  });
}

CUresult fake::cuLaunchKernel(CUfunction function, unsigned gridX,
                              unsigned gridY, unsigned gridZ, unsigned blockX,
                              unsigned blockY, unsigned blockZ,
                              unsigned sharedBytes, CUstream stream,
                              void **args, void **extra) {
  return run("cuLaunchKernel", InContext, [&](Machine &machine, Lock &) {
    return launch(machine, function, {gridX, gridY, gridZ},
                  {blockX, blockY, blockZ}, sharedBytes, stream, args, extra);
  });
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
