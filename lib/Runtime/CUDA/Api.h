//===- Api.h - The CUDA driver, loaded --------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions of Symbols.def as members that can be called like functions. A
// call gives a Status: what came back, and which function was called.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_CUDA_API_H
#define VMJIT_LIB_RUNTIME_CUDA_API_H

#include "Types.h"
#include "vmjit/Support/DynamicLibrary.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace vmjit::cuda {

/// What a call gave.
struct [[nodiscard]] Status {
  CUresult result = CUDA_SUCCESS;
  /// As the driver calls the function.
  const char *symbol = "";

  bool failed() const { return result != CUDA_SUCCESS; }
};

/// A function of the driver; null if it does not have it.
template <class... Params> struct Function {
  const char *symbol;
  CUresult (*pointer)(Params...) = nullptr;

  explicit operator bool() const { return pointer != nullptr; }
  Status operator()(Params... params) const {
    return {pointer(params...), symbol};
  }
};

/// The driver. Immutable; can be used from any thread. Function pointers stay
/// valid until the process ends.
class Api {
public:
  /// Loads the driver library at \p path, or the system's if that is empty,
  /// and initializes it. Fails with DriverBindingFailed, and with
  /// NoDeviceAvailable if the driver says so.
  static llvm::Expected<std::shared_ptr<const Api>> load(llvm::StringRef path);

  /// Fills in the functions with what \p lookup finds. Fails with
  /// DriverBindingFailed if a required one is missing.
  llvm::Error resolve(llvm::function_ref<void *(const char *)> lookup);

  /// As cuDriverGetVersion gives it: 1000 * major + 10 * minor.
  int getDriverVersion() const { return driverVersion; }

#define VMJIT_CUDA_REQUIRED(Name, Symbol, ...)                                 \
  Function<__VA_ARGS__> Name{#Symbol};
#include "Symbols.def"

private:
  llvm::Error initialize(llvm::StringRef libraryName);

  int driverVersion = 0;
};

/// The oldest driver whose functions and PTX we can use: that of CUDA 11.0.
inline constexpr int kMinDriverVersion = 11000;

/// "12.4" for 12040.
std::string getVersionText(int version);

} // namespace vmjit::cuda

#endif // VMJIT_LIB_RUNTIME_CUDA_API_H
