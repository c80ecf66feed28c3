//===- ApiImpl.h - A driver library, loaded ---------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whatever keeps a driver from being used is said here, once. Names and texts
// of results are the driver's own.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_DRIVERAPI_APIIMPL_H
#define VMJIT_LIB_RUNTIME_DRIVERAPI_APIIMPL_H

#include "Api.h"
#include "vmjit/Support/Error.h"

namespace vmjit::driverapi {

template <class Traits>
llvm::Error bindingFailed(const llvm::Twine &reason,
                          std::optional<DriverStatus> driver = std::nullopt) {
  return makeGpuError(GpuErrorKind::DriverBindingFailed, reason,
                      {.deviceType = Traits::kType}, std::move(driver));
}

template <class Traits>
llvm::Error noDevice(std::optional<DriverStatus> driver = std::nullopt) {
  return makeGpuError(GpuErrorKind::NoDeviceAvailable,
                      llvm::Twine("the ") + Traits::kPlatform + " " +
                          Traits::kLibrary + " finds no device",
                      {}, std::move(driver));
}

/// The library at \p path; if that is empty, the first of the system's that
/// there is.
template <class Traits>
llvm::Expected<DynamicLibrary> openLibrary(llvm::StringRef path) {
  if (!path.empty())
    return DynamicLibrary::open(path);
  std::string reasons;
  for (const char *name : Traits::kLibraryNames) {
    llvm::Expected<DynamicLibrary> library = DynamicLibrary::open(name);
    if (library)
      return library;
    reasons +=
        (reasons.empty() ? "" : "; ") + llvm::toString(library.takeError());
  }
  return makeError(ErrorCode::LoadingFailed, reasons);
}

template <class Traits>
llvm::Error Api<Traits>::initialize(llvm::StringRef libraryName) {
  std::string library = std::string("the ") + Traits::kLibrary;
  if (Status status = this->init(0); status.failed()) {
    DriverMeaning meaning = Traits::getMeaning(status.result);
    if (meaning == DriverMeaning::NoDevice)
      return noDevice<Traits>(describe(status));
    if (meaning == DriverMeaning::StubLibrary)
      return bindingFailed<Traits>(
          libraryName +
              " is the stub that programs are linked against, not a " +
              Traits::kLibrary,
          describe(status));
    return bindingFailed<Traits>(library + " cannot be initialized",
                                 describe(status));
  }
  if (Status status = this->driverGetVersion(&version); status.failed())
    return bindingFailed<Traits>(library + " does not tell its version",
                                 describe(status));
  if (version < Traits::kMinVersion)
    return bindingFailed<Traits>(library + " is that of " + Traits::kRelease +
                                 " " + getVersionText() + " and too old; " +
                                 Traits::getVersionText(Traits::kMinVersion) +
                                 " is needed");
  return llvm::Error::success();
}

template <class Traits>
llvm::Expected<std::shared_ptr<const Api<Traits>>>
Api<Traits>::load(llvm::StringRef path) {
  llvm::Expected<DynamicLibrary> library = openLibrary<Traits>(path);
  if (!library)
    return bindingFailed<Traits>(llvm::toString(library.takeError()));
  auto api = std::make_shared<Api>();
  const char *missing =
      api->bind([&](const char *symbol) { return library->lookup(symbol); });
  if (missing)
    return withContext(
        bindingFailed<Traits>(llvm::Twine("the library has no function ") +
                              missing),
        library->getName());
  // From here on the library may have threads.
  library->keepLoaded();
  if (llvm::Error error = api->initialize(library->getName()))
    return std::move(error);
  return api;
}

template <class Traits>
DriverStatus Api<Traits>::describe(const Status &status) const {
  DriverStatus driver;
  driver.call = status.symbol;
  driver.code = status.result;
  // A library may have neither for a result that it does not know.
  if (const char *name = Traits::getResultName(*this, status.result))
    driver.name = name;
  if (const char *text = Traits::getResultText(*this, status.result))
    driver.text = text;
  return driver;
}

template <class Traits>
llvm::Error Api<Traits>::makeDriverError(const Status &status,
                                         GpuErrorKind kind,
                                         GpuErrorSubject subject,
                                         const llvm::Twine &reason) const {
  DriverMeaning meaning = Traits::getMeaning(status.result);
  if (meaning == DriverMeaning::TimedOut)
    kind = GpuErrorKind::Timeout;
  std::string text = reason.str();
  if (isDeviceLost(meaning))
    text += text.empty() ? "the device is lost" : "; the device is lost";
  return makeGpuError(kind, text, std::move(subject), describe(status));
}

} // namespace vmjit::driverapi

#endif // VMJIT_LIB_RUNTIME_DRIVERAPI_APIIMPL_H
