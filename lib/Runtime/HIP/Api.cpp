//===- Api.cpp - The HIP runtime, loaded ------------------------*- C++ -*-===//
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
using namespace vmjit::hip;

static Error bindingFailed(const Twine &reason,
                           std::optional<DriverStatus> driver = std::nullopt) {
  return makeGpuError(GpuErrorKind::DriverBindingFailed, reason,
                      {.deviceType = DeviceType::HIP}, std::move(driver));
}

std::string hip::getVersionText(int version) {
  return formatv("{0}.{1}.{2}", version / 10000000, version / 100000 % 100,
                 version % 100000);
}

Error Api::resolve(function_ref<void *(const char *)> lookup) {
  auto bind = [&](auto &function) {
    void *address = lookup(function.symbol);
    function.pointer = reinterpret_cast<decltype(function.pointer)>(address);
    return address != nullptr;
  };
#define VMJIT_HIP_REQUIRED(Name, Symbol, ...)                                  \
  if (!bind(Name))                                                             \
    return bindingFailed("the library has no function " #Symbol);
#define VMJIT_HIP_TEXT VMJIT_HIP_REQUIRED
#define VMJIT_HIP_OPTIONAL(Name, Symbol, ...) bind(Name);
#include "Symbols.def"
  if (!hipGetDevicePropertiesR0600 && !hipGetDevicePropertiesR0000)
    return bindingFailed("the library has no function hipGetDeviceProperties");
  return Error::success();
}

Error Api::initialize() {
  if (Status status = hipInit(0); status.failed()) {
    DriverStatus answer = describe(*this, status);
    if (getMeaning(status.result) == DriverMeaning::NoDevice)
      return makeGpuError(GpuErrorKind::NoDeviceAvailable,
                          "the HIP runtime finds no device", {},
                          std::move(answer));
    return bindingFailed("the runtime cannot be initialized",
                         std::move(answer));
  }
  if (Status status = hipRuntimeGetVersion(&runtimeVersion); status.failed())
    return bindingFailed("the runtime does not tell its version",
                         describe(*this, status));
  if (runtimeVersion < kMinRuntimeVersion)
    return bindingFailed("the runtime is that of ROCm " +
                         getVersionText(runtimeVersion) +
                         " and too old; 5.0 is needed");
  return Error::success();
}

/// The first of the system's libraries that there is.
static Expected<DynamicLibrary> openSystemLibrary() {
  std::string reasons;
  for (const char *name :
       {"libamdhip64.so.7", "libamdhip64.so.6", "libamdhip64.so.5"}) {
    Expected<DynamicLibrary> library = DynamicLibrary::open(name);
    if (library)
      return library;
    reasons += (reasons.empty() ? "" : "; ") + toString(library.takeError());
  }
  return makeError(ErrorCode::LoadingFailed, reasons);
}

Expected<std::shared_ptr<const Api>> Api::load(StringRef path) {
  Expected<DynamicLibrary> library =
      path.empty() ? openSystemLibrary() : DynamicLibrary::open(path);
  if (!library)
    return bindingFailed(toString(library.takeError()));
  auto api = std::make_shared<Api>();
  if (Error error = api->resolve(
          [&](const char *symbol) { return library->lookup(symbol); }))
    return withContext(std::move(error), library->getName());
  // From here on the runtime may have threads.
  library->keepLoaded();
  if (Error error = api->initialize())
    return std::move(error);
  return api;
}
