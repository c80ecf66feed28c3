//===- KernelImpl.h - Kernels of devices ------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loading a module and finding out what a launch has to know.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_DRIVERAPI_KERNELIMPL_H
#define VMJIT_LIB_RUNTIME_DRIVERAPI_KERNELIMPL_H

#include "Kernel.h"
#include "vmjit/ABI/Control.h"

namespace vmjit::driverapi {

template <class Traits>
llvm::Error Kernel<Traits>::fail(const Status &status,
                                 const llvm::Twine &reason) const {
  return context->getApi().makeDriverError(
      status, GpuErrorKind::KernelLoadingFailed, {.kernel = name}, reason);
}

template <class Traits>
llvm::Expected<std::unique_ptr<Kernel<Traits>>>
Kernel<Traits>::load(std::shared_ptr<Context> context,
                     llvm::ArrayRef<uint8_t> image, const Entry &entry) {
  std::unique_ptr<Kernel> kernel(new Kernel(std::move(context), entry.name));
  if (llvm::Error error = kernel->loadModule(image))
    return std::move(error);
  if (llvm::Error error = kernel->findFunction(entry))
    return std::move(error);
  if (llvm::Error error = kernel->readAttributes())
    return std::move(error);
  if (llvm::Error error = kernel->findControlVariable())
    return std::move(error);
  return kernel;
}

template <class Traits> Kernel<Traits>::~Kernel() {
  if (!module)
    return;
  typename Traits::ContextGuard guard(*context);
  if (!guard.getStatus().failed())
    (void)context->getApi().moduleUnload(module);
}

template <class Traits>
llvm::Error Kernel<Traits>::loadModule(llvm::ArrayRef<uint8_t> image) {
  if (Traits::kReadsLoadedImages) {
    keptImage = image.vec();
    image = keptImage;
  }
  if (Status status =
          Traits::loadModule(context->getApi(), &module, image.data());
      status.failed())
    return fail(status, "");
  return llvm::Error::success();
}

template <class Traits>
llvm::Error Kernel<Traits>::findFunction(const Entry &entry) {
  if (Status status = context->getApi().moduleGetFunction(&function, module,
                                                          entry.symbol.c_str());
      status.failed())
    return fail(status, "function " + entry.symbol);
  return llvm::Error::success();
}

template <class Traits> llvm::Error Kernel<Traits>::readAttributes() {
  auto read = [&](auto attribute, auto &value) -> llvm::Error {
    int number = 0;
    Status status =
        context->getApi().funcGetAttribute(&number, attribute, function);
    if (status.failed())
      return fail(status, "the function's resources are not known");
    value = static_cast<uint32_t>(number);
    return llvm::Error::success();
  };
  if (llvm::Error error = read(Traits::kNumRegs, resources.registers))
    return error;
  if (llvm::Error error =
          read(Traits::kSharedSizeBytes, resources.staticSharedBytes))
    return error;
  if (llvm::Error error = read(Traits::kLocalSizeBytes, resources.stackBytes))
    return error;
  return read(Traits::kMaxThreadsPerBlock, maxThreads);
}

template <class Traits> llvm::Error Kernel<Traits>::findControlVariable() {
  size_t size = 0;
  Status status = context->getApi().moduleGetGlobal(
      &controlVariable, &size, module, VMJIT_CONTROL_ADDRESS_SYMBOL);
  if (Traits::getMeaning(status.result) == DriverMeaning::NotFound) {
    controlVariable = {};
    return llvm::Error::success();
  }
  if (status.failed())
    return fail(status, VMJIT_CONTROL_ADDRESS_SYMBOL);
  if (size != sizeof(uint64_t))
    return makeGpuError(GpuErrorKind::KernelLoadingFailed,
                        VMJIT_CONTROL_ADDRESS_SYMBOL " is not of 64 bits",
                        {.kernel = name});
  return llvm::Error::success();
}

} // namespace vmjit::driverapi

#endif // VMJIT_LIB_RUNTIME_DRIVERAPI_KERNELIMPL_H
