//===- Kernel.cpp - Kernels of HIP devices ----------------------*- C++ -*-===//
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
using namespace vmjit::hip;

Error HIPKernel::fail(const Status &status, const Twine &reason) const {
  return makeDriverError(context->getApi(), status,
                         GpuErrorKind::KernelLoadingFailed, {.kernel = name},
                         reason);
}

Expected<std::unique_ptr<HIPKernel>>
HIPKernel::load(std::shared_ptr<Context> context, ArrayRef<uint8_t> payload,
                const Entry &entry) {
  std::unique_ptr<HIPKernel> kernel(
      new HIPKernel(std::move(context), payload, entry.name));
  if (Status status = kernel->context->getApi().hipModuleLoadData(
          &kernel->module, kernel->payload.data());
      status.failed())
    return kernel->fail(status, "");
  if (Error error = kernel->findFunction(entry))
    return std::move(error);
  if (Error error = kernel->readAttributes())
    return std::move(error);
  if (Error error = kernel->findControlVariable())
    return std::move(error);
  return kernel;
}

HIPKernel::~HIPKernel() {
  if (!module)
    return;
  ContextGuard guard(*context);
  if (!guard.getStatus().failed())
    (void)context->getApi().hipModuleUnload(module);
}

Error HIPKernel::findFunction(const Entry &entry) {
  if (Status status = context->getApi().hipModuleGetFunction(
          &function, module, entry.symbol.c_str());
      status.failed())
    return fail(status, "function " + entry.symbol);
  return Error::success();
}

Error HIPKernel::readAttributes() {
  auto read = [&](hipFunction_attribute attribute, auto &value) -> Error {
    int number = 0;
    Status status =
        context->getApi().hipFuncGetAttribute(&number, attribute, function);
    if (status.failed())
      return fail(status, "the function's resources are not known");
    value = static_cast<uint32_t>(number);
    return Error::success();
  };
  if (Error error = read(HIP_FUNC_ATTRIBUTE_NUM_REGS, resources.registers))
    return error;
  if (Error error = read(HIP_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES,
                         resources.staticSharedBytes))
    return error;
  if (Error error =
          read(HIP_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES, resources.stackBytes))
    return error;
  return read(HIP_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK, maxThreads);
}

Error HIPKernel::findControlVariable() {
  size_t size = 0;
  Status status = context->getApi().hipModuleGetGlobal(
      &controlVariable, &size, module, VMJIT_CONTROL_ADDRESS_SYMBOL);
  if (status.result == hipErrorNotFound) {
    controlVariable = nullptr;
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
