//===- CUDAHeaderTest.cpp - Our declarations against cuda.h -----*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiled where cuda.h is found; there is nothing to run.
//
//===----------------------------------------------------------------------===//

#include "SameABI.h"

#include "CUDA/Types.h"

#include <cuda.h>

using namespace vmjit;

// Functions under the names that cuda.h has for them: it maps each to its
// newest version, whose parameters are those of the version that we use.
#define VMJIT_CUDA_REQUIRED(Name, CUDAName, Symbol, ...)                       \
  namespace vmjit::cuda {                                                      \
  using Ours_##Name = CUresult(__VA_ARGS__);                                   \
  }                                                                            \
  static_assert(isSameABI<cuda::Ours_##Name, decltype(::CUDAName)>, #CUDAName);
#include "CUDA/Symbols.def"

#define VMJIT_CUDA_RESULT(Name, Value, Meaning)                                \
  static_assert(int(::Name) == Value, #Name);
#include "CUDA/Results.def"

#define VMJIT_CUDA_DEVICE_ATTRIBUTE(Name, Value)                               \
  static_assert(::CU_DEVICE_ATTRIBUTE_##Name == Value, #Name);
#define VMJIT_CUDA_FUNCTION_ATTRIBUTE(Name, Value)                             \
  static_assert(::CU_FUNC_ATTRIBUTE_##Name == Value, #Name);
#define VMJIT_CUDA_JIT_OPTION(Name, Value)                                     \
  static_assert(::CU_JIT_##Name == Value, #Name);
#define VMJIT_CUDA_JIT_INPUT(Name, Value)                                      \
  static_assert(::CU_JIT_INPUT_##Name == Value, #Name);
#define VMJIT_CUDA_FLAG(Name, Value) static_assert(Name == Value, #Name);
#include "CUDA/Constants.def"

static_assert(sizeof(cuda::CUuuid) == sizeof(::CUuuid));
