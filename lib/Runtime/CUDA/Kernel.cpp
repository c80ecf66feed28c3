//===- Kernel.cpp - Kernels of CUDA devices ---------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loading a module and finding out what a launch has to know.
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"

#include "vmjit/ABI/Control.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::cuda;

Error CUDAKernel::fail(const Status &status, const Twine &reason) const {
  return makeDriverError(context->getApi(), status,
                         GpuErrorKind::KernelLoadingFailed, {.kernel = name},
                         reason);
}

Expected<std::unique_ptr<CUDAKernel>>
CUDAKernel::load(std::shared_ptr<Context> context, ArrayRef<uint8_t> payload,
                 const Entry &entry, uint64_t dynamicSharedLimit) {
  const Api &api = context->getApi();
  CUmodule module = nullptr;
  if (Status status =
          api.cuModuleLoadDataEx(&module, payload.data(), 0, nullptr, nullptr);
      status.failed())
    return makeDriverError(api, status, GpuErrorKind::KernelLoadingFailed,
                           {.kernel = entry.name});
  std::unique_ptr<CUDAKernel> kernel(
      new CUDAKernel(std::move(context), module, entry.name));
  if (Error error = kernel->findFunction(entry))
    return std::move(error);
  if (Error error = kernel->readAttributes())
    return std::move(error);
  if (Error error = kernel->raiseSharedLimit(dynamicSharedLimit))
    return std::move(error);
  if (Error error = kernel->findControlVariable())
    return std::move(error);
  return kernel;
}

CUDAKernel::~CUDAKernel() {
  ContextGuard guard(*context);
  if (!guard.getStatus().failed())
    (void)context->getApi().cuModuleUnload(module);
}

Error CUDAKernel::findFunction(const Entry &entry) {
  if (Status status = context->getApi().cuModuleGetFunction(
          &function, module, entry.symbol.c_str());
      status.failed())
    return fail(status, "function " + entry.symbol);
  return Error::success();
}

Error CUDAKernel::readAttributes() {
  auto read = [&](CUfunction_attribute attribute, auto &value) -> Error {
    int number = 0;
    Status status =
        context->getApi().cuFuncGetAttribute(&number, attribute, function);
    if (status.failed())
      return fail(status, "the function's resources are not known");
    value = static_cast<uint32_t>(number);
    return Error::success();
  };
  if (Error error = read(CU_FUNC_ATTRIBUTE_NUM_REGS, resources.registers))
    return error;
  if (Error error = read(CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES,
                         resources.staticSharedBytes))
    return error;
  if (Error error =
          read(CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES, resources.stackBytes))
    return error;
  return read(CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK, maxThreads);
}

/// Without this a block gets 48 KiB at most, whatever the device has.
Error CUDAKernel::raiseSharedLimit(uint64_t limit) {
  uint64_t own = *resources.staticSharedBytes;
  if (limit <= own)
    return Error::success();
  if (Status status = context->getApi().cuFuncSetAttribute(
          function, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
          static_cast<int>(limit - own));
      status.failed())
    return fail(status, "the limit of shared memory cannot be raised");
  return Error::success();
}

Error CUDAKernel::findControlVariable() {
  size_t size = 0;
  Status status = context->getApi().cuModuleGetGlobal(
      &controlVariable, &size, module, VMJIT_CONTROL_ADDRESS_SYMBOL);
  if (status.result == CUDA_ERROR_NOT_FOUND) {
    controlVariable = 0;
    return Error::success();
  }
  if (status.failed())
    return fail(status, VMJIT_CONTROL_ADDRESS_SYMBOL);
  if (size != sizeof(uint64_t))
    return makeGpuError(GpuErrorKind::KernelLoadingFailed,
                        VMJIT_CONTROL_ADDRESS_SYMBOL " is not of 64 bits",
                        {.kernel = name});
  return Error::success();
}
