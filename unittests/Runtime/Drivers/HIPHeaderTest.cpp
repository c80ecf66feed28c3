//===- HIPHeaderTest.cpp - Our declarations against HIP's -------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiled where hip/hip_runtime_api.h is found; there is nothing to run.
//
//===----------------------------------------------------------------------===//

#include "SameABI.h"

#include "HIP/Types.h"

#ifndef __HIP_PLATFORM_AMD__
#define __HIP_PLATFORM_AMD__
#endif
// Without the templates that overload functions.
#define __HIP_DISABLE_CPP_FUNCTIONS__
#include <hip/hip_runtime_api.h>

#include <cstddef>

using namespace vmjit;

// What the properties are called depends on the version of the headers.
#if HIP_VERSION_MAJOR >= 6
using RealPropertiesR0600 = ::hipDeviceProp_tR0600;
using RealPropertiesR0000 = ::hipDeviceProp_tR0000;
#else
using RealPropertiesR0000 = ::hipDeviceProp_t;
#endif

#define VMJIT_HIP_REQUIRED(Name, Symbol, ...)                                  \
  namespace vmjit::hip {                                                       \
  using Ours_##Name = hipError_t(__VA_ARGS__);                                 \
  }                                                                            \
  static_assert(isSameABI<hip::Ours_##Name, decltype(::Symbol)>, #Symbol);
#define VMJIT_HIP_TEXT(Name, Symbol, ...)                                      \
  namespace vmjit::hip {                                                       \
  using Ours_##Name = const char *(__VA_ARGS__);                               \
  }                                                                            \
  static_assert(isSameABI<hip::Ours_##Name, decltype(::Symbol)>, #Symbol);
// The functions that may be missing at run time may be missing in headers.
#define VMJIT_HIP_OPTIONAL(Name, Symbol, ...)
#include "HIP/Symbols.def"

#define VMJIT_HIP_RESULT(Name, Value, Meaning)                                 \
  static_assert(int(::Name) == Value, #Name);
#include "HIP/Results.def"

#define VMJIT_HIP_DEVICE_ATTRIBUTE(Name, Value)                                \
  static_assert(::hipDeviceAttribute##Name == Value, #Name);
#define VMJIT_HIP_FUNCTION_ATTRIBUTE(Name, Value)                              \
  static_assert(::HIP_FUNC_ATTRIBUTE_##Name == Value, #Name);
#define VMJIT_HIP_FLAG(Name, Value)                                            \
  static_assert(unsigned(Name) == Value, #Name);
#include "HIP/Constants.def"

#define VMJIT_CHECK_PROPERTIES(Name)                                           \
  static_assert(offsetof(hip::hipDeviceProp_t##Name, gcnArchName) ==           \
                offsetof(RealProperties##Name, gcnArchName));                  \
  static_assert(sizeof(hip::hipDeviceProp_t##Name) >=                          \
                sizeof(RealProperties##Name));
VMJIT_CHECK_PROPERTIES(R0000)
#if HIP_VERSION_MAJOR >= 6
VMJIT_CHECK_PROPERTIES(R0600)
#endif
