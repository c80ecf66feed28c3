//===- Api.cpp - The CUDA driver, loaded ------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whatever keeps the driver from being used is said here, once.
//
//===----------------------------------------------------------------------===//

#include "Api.h"

#include "Error.h"
#include "vmjit/Support/Error.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::cuda;

static Error bindingFailed(const Twine &reason,
                           std::optional<DriverStatus> driver = std::nullopt) {
  return makeGpuError(GpuErrorKind::DriverBindingFailed, reason,
                      {.deviceType = DeviceType::CUDA}, std::move(driver));
}

std::string cuda::getVersionText(int version) {
  return formatv("{0}.{1}", version / 1000, version % 1000 / 10);
}

Error Api::resolve(function_ref<void *(const char *)> lookup) {
  auto bind = [&](auto &function) {
    void *address = lookup(function.symbol);
    function.pointer = reinterpret_cast<decltype(function.pointer)>(address);
    return address != nullptr;
  };
#define VMJIT_CUDA_REQUIRED(Name, Symbol, ...)                                 \
  if (!bind(Name))                                                             \
    return bindingFailed("the library has no function " #Symbol);
#define VMJIT_CUDA_OPTIONAL(Name, Symbol, ...) bind(Name);
#include "Symbols.def"
  return Error::success();
}

Error Api::initialize(StringRef libraryName) {
  if (Status status = cuInit(0); status.failed()) {
    DriverStatus answer = describe(*this, status);
    DriverMeaning meaning = getMeaning(status.result);
    if (meaning == DriverMeaning::NoDevice)
      return makeGpuError(GpuErrorKind::NoDeviceAvailable,
                          "the CUDA driver finds no device", {},
                          std::move(answer));
    if (meaning == DriverMeaning::StubLibrary)
      return bindingFailed(libraryName +
                               " is the stub that programs are linked against, "
                               "not a driver",
                           std::move(answer));
    return bindingFailed("the driver cannot be initialized", std::move(answer));
  }
  if (Status status = cuDriverGetVersion(&driverVersion); status.failed())
    return bindingFailed("the driver does not tell its version",
                         describe(*this, status));
  if (driverVersion < kMinDriverVersion)
    return bindingFailed("the driver is for CUDA " +
                         getVersionText(driverVersion) +
                         " and too old; that for " +
                         getVersionText(kMinDriverVersion) + " is needed");
  return Error::success();
}

Expected<std::shared_ptr<const Api>> Api::load(StringRef path) {
  Expected<DynamicLibrary> library =
      DynamicLibrary::open(path.empty() ? "libcuda.so.1" : path);
  if (!library)
    return bindingFailed(toString(library.takeError()));
  auto api = std::make_shared<Api>();
  if (Error error = api->resolve(
          [&](const char *symbol) { return library->lookup(symbol); }))
    return withContext(std::move(error), library->getName());
  // From here on the driver may have threads.
  library->keepLoaded();
  if (Error error = api->initialize(library->getName()))
    return std::move(error);
  return api;
}
