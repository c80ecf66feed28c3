//===- Link.h - PTX to cubin by the CUDA driver -----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_RUNTIME_CUDA_LINK_H
#define VMJIT_LIB_RUNTIME_CUDA_LINK_H

#include "Traits.h"

namespace vmjit::cuda {

/// Compiles PTX for the current device, whose context must be current. Fails
/// with KernelLoadingFailed and what the driver's compiler wrote.
llvm::Expected<std::vector<uint8_t>> linkPTX(const Api &api,
                                             llvm::ArrayRef<uint8_t> ptx,
                                             llvm::StringRef kernelName);

} // namespace vmjit::cuda

#endif // VMJIT_LIB_RUNTIME_CUDA_LINK_H
