//===- Types.h - The types of the HIP API -----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What this driver needs of hip_runtime_api.h, under the names that it has
// there, so that nothing of ROCm is needed to build. Where the header is found,
// HIPHeaderTest.cpp holds every declaration and every number against it.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_HIP_TYPES_H
#define VMJIT_LIB_RUNTIME_HIP_TYPES_H

#include <cstddef>
#include <cstdint>

namespace vmjit::hip {

using hipDevice_t = int;
using hipDeviceptr_t = void *;
using hipModule_t = struct ihipModule_t *;
using hipFunction_t = struct ihipModuleSymbol_t *;
using hipStream_t = struct ihipStream_t *;
using hipEvent_t = struct ihipEvent_t *;

struct hipUUID {
  char bytes[16];
};

/// What calls return; Results.def has those that mean something to us.
enum hipError_t : int {
#define VMJIT_HIP_RESULT(Name, Value, Meaning) Name = Value,
#include "Results.def"
};

enum hipDeviceAttribute_t : int {
#define VMJIT_HIP_DEVICE_ATTRIBUTE(Name, Value)                                \
  hipDeviceAttribute##Name = Value,
#include "Constants.def"
};

enum hipFunction_attribute : int {
#define VMJIT_HIP_FUNCTION_ATTRIBUTE(Name, Value)                              \
  HIP_FUNC_ATTRIBUTE_##Name = Value,
#include "Constants.def"
};

/// Flags, which functions take as plain integers.
enum : unsigned {
#define VMJIT_HIP_FLAG(Name, Value) Name = Value,
#include "Constants.def"
};

/// The properties of a device, of which we want one member. There is room for
/// more after what the headers that we know declare.
struct hipDeviceProp_tR0600 {
  char before[1160];
  char gcnArchName[256];
  char after[2680];
};
struct hipDeviceProp_tR0000 {
  char before[396];
  char gcnArchName[256];
  char after[3444];
};

} // namespace vmjit::hip

#endif // VMJIT_LIB_RUNTIME_HIP_TYPES_H
