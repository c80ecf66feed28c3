//===- ExitRecords.h - Exit records as C structs ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_CAPI_EXITRECORDS_H
#define VMJIT_LIB_CAPI_EXITRECORDS_H

#include "vmjit-c/Executor.h"
#include "vmjit/ABI/ExitRecord.h"
#include "llvm/Support/Error.h"

namespace vmjit::capi {

vmjit_exit toC(const ExitRecord &exit);
/// Fails with InvalidArgument.
llvm::Expected<ExitRecord> readExit(const vmjit_exit *exit);

} // namespace vmjit::capi

#endif // VMJIT_LIB_CAPI_EXITRECORDS_H
