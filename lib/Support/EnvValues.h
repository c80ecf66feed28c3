//===- EnvValues.h - Values of environment variables ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// One parser for each kind of value in EnvOptions.def. Each gets text that is
// not empty, and gives nothing if it is malformed or out of range.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_SUPPORT_ENVVALUES_H
#define VMJIT_LIB_SUPPORT_ENVVALUES_H

#include "vmjit/Support/EnvOptions.h"

namespace vmjit::envvalues {

#define VMJIT_ENV_TYPE(Name, Type, Text)                                       \
  std::optional<envtype::Name> parse##Name(llvm::StringRef text);
#include "vmjit/Support/EnvOptions.def"

} // namespace vmjit::envvalues

#endif // VMJIT_LIB_SUPPORT_ENVVALUES_H
