//===- VersionedStruct.h - Structs of older and newer callers ---*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// How structs with a struct_size are read and written; Core.h has the rules.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_CAPI_VERSIONEDSTRUCT_H
#define VMJIT_LIB_CAPI_VERSIONEDSTRUCT_H

#include "vmjit-c/vmjit.h"
#include "llvm/Support/Error.h"

#include <cstring>
#include <type_traits>

namespace vmjit::capi {

/// The size of T in the first version of the C API: up to the end of the member
/// that was its last one then.
template <class T> constexpr size_t kFirstSize = 0;
#define VMJIT_C_STRUCT(Type, LastMember)                                       \
  template <>                                                                  \
  inline constexpr size_t kFirstSize<Type> =                                   \
      offsetof(Type, LastMember) + sizeof(Type::LastMember);
VMJIT_C_STRUCT(vmjit_cache_level, errors)
VMJIT_C_STRUCT(vmjit_cache_statistics, level_count)
VMJIT_C_STRUCT(vmjit_code_info, llvm_version)
VMJIT_C_STRUCT(vmjit_compile_options, code_object_version)
VMJIT_C_STRUCT(vmjit_context_options, reserved)
VMJIT_C_STRUCT(vmjit_device_info, reserved)
VMJIT_C_STRUCT(vmjit_entry_info, stack_bytes)
VMJIT_C_STRUCT(vmjit_executor_options, reserved)
VMJIT_C_STRUCT(vmjit_executor_statistics, host_ns)
VMJIT_C_STRUCT(vmjit_exit, next_op)
VMJIT_C_STRUCT(vmjit_launch, control)
VMJIT_C_STRUCT(vmjit_mem_flags, reserved)
VMJIT_C_STRUCT(vmjit_memory_statistics, pool_hit_count)
VMJIT_C_STRUCT(vmjit_op_info, field_count)
VMJIT_C_STRUCT(vmjit_operand, right)
VMJIT_C_STRUCT(vmjit_program_info, digest)
VMJIT_C_STRUCT(vmjit_result_info, exit_count)
VMJIT_C_STRUCT(vmjit_run_options, step_budget)
#undef VMJIT_C_STRUCT

/// Checks \p size of a struct called \p name. Fails with InvalidArgument.
llvm::Error checkStructSize(size_t size, size_t firstSize, const char *name);
/// Checks that the bytes of \p given from \p known on are 0. Fails with
/// Unsupported.
llvm::Error checkRestIsZero(const void *given, size_t known, size_t size,
                            const char *name);

/// What the caller's struct says, called \p name in messages; for null what a
/// struct of zeros says.
template <class T>
llvm::Expected<T> readStruct(const T *given, const char *name) {
  static_assert(kFirstSize<T> != 0 && std::is_trivially_copyable_v<T>);
  T known = {};
  if (!given)
    return known;
  size_t size = given->struct_size;
  if (llvm::Error error = checkStructSize(size, kFirstSize<T>, name))
    return error;
  if (llvm::Error error = checkRestIsZero(given, sizeof(T), size, name))
    return error;
  std::memcpy(&known, given, std::min(size, sizeof(T)));
  return known;
}

/// Fills in the caller's struct, which must not be null, and keeps its
/// struct_size.
template <class T>
llvm::Error writeStruct(T *place, T value, const char *name) {
  static_assert(kFirstSize<T> != 0 && std::is_trivially_copyable_v<T>);
  size_t size = place->struct_size;
  if (llvm::Error error = checkStructSize(size, kFirstSize<T>, name))
    return error;
  value.struct_size = size;
  size_t known = std::min(size, sizeof(T));
  std::memcpy(place, &value, known);
  std::memset(reinterpret_cast<char *>(place) + known, 0, size - known);
  return llvm::Error::success();
}

} // namespace vmjit::capi

#endif // VMJIT_LIB_CAPI_VERSIONEDSTRUCT_H
