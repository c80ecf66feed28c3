//===- FakeCUDA.h - The functions of libfakecuda ----------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Declares what lib/Runtime/CUDA/Symbols.def lists, so that a definition with
// another signature does not compile.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_FAKECUDA_H
#define VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_FAKECUDA_H

#include "CUDA/Types.h"
#include "Call.h"

namespace fake {

using namespace vmjit::cuda;

extern "C" {
#define VMJIT_CUDA_REQUIRED(Name, CUDAName, Symbol, ...)                       \
  __attribute__((visibility("default"))) CUresult Symbol(__VA_ARGS__);
#include "CUDA/Symbols.def"
}

/// Calls \p function with the machine, its lock and \p args as the exported
/// function \p name.
template <class Body, class... Args>
CUresult run(const char *name, unsigned flags, const Body &function,
             Args... args) {
  return static_cast<CUresult>(call(name, flags, function, args...));
}

} // namespace fake

#endif // VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_FAKECUDA_H
