//===- Factories.h - How backends are made ----------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One function for each row of Targets.def, defined by the target's library.
// The spec has a chip; whether the chip exists is for the factory to check.
//
//===----------------------------------------------------------------------===//

#ifndef VMJIT_LIB_TARGET_COMMON_FACTORIES_H
#define VMJIT_LIB_TARGET_COMMON_FACTORIES_H

#include "vmjit/Target/TargetBackend.h"

namespace vmjit {

#define VMJIT_TARGET(Name, Spelling, Payload, DefaultChip, HartTile)           \
  llvm::Expected<std::unique_ptr<TargetBackend>> create##Name##Backend(        \
      TargetSpec spec);
#include "vmjit/Target/Targets.def"

} // namespace vmjit

#endif // VMJIT_LIB_TARGET_COMMON_FACTORIES_H
