//===- Api.h - A driver library, loaded -------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions of a vendor's Symbols.def can be called like functions. A call
// gives a Status: what came back, and which function was called. The one place
// where that becomes an error.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_DRIVERAPI_API_H
#define VMJIT_LIB_RUNTIME_DRIVERAPI_API_H

#include "DriverMeaning.h"
#include "vmjit/Runtime/GpuError.h"
#include "vmjit/Support/DynamicLibrary.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <memory>

namespace vmjit::driverapi {

/// What a call gave.
struct [[nodiscard]] Status {
  /// The vendor's number; 0 is success with all of them.
  int result = 0;
  /// As the library exports the function.
  const char *symbol = "";

  bool failed() const { return result != 0; }
};

/// Where a function is; null if the library does not have it.
template <class Type> struct Binding {
  explicit Binding(const char *symbol) : symbol(symbol) {}

  explicit operator bool() const { return pointer != nullptr; }
  /// Takes what \p lookup finds. Whether that is anything.
  bool bind(llvm::function_ref<void *(const char *)> lookup) {
    pointer = reinterpret_cast<Type *>(lookup(symbol));
    return pointer != nullptr;
  }

  const char *symbol;
  Type *pointer = nullptr;
};

/// A function of a library. It gives a result, or a text.
template <class Type> struct Function;
template <class Result, class... Params>
struct Function<Result(Params...)> : Binding<Result(Params...)> {
  using Binding<Result(Params...)>::Binding;

  Status operator()(Params... params) const {
    return {static_cast<int>(this->pointer(params...)), this->symbol};
  }
};
template <class... Params>
struct Function<const char *(Params...)> : Binding<const char *(Params...)> {
  using Binding<const char *(Params...)>::Binding;

  const char *operator()(Params... params) const {
    return this->pointer(params...);
  }
};

/// A driver. Immutable; can be used from any thread. Function pointers stay
/// valid until the process ends.
template <class Traits> class Api : public Traits::Functions {
public:
  /// Loads the library at \p path, or the system's if that is empty, and
  /// initializes it. Fails with DriverBindingFailed, and with
  /// NoDeviceAvailable if the library says so.
  static llvm::Expected<std::shared_ptr<const Api>> load(llvm::StringRef path);

  /// As the library tells it.
  int getVersion() const { return version; }
  std::string getVersionText() const { return Traits::getVersionText(version); }

  /// Name and text of \p status, as the library gives them.
  DriverStatus describe(const Status &status) const;

  /// The error of \p status, which has failed. Of kind \p kind, unless the
  /// system's watchdog ended a kernel: then Timeout.
  llvm::Error makeDriverError(const Status &status, GpuErrorKind kind,
                              GpuErrorSubject subject = {},
                              const llvm::Twine &reason = "") const;

private:
  llvm::Error initialize(llvm::StringRef libraryName);

  int version = 0;
};

} // namespace vmjit::driverapi

#endif // VMJIT_LIB_RUNTIME_DRIVERAPI_API_H
