//===- FakeHIP.h - The functions of libfakehip ------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Declares what lib/Runtime/HIP/Symbols.def lists, so that a definition with
// another signature does not compile.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_FAKEHIP_H
#define VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_FAKEHIP_H

#include "Call.h"
#include "HIP/Types.h"

namespace fake {

using namespace vmjit::hip;

extern "C" {
#define VMJIT_HIP_REQUIRED(Name, Symbol, ...)                                  \
  __attribute__((visibility("default"))) hipError_t Symbol(__VA_ARGS__);
#define VMJIT_HIP_TEXT(Name, Symbol, ...)                                      \
  __attribute__((visibility("default"))) const char *Symbol(__VA_ARGS__);
#include "HIP/Symbols.def"
}

/// Calls \p function with the machine, its lock and \p args as the exported
/// function \p name.
template <class Body, class... Args>
hipError_t run(const char *name, unsigned flags, const Body &function,
               Args... args) {
  return static_cast<hipError_t>(call(name, flags, function, args...));
}

} // namespace fake

#endif // VMJIT_UNITTESTS_RUNTIME_FAKEDRIVERS_FAKEHIP_H
