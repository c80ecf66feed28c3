//===- KernelMetadata.h - What AMD code objects say of kernels --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The code generator leaves the resource use of each kernel in a note section,
// as MessagePack.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_AMDGPU_KERNELMETADATA_H
#define VMJIT_LIB_TARGET_AMDGPU_KERNELMETADATA_H

#include "vmjit/CodeObject/CodeObject.h"
#include "llvm/ADT/StringMap.h"

namespace vmjit {

/// The resource use of each kernel in the linked ELF object \p elf, by name.
/// Fails with CompilationFailed if there is no such note or it makes no sense.
llvm::Expected<llvm::StringMap<ResourceUse>>
readKernelMetadata(llvm::ArrayRef<uint8_t> elf);

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_AMDGPU_KERNELMETADATA_H
