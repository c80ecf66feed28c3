//===- Linker.h - Linking in process ----------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ROCm's loader takes shared objects, not relocatable ones; lld makes them, as
// a library.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_AMDGPU_LINKER_H
#define VMJIT_LIB_TARGET_AMDGPU_LINKER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <vector>

namespace vmjit {

/// Links the relocatable ELF object \p object into a shared object. Callers
/// wait for each other: lld keeps its state in globals. Uses two temporary
/// files, which are removed. Fails with CompilationFailed, and with Io if the
/// files cannot be written or read.
llvm::Expected<std::vector<uint8_t>>
linkSharedObject(llvm::ArrayRef<char> object);

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_AMDGPU_LINKER_H
