//===- ErrorNumbers.h - Error numbers of Linux ------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_LINUXUSER_ERRORNUMBERS_H
#define VMJIT_LIB_LINUXUSER_ERRORNUMBERS_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace vmjit::linux_user {

/// What a system call answers instead of a result.
enum class ErrorNumber : int64_t {
#define VMJIT_ERROR_NUMBER(Name, Symbol, Number) Name = Number,
#include "vmjit/LinuxUser/ErrorNumbers.def"
};

/// \p number as the answer of a system call.
inline int64_t fail(ErrorNumber number) {
  return -static_cast<int64_t>(number);
}

/// "EBADF" for the answer of a system call; empty if it is no error of ours.
llvm::StringRef getErrorName(int64_t result);

} // namespace vmjit::linux_user

#endif // VMJIT_LIB_LINUXUSER_ERRORNUMBERS_H
