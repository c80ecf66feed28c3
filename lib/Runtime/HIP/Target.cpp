//===- Target.cpp - What to compile for a HIP device ------------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#include "Target.h"

using namespace llvm;
using namespace vmjit;
using namespace vmjit::hip;

StringRef hip::getChip(StringRef architecture) {
  return architecture.split(':').first;
}

TargetSpec hip::chooseTarget(StringRef chip, int runtimeVersion) {
  constexpr int rocm6 = 60000000;
  TargetSpec target;
  target.kind = TargetKind::AMDGPU;
  target.chip = chip.str();
  target.codeObjectVersion = runtimeVersion < rocm6 ? 4 : 5;
  return target;
}
