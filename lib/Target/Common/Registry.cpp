//===- Registry.cpp - All backends ------------------------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From a kind of target to its backend, by the rows of Targets.def.
//
//===----------------------------------------------------------------------===//

#include "Factories.h"

using namespace llvm;
using namespace vmjit;

Expected<std::unique_ptr<TargetBackend>>
vmjit::createTargetBackend(const TargetSpec &spec) {
  TargetSpec complete = spec;
  switch (spec.kind) {
#define VMJIT_TARGET(Name, Spelling, Payload, DefaultChip, HartTile)           \
  case TargetKind::Name:                                                       \
    if (complete.chip.empty())                                                 \
      complete.chip = DefaultChip;                                             \
    return create##Name##Backend(std::move(complete));
#include "vmjit/Target/Targets.def"
  }
  llvm_unreachable("every kind has a backend");
}
