//===- Api.h - The HIP runtime, loaded --------------------------*- C++ -*-===//
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

#ifndef VMJIT_LIB_RUNTIME_HIP_API_H
#define VMJIT_LIB_RUNTIME_HIP_API_H

#include "Types.h"
#include "vmjit/Support/DynamicLibrary.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace vmjit::hip {

/// What a call gave.
struct [[nodiscard]] Status {
  hipError_t result = hipSuccess;
  /// As the runtime calls the function.
  const char *symbol = "";

  bool failed() const { return result != hipSuccess; }
};

/// A function of the runtime; null if it does not have it.
template <class... Params> struct Function {
  const char *symbol;
  hipError_t (*pointer)(Params...) = nullptr;

  explicit operator bool() const { return pointer != nullptr; }
  Status operator()(Params... params) const {
    return {pointer(params...), symbol};
  }
};

/// A function that returns a text.
template <class... Params> struct TextFunction {
  const char *symbol;
  const char *(*pointer)(Params...) = nullptr;

  const char *operator()(Params... params) const { return pointer(params...); }
};

/// The runtime. Immutable; can be used from any thread. Function pointers stay
/// valid until the process ends.
class Api {
public:
  /// Loads the runtime library at \p path, or the system's if that is empty,
  /// and initializes it. Fails with DriverBindingFailed, and with
  /// NoDeviceAvailable if the runtime says so.
  static llvm::Expected<std::shared_ptr<const Api>> load(llvm::StringRef path);

  /// Fills in the functions with what \p lookup finds. Fails with
  /// DriverBindingFailed if a required one is missing.
  llvm::Error resolve(llvm::function_ref<void *(const char *)> lookup);

  /// As hipRuntimeGetVersion gives it: 10000000 * major + 100000 * minor, and
  /// a patch number.
  int getRuntimeVersion() const { return runtimeVersion; }

#define VMJIT_HIP_REQUIRED(Name, Symbol, ...)                                  \
  Function<__VA_ARGS__> Name{#Symbol};
#define VMJIT_HIP_TEXT(Name, Symbol, ...)                                      \
  TextFunction<__VA_ARGS__> Name{#Symbol};
#include "Symbols.def"

private:
  llvm::Error initialize();

  int runtimeVersion = 0;
};

/// The oldest runtime whose functions we can use: that of ROCm 5.0.
inline constexpr int kMinRuntimeVersion = 50000000;

/// "6.0.32830" for 60032830.
std::string getVersionText(int version);

} // namespace vmjit::hip

#endif // VMJIT_LIB_RUNTIME_HIP_API_H
