//===- Types.h - The types of the CUDA driver API ---------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What this driver needs of cuda.h, under the names of cuda.h, so that nothing
// of CUDA is needed to build. Where cuda.h is found, CUDAHeaderTest.cpp holds
// every declaration and every number against it.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_CUDA_TYPES_H
#define VMJIT_LIB_RUNTIME_CUDA_TYPES_H

#include <cstddef>
#include <cstdint>

namespace vmjit::cuda {

using CUdevice = int;
using CUdeviceptr = unsigned long long;
using CUcontext = struct CUctx_st *;
using CUmodule = struct CUmod_st *;
using CUfunction = struct CUfunc_st *;
using CUstream = struct CUstream_st *;
using CUevent = struct CUevent_st *;
using CUlinkState = struct CUlinkState_st *;

struct CUuuid {
  char bytes[16];
};

/// What calls return; Results.def has those that mean something to us.
enum CUresult : int {
#define VMJIT_CUDA_RESULT(Name, Value, Meaning) Name = Value,
#include "Results.def"
};

enum CUdevice_attribute : int {
#define VMJIT_CUDA_DEVICE_ATTRIBUTE(Name, Value)                               \
  CU_DEVICE_ATTRIBUTE_##Name = Value,
#include "Constants.def"
};

enum CUfunction_attribute : int {
#define VMJIT_CUDA_FUNCTION_ATTRIBUTE(Name, Value)                             \
  CU_FUNC_ATTRIBUTE_##Name = Value,
#include "Constants.def"
};

enum CUjit_option : int {
#define VMJIT_CUDA_JIT_OPTION(Name, Value) CU_JIT_##Name = Value,
#include "Constants.def"
};

enum CUjitInputType : int {
#define VMJIT_CUDA_JIT_INPUT(Name, Value) CU_JIT_INPUT_##Name = Value,
#include "Constants.def"
};

/// Flags, which functions take as plain integers.
enum : unsigned {
#define VMJIT_CUDA_FLAG(Name, Value) Name = Value,
#include "Constants.def"
};

} // namespace vmjit::cuda

#endif // VMJIT_LIB_RUNTIME_CUDA_TYPES_H
