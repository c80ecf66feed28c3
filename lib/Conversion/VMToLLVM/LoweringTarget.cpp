//===- LoweringTarget.cpp - The lowering targets by name --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Conversion/VMToLLVM/LoweringTarget.h"
#include "LoweringTargets.h"

using namespace mlir;
using namespace vmjit;

std::unique_ptr<LoweringTarget>
vmjit::createLoweringTarget(StringRef name,
                            const LoweringTargetOptions &options) {
  if (name == "nvvm")
    return createNVVMLoweringTarget(options);
  if (name == "rocdl")
    return createROCDLLoweringTarget(options);
  if (name == "host")
    return createHostLoweringTarget();
  return nullptr;
}
