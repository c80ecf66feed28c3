//===- Conversions.h - Values of C as values of C++ -------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Between the C API's structs and numbers and the library's, for what several
// files need. Reading fails with InvalidArgument.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_CAPI_CONVERSIONS_H
#define VMJIT_LIB_CAPI_CONVERSIONS_H

#include "Handles.h"

namespace vmjit::capi {

/// Extents of a launch: 0 is 1.
Dim3 readExtent(const vmjit_dim3 &dim);
vmjit_dim3 toC(const Dim3 &dim);
vmjit_device_type toC(DeviceType type);

/// The entry of \p object, as \p info says it.
vmjit_entry_info describeEntry(const Entry &entry);

/// The options, without a target. \p given may be null.
llvm::Expected<CompileOptions>
readCompileOptions(const vmjit_compile_options &given);
llvm::Expected<OptLevel> readOptLevel(vmjit_opt_level level);
llvm::Expected<std::optional<EntryMode>> readMode(vmjit_mode mode);

/// Arguments of a launch: numbers, buffers, pointers.
llvm::Expected<std::vector<GpuArg>>
readLaunchArgs(llvm::ArrayRef<vmjit_arg> args);
/// Arguments of an execution: host memory, too.
llvm::Expected<std::vector<ExecutorArg>>
readExecutorArgs(llvm::ArrayRef<vmjit_arg> args);

/// A time limit: 0 is none given.
std::optional<std::chrono::nanoseconds> readTimeout(uint64_t nanoseconds);

} // namespace vmjit::capi

#endif // VMJIT_LIB_CAPI_CONVERSIONS_H
