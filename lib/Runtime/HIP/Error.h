//===- Error.h - What the HIP runtime answers -------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one place where a hipError_t becomes an error.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_HIP_ERROR_H
#define VMJIT_LIB_RUNTIME_HIP_ERROR_H

#include "../DriverMeaning.h"
#include "Api.h"
#include "vmjit/Runtime/GpuError.h"

namespace vmjit::hip {

/// What \p result means; Failed for one that Results.def does not have.
DriverMeaning getMeaning(hipError_t result);

/// Name and text of \p status, as the runtime gives them.
DriverStatus describe(const Api &api, const Status &status);

/// The error of \p status, which has failed. Of kind \p kind, unless the
/// system's watchdog ended a kernel: then Timeout.
llvm::Error makeDriverError(const Api &api, const Status &status,
                            GpuErrorKind kind, GpuErrorSubject subject = {},
                            const llvm::Twine &reason = "");

} // namespace vmjit::hip

#endif // VMJIT_LIB_RUNTIME_HIP_ERROR_H
